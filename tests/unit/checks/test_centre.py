"""The centre as it was last seen: rates that its rows add up to, the audit's own, and unknown for the unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from orchestrator.adapters.intake.recovery import grade_tables
from orchestrator.checks.audit.recovery import rate_recovery
from orchestrator.checks.replicas.centre import stand_now, stand_of_day
from orchestrator.model.canonical import canonical
from orchestrator.model.census import Census
from orchestrator.model.centre import Centre, StoodReplica
from orchestrator.model.drill import KeptDrill
from orchestrator.model.recovering import KeptCheck, KeptReplica, Place, Wanted
from orchestrator.model.replica import Policy, Told
from orchestrator.model.system import MigrationList, Row, Secrecy, System

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = NOW.date()
GOOD = dict.fromkeys(("existence", "identity", "freshness", "continuity", "independence"), "pass x")
PLACE = Place(kind="postgresql", address="10.9.1.5", port=5432, site="centre", follows="10.0.1.5")
POLICY = Policy(
    level=5, rpo=timedelta(minutes=30), rto=timedelta(hours=2), check=timedelta(days=1), drill=timedelta(days=180)
)


def drill(day: date = DAY, **changed: Any) -> KeptDrill:
    told: dict[str, Any] = {
        "system": "a", "kind": "postgresql", "address": "10.9.1.5", "port": 5432, "id": "d", "day": day,
        "at": datetime(day.year, day.month, day.day, tzinfo=UTC), "sound": True, "rto": 5.0, "rpo": 1.0,
    }  # fmt: skip
    return KeptDrill(**{**told, **changed})


def wanted(kept: KeptDrill | None = None, system: str = "a", **policy: Any) -> Wanted:
    return Wanted(
        system=system,
        policy=replace(POLICY, **policy),
        told=Told(drills={PLACE.key: kept} if kept else {}),
        needed=frozenset({"postgresql"}),
        places=(PLACE,),
    )


def seen(system: str = "a", *, ago: float = 1, loss: float | None = 2, **verdicts: str) -> KeptCheck:
    at = NOW - timedelta(hours=ago)
    told = {**GOOD, "restorability": "fail undrilled", **verdicts}
    replica = KeptReplica(kind="postgresql", address="10.9.1.5", port=5432, seconds=loss, verdicts=told)
    until = (at + timedelta(days=1)).date()
    return KeptCheck(system=system, at=at, day=at.date(), until=until, replicas=(replica,))


def now(one: Wanted, check: KeptCheck | None) -> Centre:
    return stand_now([one], [check] if check else [], grade_tables()[2007], NOW, DAY)


def only(centre: Centre) -> StoodReplica:
    ((replica,),) = (each.replicas for each in centre.systems)
    return replica


@pytest.mark.parametrize(
    ("check", "policy", "status", "code", "aspect"),
    [
        (seen(), {}, "pass", "healthy", ""),
        (seen(freshness="fail stale"), {}, "fail", "faulty", "freshness"),
        (seen(identity="unknown x", content="fail damaged"), {}, "fail", "faulty", "content"),
        (seen(existence="unknown unseen"), {}, "unknown", "untold", "existence"),
        (seen(existence="fail absent"), {}, "fail", "faulty", "existence"),
        (seen(ago=25), {}, "unknown", "old", ""),
        (seen(ago=-1), {}, "unknown", "old", ""),  # of the future
        (replace(seen(), until=None), {"check": None}, "unknown", "unlimited", ""),
        (replace(seen(), broken=True, replicas=()), {}, "error", "broken", ""),
        (replace(seen(), replicas=()), {}, "unknown", "unseen", ""),  # declared since
        (None, {}, "unknown", "unseen", ""),
    ],
)
def test_a_verdict_is_what_was_seen_and_what_nobody_saw_is_unknown(
    check: KeptCheck | None, policy: dict[str, Any], status: str, code: str, aspect: str
) -> None:
    centre = now(wanted(**policy), check)
    found = only(centre)
    assert (str(found.status), found.code, found.aspect) == (status, code, aspect)
    assert str(centre.systems[0].status) == status
    assert centre.systems[0].healthy is (code == "healthy")


def test_a_kind_that_nobody_made_is_a_fault_though_nothing_was_seen() -> None:
    centre = now(replace(wanted(), places=(), needed=frozenset({"mariadb"})), None)
    assert (only(centre).code, only(centre).address, str(only(centre).status)) == ("missing", "", "fail")
    assert not centre.systems[0].touched


def test_a_verdict_belongs_to_the_replica_of_its_port() -> None:
    other = replace(PLACE, port=5433)
    one = replace(wanted(), places=(other, PLACE))
    bad = replace(seen(freshness="fail stale").replicas[0], port=5433)
    centre = now(one, replace(seen(), replicas=(*seen().replicas, bad)))
    assert [(each.port, str(each.status)) for each in centre.systems[0].replicas] == [(5433, "fail"), (5432, "pass")]
    # What was kept before ports were told is read in its order.
    kept = tuple(replace(each, port=0) for each in (bad, *seen().replicas))
    centre = now(one, replace(seen(), replicas=kept))
    assert [str(each.status) for each in centre.systems[0].replicas] == ["fail", "pass"]


@pytest.mark.parametrize(
    ("kept", "policy", "state", "due"),
    [
        (None, {}, "never", None),
        (drill(), {}, "in-time", DAY + timedelta(days=180)),
        (drill(DAY - timedelta(days=150)), {}, "soon", DAY + timedelta(days=30)),
        (drill(DAY - timedelta(days=180)), {}, "soon", DAY),
        (drill(DAY - timedelta(days=181)), {}, "overdue", DAY - timedelta(days=1)),
        (drill(sound=False), {}, "failed", None),
        (drill(), {"drill": None}, "unlimited", None),
        (drill(date(9998, 12, 31)), {"drill": timedelta(days=999)}, "in-time", date.max),
    ],
)
def test_a_drill_is_due_by_its_kept_result(
    kept: KeptDrill | None, policy: dict[str, Any], state: str, due: date | None
) -> None:
    found = only(now(wanted(kept, **policy), seen()))
    assert (str(found.drill), found.due) == (state, due)


def test_a_drill_that_only_the_list_knows_is_claimed() -> None:
    one = replace(wanted(), told=Told(last_drill=DAY))
    assert (str(only(now(one, seen())).drill), only(now(one, seen())).due) == ("claimed", None)


def test_the_rates_are_the_audits_and_each_lies_within_the_one_before() -> None:
    good, drilled = seen("b"), seen("d", restorability="pass drilled")
    checks = (seen("a", existence="fail absent"), good, replace(seen("c"), until=DAY - timedelta(days=1)), drilled)
    row = Row(file="f", sheet="s", number=2)
    rows = tuple(System(id=name, name=name, unit="u", row=row, secrecy=Secrecy.UNCLASSIFIED) for name in "abcde")
    asked = tuple(wanted(system=name) for name in "abcde")
    census = Census(listing=MigrationList(systems=rows), checks=checks, wanted=asked)
    centre = stand_of_day(asked, checks, grade_tables()[2007], DAY)
    found = centre.coverage
    assert (found.needing, found.configured) == (tuple("abcde"), ("b", "d"))
    assert (found.healthy, found.drilled) == (("b", "d"), ("d",))
    ratios = {one.formula: one for one in rate_recovery(census, DAY, None)}
    for name in ("configured", "healthy", "drilled"):
        ratio = ratios[f"dr.{name}"]
        assert tuple(ratio.counted) == getattr(found, name)
        assert int(ratio.denominator) == len(found.needing)


def test_of_a_day_a_check_counts_through_the_day_on_which_it_ends() -> None:
    check = seen(ago=20)
    for days, status, code in ((0, "pass", "seen"), (1, "pass", "seen"), (2, "unknown", "old")):
        (each,) = stand_of_day([wanted()], [check], grade_tables()[2007], check.day + timedelta(days=days)).systems
        assert (str(each.status), each.graded.elements[0].code) == (status, code), days
    (before,) = stand_of_day([wanted()], [check], grade_tables()[2007], check.day - timedelta(days=1)).systems
    assert before.checked is None


def test_a_snapshot_gives_back_what_was_wanted_and_seen() -> None:
    census = Census(checks=(seen(),), wanted=(wanted(drill()),))
    assert TypeAdapter(Census).validate_json(canonical(census)) == census
