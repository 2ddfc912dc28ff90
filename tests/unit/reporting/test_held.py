"""Whatever holds a system says what helps, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.adapters.intake.programme import default_rules
from orchestrator.model.plan import Reason
from orchestrator.planning import batches, differences, flavors, placement
from orchestrator.planning.rules import BUILT_IN
from orchestrator.reporting.reasons import remedy_text
from orchestrator.reporting.texts import Lang, Say, has

# Notes: what is told of systems that go, and of objects that are well.
NOTES = frozenset({
    "plan.renamed", "plan.role-changed", "plan.roles-unnoted", "plan.server-renewed", "plan.batch-differs",
    "plan.due-after-deadline", "plan.left-out", "plan.leftover", "plan.leftover-unnamed", "plan.moves",
    "plan.moves-mariadb", "plan.moves-files", "plan.moves-site", "plan.moves-external", "plan.moves-webapp",
    "plan.moves-rehost",
    "plan.needs-unknown", "plan.needs-unreachable", "place.arch-strategy", "place.parent-cloud",
})  # fmt: skip


def said(module: object) -> Iterator[str]:
    """Yield every code of a reason that stands in a module."""
    tree = ast.parse(Path(str(getattr(module, "__file__", ""))).read_text(encoding="utf-8"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    yield from (text for text in texts if text.startswith(("place.", "plan.")) and has(text))


def holding() -> set[str]:
    """Return every code that can hold a system: by a rule, by placement, or by what stands on a cloud."""
    codes = {rule.reason for rule in (*default_rules(), *BUILT_IN) if rule.hold}
    for module in (batches, differences, flavors, placement):
        codes |= set(said(module))
    return codes - NOTES


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_reason_that_holds_a_system_carries_what_helps(lang: Lang) -> None:
    say, codes = Say(lang), holding()
    assert len(codes) > 30
    told = {code: remedy_text(say, Reason(code=code), "S-1") or say(code) for code in codes}
    # A text that names its command needs no other.
    assert sorted(code for code, text in told.items() if text == say(code) and "`openstack" not in text) == []
