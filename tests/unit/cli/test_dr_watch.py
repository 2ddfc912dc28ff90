"""A watch says what changed, records what changed, and ends when it is asked to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestrator.checks.replicas.system import rate_coverage
from orchestrator.checks.replicas.verdict import verdict
from orchestrator.cli.dr_watch import watch
from orchestrator.cli.output import Shell
from orchestrator.errors import Refused
from orchestrator.model.recovering import CheckedSystem
from orchestrator.model.replica import Aspect, Policy
from orchestrator.model.result import CheckStatus
from orchestrator.reporting.replicas import ReplicasView


def view(status: CheckStatus) -> ReplicasView:
    missing = () if status is CheckStatus.PASS else (verdict(Aspect.EXISTENCE, "none", status, "S-1", kind="files"),)
    systems = [CheckedSystem(system="S-1", policy=Policy(), status=status, missing=missing)]
    return ReplicasView(programme="p", at=datetime(2026, 1, 1, tzinfo=UTC), systems=systems,
                        coverage=rate_coverage(systems))  # fmt: skip


def run(*looks: ReplicasView | Exception) -> tuple[ReplicasView, list[str]]:
    rounds: Iterator[ReplicasView | Exception] = iter(looks)
    kept: list[str] = []

    def look() -> ReplicasView:
        found = next(rounds, None)
        if found is None:
            raise KeyboardInterrupt
        if isinstance(found, Exception):
            raise found
        return found

    last = watch(Shell(Path()), look, lambda view: kept.append(str(view.systems[0].status)), every=0)
    return last, kept


def test_what_changed_is_told_and_recorded_and_what_did_not_is_neither(capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = view(CheckStatus.PASS), view(CheckStatus.FAIL)
    last, kept = run(good, good, bad, bad, good)
    assert last is good
    assert kept == ["pass", "fail", "pass"]
    told = capsys.readouterr().out.splitlines()
    assert len([line for line in told if line.startswith("2026-01-01T")]) == 5
    assert [line.split()[0].rstrip(":：") for line in told if line.startswith("  ")] == ["S-1", "S-1"]
    assert "dr.existence.none" in told[3]


def test_a_later_look_that_is_refused_is_told_and_a_first_one_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    last, kept = run(view(CheckStatus.FAIL), Refused("dr.none"), view(CheckStatus.PASS))
    assert last.right
    assert kept == ["fail", "pass"]
    assert "dr.none" in capsys.readouterr().err
    with pytest.raises(Refused):
        run(Refused("dr.none"))


def test_who_ends_it_before_anything_was_seen_interrupts() -> None:
    with pytest.raises(KeyboardInterrupt):
        run()
