"""A failover decides once, after every verdict passed and is on record; whatever fails, the next one goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from orchestrator.errors import ExitCode, Locked, MigrateError
from orchestrator.execution.failing_over import Asked, FailingOver
from orchestrator.model.failover import Accepted, Decided, FailedOver, FenceStatement, Known, Looked
from orchestrator.model.machines import Reach
from orchestrator.model.observed import Cluster, Seen
from orchestrator.model.recovering import SeenSource
from orchestrator.model.replica import Beat, End, Heartbeat, Replica, ReplicaKind
from orchestrator.model.result import CheckResult
from orchestrator.reporting.failovers import FailedOverView
from tests.fakes import FakeClock

NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)
REPLICA = Replica(
    system="S-1", kind=ReplicaKind.POSTGRESQL, source=End(reach=Reach(address="10.0.1.5")),
    replica=End(reach=Reach(address="10.9.1.5")), heartbeat=Heartbeat(),
)  # fmt: skip
STANDBY = Cluster(
    version=150000, identifier="7", timeline=1, recovery=True, lsn=900, now=0, paused="not paused",
    beat=Beat(n=90, ts=NOW.timestamp() - 3),
)  # fmt: skip
SILENT = Seen(at=0, took=0, fault="session.ended")


@dataclass
class FakePromoter:
    """A standby whose steps are noted; one of them may fail."""

    source: Seen = SILENT
    standby: Cluster = STANDBY
    fails: str = ""
    decided: Decided | None = None
    done: list[str] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    def hold(self) -> None:
        self._do("hold")
        self.meanwhile()

    def look(self) -> Looked:
        return Looked(
            source=self.source,
            target=Seen(at=0, took=0, cluster=self.standby),
            received=900 if self.standby.recovery else None,
            decided=self.decided,
        )

    def replay(self) -> None:
        self._do("replay")

    def decide(self, wanted: Decided) -> Decided:
        self._do("decide")
        self.decided = self.decided or wanted
        return self.decided

    def ensure_settings(self) -> tuple[CheckResult, ...]:
        return self._do("settings")

    def ensure_promoted(self, decided: Decided) -> tuple[CheckResult, ...]:
        assert decided == self.decided
        found = self._do("promote")
        self.standby = replace(self.standby, recovery=False, timeline=2)
        return found

    def ensure_route(self) -> tuple[CheckResult, ...]:
        return self._do("route")

    def verify(self) -> tuple[CheckResult, ...]:
        return self._do("verify")

    def forget(self) -> None:
        self.done.append("forget")

    def release(self) -> None:
        self.done.append("release")

    def _do(self, what: str) -> tuple[CheckResult, ...]:
        if self.fails == what:
            raise MigrateError("session.late", session=what)
        self.done.append(what)
        return (CheckResult.of(f"failover.{what}", True),)


def failing(promoter: FakePromoter, *, fenced: bool = True, record: list[FailedOver] | None = None) -> FailingOver:
    statement = FenceStatement(
        programme="p", system="S-1", server="10.0.1.5:5432", did="power off", since=NOW - timedelta(seconds=1),
        actor="second@office", made=NOW - timedelta(seconds=1), expires=NOW + timedelta(hours=1), principal="second",
    )  # fmt: skip
    known = Known(
        source=SeenSource(identifier="7", lsn=800, ahead=0, n=80, ts=0), statement=statement if fenced else None
    )
    asked = Asked(programme="p", actor="root@desk", known=known, accepted=Accepted(heartbeats=9))
    told = record if record is not None else []
    return FailingOver(
        promoter, REPLICA, asked, clock=FakeClock(NOW), note=lambda _: None, deciding=told.append
    )  # fmt: skip


def code(came: FailedOver, *, dry: bool = False) -> ExitCode:
    return FailedOverView(came=came, dry=dry).exit_code


def test_it_decides_after_the_verdicts_are_on_record_and_goes_to_the_end() -> None:
    promoter, record = FakePromoter(), list[FailedOver]()
    assert code(failing(promoter).preview(), dry=True) is ExitCode.DONE
    assert not promoter.done
    came = failing(promoter, record=record).run()
    assert promoter.done == ["hold", "replay", "decide", "settings", "promote", "route", "verify", "release"]
    assert came.well
    assert code(came) is ExitCode.DONE
    assert [each.decided for each in record] == [False]
    assert record[0].id == came.id


def test_what_is_forbidden_touches_nothing() -> None:
    promoter = FakePromoter()
    came = failing(promoter, fenced=False).run()
    assert not promoter.done
    assert code(came) is ExitCode.REFUSED


def test_a_primary_that_comes_back_before_the_decision_is_left_alone() -> None:
    promoter = FakePromoter()

    def returns() -> None:
        promoter.source = Seen(at=0, took=0, cluster=replace(STANDBY, recovery=False))

    promoter.meanwhile = returns
    came = failing(promoter).run()
    assert promoter.done == ["hold", "replay", "forget"]
    assert [check.code for check in came.blocked] == ["failover.primary.answers"]


@pytest.mark.parametrize("fails", ["replay", "decide", "settings", "promote", "route", "verify"])
def test_whatever_fails_the_next_one_finishes(fails: str) -> None:
    promoter = FakePromoter(fails=fails)
    first = failing(promoter).run()
    assert (code(first), first.code) == (ExitCode.FAILED, "session.late")
    decided = fails not in {"replay", "decide"}
    assert promoter.done[-1] == ("release" if decided else "forget")
    assert bool(promoter.decided) is first.decided is decided
    promoter.fails = ""
    # What was decided needs nobody's word any more.
    second = failing(promoter, fenced=not decided).run()
    assert (second.well, second.finished) == (True, decided)
    assert second.id == (first.id if decided else second.id)


def test_an_old_primary_that_comes_back_is_a_finding() -> None:
    promoter = FakePromoter()
    failing(promoter).run()
    assert code(failing(promoter).preview(), dry=True) is ExitCode.DONE
    promoter.source = Seen(at=0, took=0, cluster=replace(STANDBY, recovery=False))
    assert code(failing(promoter).preview(), dry=True) is ExitCode.FINDING
    came = failing(promoter).run()
    assert came.split
    assert code(came) is ExitCode.FINDING


def test_a_standby_that_heard_more_since_the_decision_is_not_promoted() -> None:
    promoter = FakePromoter(decided=Decided(id="20261128T015900Z", timeline=1, lsn=899))
    came = failing(promoter).run()
    assert [check.code for check in came.blocked] == ["failover.standby.resumed"]
    assert not promoter.done


def test_one_fails_over_at_a_time() -> None:
    promoter = FakePromoter()

    def busy() -> None:
        raise Locked("failover.running", system="S-1")

    promoter.meanwhile = busy
    with pytest.raises(Locked):
        failing(promoter).run()
    assert promoter.done == ["hold"]
