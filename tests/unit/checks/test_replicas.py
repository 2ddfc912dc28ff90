"""The ten checks of a replica, by cases: every false answer is told right, and nothing passes unseen or unset."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.adapters.replicas.mariadb import position
from orchestrator.checks.replicas.system import check_replica, check_system, one_is_far, rate_coverage
from orchestrator.model.drill import KeptDrill
from orchestrator.model.machines import Reach
from orchestrator.model.maria_replica import Feed, MariaServer
from orchestrator.model.observed import Cluster, Entry, Observed, Seen, Sender, Slot, Tree
from orchestrator.model.recovering import CheckedSystem, Wanted
from orchestrator.model.replica import (
    CLOUD_KINDS,
    Aspect,
    Away,
    Beat,
    End,
    Heartbeat,
    Policy,
    Replica,
    ReplicaKind,
    Site,
    Told,
)
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.reporting import texts

CASES = Path(__file__).parents[2] / "cases" / "replicas"
DAY = date(2026, 11, 27)
SITES = {
    "room": Site(name="room", city="烟台", province="山东"),
    "annex": Site(name="annex", city="烟台", province="山东"),
    "centre": Site(name="centre", city="济南", province="山东"),
}
SENDER = Sender(address="10.0.0.2", slot="rep", state="streaming", reply_age=0.5, tls=True)
SLOT = Slot(name="rep", active=True, status="reserved")
SOURCE = Cluster(
    version=150018, identifier="7", timeline=1, recovery=False, lsn=4000, now=1000, slots=(SLOT,), senders=(SENDER,),
    settings={"max_connections": "100"}, page_checksums=True, size=1000, free=5000, beat=Beat(n=1000, ts=1000),
)  # fmt: skip
TARGET = replace(
    SOURCE, recovery=True, replayed_at=1000, paused="not paused", receiver="streaming", receipt_age=0.5, slot="rep",
    slots=(), senders=(),
)  # fmt: skip


def cases(name: str) -> list[Any]:
    found = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(case, id=f"{case['name']}: {case['aspect']}") for case in found]


def changed(cluster: Cluster, fields: Mapping[str, Any]) -> Cluster:
    fields = dict(fields)
    if fields.get("beat"):
        fields["beat"] = Beat(n=fields["beat"][0], ts=fields["beat"][1])
    return replace(cluster, **fields)


def replica(kind: ReplicaKind, case: Mapping[str, Any]) -> Replica:
    if kind in CLOUD_KINDS:
        every = timedelta(seconds=case["every"]) if "every" in case else None
        source = End(cloud="gov", item="app-data", site="room", port=0)
        copies = End(cloud=case.get("cloud", "dr"), item="app-data", site=case.get("site", "centre"), port=0,
                     records="dr/records" if "records" in case else "")  # fmt: skip
        return Replica(system="S-1", kind=kind, source=source, replica=copies, every=every)
    return Replica(
        system="S-1",
        kind=kind,
        source=End(reach=Reach(address="10.0.0.1"), site="room", port=3306 if kind is ReplicaKind.MARIADB else 5432),
        replica=End(reach=Reach(address=case.get("address", "10.0.0.2")), site=case.get("site", "centre")),
        heartbeat=Heartbeat(),
    )


def drill(**changed: Any) -> KeptDrill:
    told = {"system": "S-1", "kind": "postgresql", "address": "10.0.0.2", "port": 5432, "id": "x", "sound": True,
            "at": datetime(2026, 11, 1, tzinfo=UTC), "day": date(2026, 11, 1), "rto": 300.0, "rpo": 2.0}  # fmt: skip
    return KeptDrill(**{**told, **changed})


def judged(kind: ReplicaKind, source: Seen, target: Seen, case: Mapping[str, Any]) -> dict[str, CheckResult]:
    seconds = {name: None if case.get(name, value) is None else timedelta(**{unit: case.get(name, value)})
               for name, unit, value in (("rpo", "seconds", 30), ("retention", "days", None),
                                         ("interval", "days", 180), ("took", "minutes", 5))}  # fmt: skip
    policy = Policy(
        rpo=seconds["rpo"],
        rto=timedelta(hours=1),
        retention=seconds["retention"],
        drill=seconds["interval"],
        headroom=case.get("headroom", 100),
        away=Away(case.get("away", "city")),
    )
    seen = Observed(replica=replica(kind, case), source=source, target=target, day=DAY)
    kept = drill(**case["drill"]) if "drill" in case else None
    drills = {} if kept is None else {kept.key: kept}
    told = Told(last_drill=case.get("drilled"), drill_rto=seconds["took"], drills=drills)
    found = {each.code.split(".")[1]: each for each in check_replica(seen, policy, told, SITES)}
    for each in found.values():
        assert texts.has(each.code), each.code
        assert each.status is CheckStatus.PASS or texts.has(f"{each.code}.remedy"), each.code
        assert {"measured", "threshold", "clock", "evidence"} <= each.values.keys()
    return found


def proved(found: Mapping[str, CheckResult], case: Mapping[str, Any]) -> None:
    result = found.get(case["aspect"])
    told = None if result is None else [result.code.split(".")[2], str(result.status)]
    assert told == case["expect"], result
    if "seconds" in case:
        assert result is not None
        assert float(result.values["seconds"]) == pytest.approx(case["seconds"])


@pytest.mark.parametrize("case", cases("standby"))
def test_a_standby(case: dict[str, Any]) -> None:
    at = float(case.get("at", 100))
    gone = Seen(at=at, took=0.2, fault="session.late")
    source = target = gone
    if case.get("source", {}) is not None:
        told: dict[str, Any] = dict(case.get("source", {}))
        beat = told.get("beat")
        told.setdefault("now", case.get("now", beat[1] if beat and "now" not in case else 1000))
        if "slots" in case:
            told["slots"] = tuple(Slot(**slot) for slot in case["slots"])
        if "senders" in case:
            told["senders"] = tuple(Sender(**sender) for sender in case["senders"])
        if "sender" in case:
            told["senders"] = (replace(SENDER, **case["sender"]),)
        source = Seen(at=at, took=0.2, cluster=changed(SOURCE, told))
    if case.get("target", {}) is not None:
        target = Seen(at=at + 0.2, took=0.2, cluster=changed(TARGET, case.get("target", {})))
    proved(judged(ReplicaKind.POSTGRESQL, source, target, case), case)


FEED = Feed(
    name="", address="10.0.0.1", port=3306, user="repl", server=1, receiving="Yes", applying="Yes", tls=True,
)  # fmt: skip
MARIA = MariaServer(
    version="10.11.6", server=1, read_only=False, now=1000, written=position("0-1-50"), applied={},
    origins=frozenset({(0, 1)}), followers=frozenset({2}), demanding={"repl": True},
    settings={"collation_server": "u", "max_connections": "151"}, size=1000, free=5000, beat=Beat(n=1000, ts=1000),
)  # fmt: skip
FOLLOWER = replace(
    MARIA, server=2, read_only=True, applied=position("0-1-50"), feeds=(FEED,), followers=frozenset(), demanding={},
)  # fmt: skip


def maria(server: MariaServer, fields: Mapping[str, Any]) -> MariaServer:
    told = dict(fields)
    for name in ("written", "applied"):
        if isinstance(told.get(name), str):
            told[name] = position(told[name])
    if "origins" in told:
        told["origins"] = frozenset((0, int(each.split("-")[1])) for each in told["origins"].split(","))
    if "followers" in told:
        told["followers"] = frozenset(told["followers"])
    if told.get("beat"):
        told["beat"] = Beat(n=told["beat"][0], ts=told["beat"][1])
        told.setdefault("now", told["beat"].ts)
    return replace(server, **told)


@pytest.mark.parametrize("case", cases("mariadb"))
def test_a_replica_of_mariadb(case: dict[str, Any]) -> None:
    source = target = Seen(at=100, took=0.2, fault="session.late")
    if case.get("source", {}) is not None:
        told = maria(MARIA, case.get("source", {}))
        if case.get("chained"):
            told = replace(told, feeds=(replace(FEED, server=2, address="10.0.0.2"),))
        source = Seen(at=100, took=0.2, server=told)
    if case.get("target", {}) is not None:
        feed = case.get("feed", {})
        if feed is not None and "filters" in feed:
            feed["filters"] = tuple(feed["filters"])
        feeds = () if feed is None else (replace(FEED, **feed),)
        follower = replace(FOLLOWER, feeds=feeds)
        target = Seen(at=100.2, took=0.2, server=maria(follower, case.get("target", {})))
    proved(judged(ReplicaKind.MARIADB, source, target, case), case)


@pytest.mark.parametrize("case", cases("files"))
def test_a_copy_of_files(case: dict[str, Any]) -> None:
    clock = case.get("clock", 0)
    source = {name: [10, 100, 100, name] for name in "abc"} | case.get("source", {})
    target = {name: [10, 500 + clock, 100, name] for name in "abc"} | case.get("target", {})

    def tree(entries: Mapping[str, Any], now: float, at: float) -> Tree:
        return Tree(
            now=now,
            at=at,
            free=1000,
            entries={
                name: Entry(kind="f", size=told[0], changed=told[1], modified=told[2], content=told[3])
                for name, told in entries.items()
                if told is not None
            },
        )

    seen = Seen(at=0.2, took=0.2, tree=tree(target, 1000.2 + clock, 0.2))
    if case.get("absent"):
        seen = Seen(at=0.2, took=0.2, fault="dr.absent", absent=True)
    proved(judged(ReplicaKind.FILES, Seen(at=0, took=0.2, tree=tree(source, 1000, 0)), seen, case), case)


def test_every_aspect_has_words_and_cases() -> None:
    found = {case.values[0]["aspect"] for name in ("standby", "mariadb", "files") for case in cases(name)}
    assert found == set(map(str, Aspect))
    assert [aspect for aspect in Aspect if not texts.has(f"dr.aspect.{aspect}")] == []


def good() -> Observed:
    source = Seen(at=0, took=0.1, cluster=SOURCE)
    target = Seen(at=0.1, took=0.1, cluster=TARGET)
    return Observed(replica=replica(ReplicaKind.POSTGRESQL, {}), source=source, target=target, day=DAY)


def system(
    name: str, *seen: Observed, needed: frozenset[str] = frozenset({"postgresql"}), **told: Any
) -> CheckedSystem:
    policy = Policy(rpo=timedelta(seconds=30), rto=timedelta(hours=1), drill=timedelta(days=180), headroom=1,
                    retention=timedelta(0))  # fmt: skip
    return check_system(Wanted(system=name, policy=policy, told=Told(**told), needed=needed), seen, SITES)


def test_a_replica_that_nobody_made_is_a_finding_and_no_other_stands_for_it() -> None:
    nothing = system("S-1")
    assert [each.code for each in nothing.results] == ["dr.existence.none"]
    assert nothing.status is CheckStatus.FAIL
    both = system("S-2", good(), needed=frozenset({"postgresql", "mariadb"}))
    assert [each.values["kind"] for each in both.missing] == ["mariadb"]
    assert rate_coverage([nothing, both]).configured == ()


def test_rates_are_nested_and_unknown_is_in_none() -> None:
    drilled: dict[str, Any] = {"drills": {drill().key: drill()}}
    silent = replace(good(), target=Seen(at=0, took=0, fault="session.late"))
    damaged = replace(good(), target=Seen(at=0, took=0, cluster=replace(TARGET, page_failures=1)))
    found = [
        system("all", good(), **drilled),
        system("undrilled", good()),
        system("damaged", damaged, **drilled),
        system("silent", silent, **drilled),
        system("none"),
    ]
    rates = rate_coverage(found)
    assert rates.needing == ("all", "undrilled", "damaged", "silent", "none")
    assert rates.configured == ("all", "undrilled", "damaged")
    assert rates.healthy == ("all", "undrilled")
    assert rates.drilled == ("all",)
    assert found[0].status is CheckStatus.PASS
    assert found[3].status is CheckStatus.UNKNOWN


def test_a_near_replica_is_no_fault_beside_a_far_one_and_the_same_machine_always_is() -> None:
    def at(reason: str, status: CheckStatus) -> tuple[CheckResult, ...]:
        return (CheckResult(code=f"dr.independence.{reason}", status=status),)

    near, far = at("too-near", CheckStatus.FAIL), at("away", CheckStatus.PASS)
    same = at("same-machine", CheckStatus.FAIL)
    assert [found[0].code for found in one_is_far([near, far])] == ["dr.independence.second", "dr.independence.away"]
    assert one_is_far([near, near]) == (near, near)
    assert one_is_far([same, far])[0] == same
