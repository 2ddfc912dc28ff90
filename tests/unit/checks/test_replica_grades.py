"""The level of GB/T 20988: the weakest element sets it, what nobody showed leaves it unshown, and no myth counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from orchestrator.adapters.intake.recovery import grade_tables
from orchestrator.checks.replicas.grade import grade_system
from orchestrator.model.drill import KeptDrill
from orchestrator.model.recovering import Element, Graded, KeptCheck, KeptReplica, Wanted
from orchestrator.model.replica import Policy, Told
from orchestrator.model.result import CheckStatus
from orchestrator.reporting import texts
from orchestrator.reporting.grades import GradesView
from orchestrator.reporting.texts import Say

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
GOOD = dict.fromkeys(("existence", "identity", "freshness", "continuity", "independence"), "pass x")


def seen(*, loss: float | None = 2, kind: str = "postgresql", ago: float = 1, **verdicts: str) -> KeptCheck:
    at = NOW - timedelta(hours=ago)
    replica = KeptReplica(kind=kind, address="10.9.1.5", seconds=loss, verdicts={**GOOD, **verdicts})
    return KeptCheck(system="a", at=at, day=at.date(), replicas=(replica,))


def graded(found: KeptCheck | None, edition: int = 2007, told: Told | None = None, **policy: Any) -> Graded:
    wanted = Wanted(
        system="a",
        policy=Policy(**{"level": 5, "check": timedelta(days=1), **policy}),
        told=told or Told(),
        needed=frozenset({"postgresql"}),
    )
    return grade_system(wanted, found, grade_tables()[edition], NOW)


@pytest.mark.parametrize(
    ("check", "policy", "at_most", "status", "held_back_by", "code"),
    [
        (seen(), {}, 5, "unknown", "plan", "no-drill"),
        (seen(loss=0), {}, 6, "unknown", "plan", "no-drill"),
        (seen(loss=1801), {}, 4, "fail", "data", "seen"),
        (seen(loss=86401), {"level": 3}, 2, "fail", "data", "seen"),
        (seen(loss=8 * 86400), {"level": 1}, 0, "fail", "data", "seen"),
        # Within a minute, but not as it is written.
        (seen(kind="files"), {}, 4, "fail", "data", "copies"),
        (seen(kind="files"), {"level": 4}, 4, "unknown", "plan", "no-drill"),
        (seen(freshness="fail stale"), {}, 0, "fail", "data", "unhealthy"),
        (seen(existence="fail absent"), {}, 0, "fail", "data", "unhealthy"),
        (seen(existence="unknown unseen"), {}, None, "unknown", "data", "not-told"),
        (seen(freshness="unknown clock"), {}, None, "unknown", "data", "not-told"),
        (seen(loss=None), {}, None, "unknown", "data", "not-told"),
        (seen(ago=25), {}, None, "unknown", "data", "old"),
        (seen(ago=-1), {}, None, "unknown", "data", "old"),
        (seen(), {"check": None}, None, "unknown", "data", "unlimited"),
        (None, {}, None, "unknown", "data", "unseen"),
        (seen(), {"level": None}, 5, "unknown", "data", "seen"),
    ],
)
def test_the_weakest_element_holds_a_system_back(
    check: KeptCheck | None, policy: dict[str, Any], at_most: int | None, status: str, held_back_by: str, code: str
) -> None:
    found = graded(check, **policy)
    assert (found.at_most, str(found.status), str(found.held_back_by)) == (at_most, status, held_back_by)
    assert next(one.code for one in found.elements if one.element == held_back_by) == code
    assert found.reached == (0 if at_most == 0 else None)


def test_all_seven_elements_are_told_and_a_drill_of_the_list_is_a_claim() -> None:
    found = graded(seen(), told=Told(last_drill=date(2026, 1, 1), drill_rto=timedelta(minutes=5)))
    assert {one.element for one in found.elements} == set(Element)
    assert {one.element: one.code for one in found.elements}[Element.PLAN] == "drill-claimed"
    assert found.status is CheckStatus.UNKNOWN


@pytest.mark.parametrize(
    ("changed", "policy", "level", "code"),
    [
        ({}, {}, None, "drilled"),
        ({"sound": False}, {}, 0, "drill-failed"),
        ({"rto": None}, {}, 0, "drill-failed"),
        ({"at": NOW - timedelta(days=181)}, {}, None, "drill-old"),
        ({"at": NOW + timedelta(days=1)}, {}, None, "drill-old"),
        ({}, {"drill": None}, None, "drill-unlimited"),
    ],
)
def test_a_drill_that_failed_excludes_every_level_and_none_proves_one(
    changed: dict[str, Any], policy: dict[str, Any], level: int | None, code: str
) -> None:
    told = {"system": "a", "kind": "postgresql", "address": "10.9.1.5", "port": 5432, "id": "x", "sound": True,
            "at": NOW - timedelta(days=1), "day": NOW.date(), "rto": 5.0, "rpo": 1.0}  # fmt: skip
    kept = KeptDrill(**{**told, **changed})
    found = graded(seen(), told=Told(drills={kept.key: kept}), **{"drill": timedelta(days=180), **policy})
    plan = next(one for one in found.elements if one.element is Element.PLAN)
    assert (plan.level, plan.code) == (level, code)
    assert found.reached == (0 if level == 0 else None)
    assert texts.has(f"dr.grade.why.{code}")


def test_figures_that_nobody_read_in_the_standard_fail_nobody_either() -> None:
    assert graded(seen(loss=1801), 2025).status is CheckStatus.UNKNOWN
    assert graded(seen(freshness="fail stale"), 2025).status is CheckStatus.FAIL


def test_four_hours_are_no_level_3() -> None:
    """The table has no such figure: a day passes at level 3, and nothing of a loss of four hours proves a level."""
    assert graded(seen(loss=5 * 3600), level=3).at_most == 4
    assert graded(seen(loss=3 * 3600), level=3).reached is None


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("edition", [2007, 2025])
def test_every_reason_has_words(lang: Any, edition: int) -> None:
    checks = [seen(), seen(kind="files"), seen(loss=None), seen(ago=99), seen(freshness="fail stale"), None]
    systems = [
        *(graded(check, edition) for check in checks),
        graded(seen(), check=None),
        graded(seen(), told=Told(last_drill=date(2026, 1, 1))),
    ]
    view = GradesView(programme="p", at=NOW, grades=grade_tables()[edition], systems=systems)
    lines = list(view.lines(Say(lang)))
    assert grade_tables()[edition].source in str(lines[1])
    assert not view.right
