"""What `migrate status` says of a copy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from orchestrator.model.life import Life, Phase
from orchestrator.reporting.moving import LifeView, sized
from orchestrator.reporting.texts import Say

AT = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (49_152, "48 KiB"), (5 * 2**20, "5.0 MiB"),
        (3 * 2**40, "3.0 TiB"), (5000 * 2**40, "5000 TiB"), (None, "?"), ("1", "?"), (True, "?"),
    ],
)  # fmt: skip
def test_a_size_is_told_in_a_unit_of_its_own(size: object, told: str) -> None:
    assert sized(size) == told


def shown(phase: Phase, **progress: object) -> str:
    life = Life(system="S-1", phase=phase, since=AT, facts={"progress": progress} if progress else {})
    console = Console(width=200, record=True, file=None, quiet=False)
    with console.capture() as said:
        for line in LifeView((life,)).lines(Say("en")):
            console.print(line)
    return said.get()


def test_a_first_copy_has_a_rate_and_an_end() -> None:
    begun = {"at": AT.isoformat(), "bytes_done": 0}
    at = (AT + timedelta(seconds=100)).isoformat()
    told = shown(Phase.PREPARED, at=at, begun=begun, bytes_done=10 * 2**20, bytes_all=40 * 2**20)
    assert "10 MiB/40 MiB" in told
    assert "102 KiB/s" in told
    assert "5m00s" in told
    assert "48 KiB/48 KiB" in shown(Phase.SYNCING, bytes_done=49_152, bytes_all=49_152)
    assert "/s" not in shown(Phase.SYNCING, bytes_done=49_152, bytes_all=49_152)
    assert "?/?" in shown(Phase.SYNCING, bytes_done="x")
