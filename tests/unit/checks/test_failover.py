"""A failover is allowed where the primary is silent and fenced, the standby is its own, and the loss is accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orchestrator.checks.replicas.failover import check_decided, check_failover, is_split, measure_failover_loss
from orchestrator.model.failover import Accepted, Decided, FenceStatement, Known, Looked, wrong
from orchestrator.model.machines import Reach
from orchestrator.model.observed import Cluster, Seen
from orchestrator.model.recovering import SeenSource
from orchestrator.model.replica import Beat, End, Heartbeat, Replica, ReplicaKind

NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)
STAMP = NOW.timestamp()
REPLICA = Replica(
    system="S-1", kind=ReplicaKind.POSTGRESQL, source=End(reach=Reach(address="10.0.1.5")),
    replica=End(reach=Reach(address="10.9.1.5")), heartbeat=Heartbeat(),
)  # fmt: skip
STANDBY = Cluster(
    version=150000, identifier="7", timeline=1, recovery=True, lsn=900, now=STAMP, paused="not paused",
    beat=Beat(n=90, ts=STAMP - 30),
)  # fmt: skip
PRIMARY = replace(STANDBY, recovery=False, paused="", lsn=1000)
SOURCE = SeenSource(identifier="7", lsn=1000, ahead=0.0, n=95, ts=STAMP - 60, at=NOW - timedelta(minutes=1))
STATEMENT = FenceStatement(
    programme="p", system="S-1", server="10.0.1.5:5432", did="power off", since=NOW - timedelta(seconds=10),
    actor="second@office", made=NOW, expires=NOW + timedelta(hours=1), principal="second",
)  # fmt: skip
SILENT = Seen(at=0, took=0, fault="session.ended")


TRIED = 'connection to server at "10.0.1.5", port 5432 failed'


def faulty(code: str, said: str) -> Seen:
    return Seen(at=0, took=0, fault=code, values={"said": said})


def seen(cluster: Cluster) -> Seen:
    return Seen(at=0, took=0, cluster=cluster)


def judged(
    *, primary: Seen = SILENT, standby: dict[str, Any] | None = None, source: SeenSource | None = SOURCE,
    fence: dict[str, Any] | None = None, stated: bool = True, accepted: Accepted = Accepted(heartbeats=21),  # noqa: B008 - frozen
    actor: str = "root@desk",
) -> list[str]:  # fmt: skip
    """Return what forbids a failover; by itself nothing does."""
    statement = replace(STATEMENT, **(fence or {})) if stated else None
    looked = Looked(source=primary, target=seen(replace(STANDBY, **(standby or {}))), received=900)
    known = Known(source=source, statement=statement)
    loss = measure_failover_loss(REPLICA.heartbeat, known, looked, NOW)
    found = check_failover(REPLICA, known, looked, loss, accepted, programme="p", actor=actor, now=NOW)
    return [check.code.removeprefix("failover.") for check in wrong(found)]


def test_a_silent_primary_that_is_fenced_and_a_loss_that_is_accepted_allow_it() -> None:
    assert judged() == []


@pytest.mark.parametrize(
    "primary",
    [
        faulty("session.late", ""),
        faulty("session.ended", "ssh: connect to host 10.0.1.5 port 22: No route to host"),
        faulty("session.ended", "Is the server running locally and accepting connections on that socket?"),
        faulty("session.refused", f"{TRIED}: Connection refused"),
        faulty("session.refused", "connection timeout expired"),
    ],
)
def test_who_says_nothing_is_silent(primary: Seen) -> None:
    assert judged(primary=primary) == []


@pytest.mark.parametrize(
    ("given", "forbids"),
    [
        ({"primary": seen(PRIMARY)}, "primary.answers"),
        ({"primary": seen(STANDBY)}, "primary.standby"),
        ({"primary": faulty("session.error", "ERROR: permission denied")}, "primary.speaks"),
        ({"primary": faulty("dr.answer", "")}, "primary.speaks"),
        ({"primary": faulty("session.ended", f"{TRIED}: FATAL:  it is starting up")}, "primary.speaks"),
        ({"primary": faulty("session.refused", f"{TRIED}: FATAL:  too many connections")}, "primary.speaks"),
        ({"primary": faulty("dr.secret", "")}, "primary.unasked"),
        ({"standby": {"recovery": False}}, "standby.promoted"),
        ({"standby": {"identifier": "8"}}, "standby.another"),
        ({"standby": {"paused": "paused"}}, "standby.paused"),
        ({"standby": {"apply_delay": 3600.0}}, "standby.delayed"),
        ({"standby": {"receiver": "streaming", "receipt_age": 7.0}}, "standby.fed"),
        ({"stated": False, "accepted": Accepted(heartbeats=99)}, "fence.none"),
        ({"fence": {"fault": "unreadable"}}, "fence.unreadable"),
        ({"fence": {"fault": "signature.wrong"}}, "fence.signature-wrong"),
        ({"fence": {"principal": ""}}, "fence.unsigned"),
        ({"fence": {"programme": "q"}}, "fence.other-programme"),
        ({"fence": {"system": "S-2"}}, "fence.other-system"),
        ({"fence": {"server": "10.0.1.6:5432"}}, "fence.other-server"),
        ({"fence": {"expires": NOW - timedelta(seconds=1)}}, "fence.expired"),
        ({"fence": {"since": NOW + timedelta(seconds=1)}, "accepted": Accepted(heartbeats=99)}, "fence.expired"),
        ({"actor": "second@office"}, "fence.same-person"),
        ({"actor": "second@elsewhere"}, "fence.same-person"),
        ({"fence": {"since": NOW - timedelta(seconds=36)}, "accepted": Accepted(unknown=True)}, "fence.contradicted"),
        ({"accepted": Accepted(heartbeats=20)}, "loss.bound"),
        ({"accepted": Accepted(unknown=True)}, "loss.bound"),
        ({"standby": {"beat": None}}, "loss.unknown"),
    ],
)  # fmt: skip
def test_each_refusal_has_a_word_of_its_own(given: dict[str, Any], forbids: str) -> None:
    assert judged(**given) == [forbids]


def test_a_primary_that_no_check_saw_is_accepted_by_the_word_or_not_at_all() -> None:
    assert judged(source=None) == ["standby.unseen", "loss.unknown"]
    assert judged(source=None, accepted=Accepted(unknown=True)) == []


def test_a_standby_that_was_silent_for_long_is_not_fed() -> None:
    assert judged(standby={"receiver": "streaming", "receipt_age": 9.0}) == []


def test_the_loss_is_a_bound_on_the_primarys_own_clock() -> None:
    looked = Looked(source=SILENT, target=seen(STANDBY), received=960)
    loss = measure_failover_loss(Heartbeat(), Known(source=SOURCE, statement=STATEMENT), looked, NOW)
    assert (loss.least, loss.most, loss.seconds, loss.lacking) == (5, 21, 20.0, 40)
    late = measure_failover_loss(Heartbeat(), Known(source=replace(SOURCE, ahead=4.0)), looked, NOW)
    assert (late.most, late.seconds) == (35, 34.0)
    more = measure_failover_loss(Heartbeat(), Known(source=replace(SOURCE, n=150), statement=STATEMENT), looked, NOW)
    assert (more.least, more.most) == (60, 60)


def test_a_decision_is_finished_only_by_a_standby_that_heard_nothing_since() -> None:
    def resumed(decided: Decided, target: Cluster = STANDBY) -> bool:
        return bool(check_decided(REPLICA, Looked(source=SILENT, target=seen(target), received=900, decided=decided)))

    assert not resumed(Decided(id="x", timeline=1, lsn=900))
    assert resumed(Decided(id="x", timeline=1, lsn=899))
    assert resumed(Decided(id="x", timeline=2, lsn=900))
    assert not resumed(Decided(id="x", timeline=1, lsn=1), PRIMARY)


def test_two_writable_servers_of_one_cluster_are_split() -> None:
    promoted = seen(replace(PRIMARY, timeline=2))
    assert is_split(Looked(source=seen(PRIMARY), target=promoted))
    assert not is_split(Looked(source=SILENT, target=promoted))
    assert not is_split(Looked(source=seen(STANDBY), target=promoted))
    assert not is_split(Looked(source=seen(replace(PRIMARY, identifier="8")), target=promoted))
