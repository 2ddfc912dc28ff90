"""`migrate cutover-plan`: what is said to a person who asked for something it has not."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from orchestrator.cli.main import migrate
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), say("cutover.batch-or-system")),
        (("--batch", "1", "--system", "X"), say("cutover.batch-or-system")),
        (("--batch", "1", "--format", "html,pdf"), say("cutover.bad-format", value="pdf")),
    ],
)
def test_a_usage_error_says_what_there_is(arguments: tuple[str, ...], told: str) -> None:
    result = CliRunner().invoke(migrate, ["cutover-plan", *arguments])
    assert result.exit_code == ExitCode.USAGE
    assert told in result.output
