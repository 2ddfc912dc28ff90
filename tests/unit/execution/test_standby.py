"""A standby is made step by step, and what fails is told; taking it away takes what is there and looks again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from orchestrator.errors import ExitCode, Locked, MigrateError
from orchestrator.execution.standby import Dropping, Preparing
from orchestrator.model.machines import Reach
from orchestrator.model.observed import Cluster, Seen, Sender, Slot
from orchestrator.model.replica import End, Replica, ReplicaKind
from orchestrator.model.standby import Facts, Part, Prepared, PrepareStep, Seeding
from orchestrator.reporting.standbys import DroppedView, PreparedView
from tests.fakes import FakeClock
from tests.unit.checks.test_making import MAKE, PLACE, SOURCE, STANDING, STOOD

NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)
REPLICA = Replica(
    system="S-1", kind=ReplicaKind.POSTGRESQL, source=End(reach=Reach(address="10.0.1.5")),
    replica=End(reach=Reach(address="10.9.1.5")),
)  # fmt: skip
COPIED = (Seeding(state="running", done=1, whole=2), Seeding(state="placed"))
PRIMARY = Cluster(
    version=150018, identifier="7", timeline=1, recovery=False, lsn=900, now=0,
    slots=(Slot(name="own", active=True, status="reserved"),),
    senders=(Sender(address="10.9.1.5", slot="own", state="streaming", reply_age=0.1, tls=True),),
)  # fmt: skip
STANDBY = Cluster(
    version=150018, identifier="7", timeline=1, recovery=True, lsn=900, now=0, paused="not paused",
    receiver="streaming", receipt_age=0.1, slot="own",
)  # fmt: skip


@dataclass
class FakeMaker:
    """A standby whose steps are noted; one of them may fail, and the copy's states are told one after the other."""

    facts: tuple[Facts, Facts] = (SOURCE, PLACE)
    fails: str = ""
    seeds: list[Seeding] = field(default_factory=lambda: [*COPIED])
    standby: Cluster = STANDBY
    stays: frozenset[Part] = frozenset()
    busy: bool = False
    done: list[str] = field(default_factory=list)

    def claim(self) -> None:
        if self.busy:
            raise Locked("prepare.running", system="S-1")
        self.done.append("claim")

    def release(self) -> None:
        self.done.append("release")

    def look(self) -> tuple[Facts, Facts]:
        return self.facts

    def access(self) -> None:
        self._do("access")

    def beat(self) -> None:
        self._do("beat")

    def slot(self) -> None:
        self._do("slot")

    def begin(self) -> None:
        self._do("begin")

    def seeding(self) -> Seeding:
        return self.seeds.pop(0)

    def start(self) -> None:
        self._do("start")

    def follow(self) -> None:
        self._do("follow")

    def observe(self) -> tuple[Seen, Seen]:
        return Seen(at=0, took=0, cluster=PRIMARY), Seen(at=0, took=0, cluster=self.standby)

    def take(self, part: Part) -> None:
        self._do(part)
        if not self.stays:
            self.facts = (SOURCE, PLACE)

    def _do(self, what: str) -> None:
        if what == self.fails:
            raise MigrateError("session.ended", subject="replica")
        self.done.append(what)


def preparing(maker: FakeMaker, begun: list[Prepared] | None = None) -> Prepared:
    clock = FakeClock(NOW)
    work = Preparing(
        maker, REPLICA, MAKE, clock=clock, note=lambda _: None, progress=lambda *_: None, sleep=lambda _: None
    )
    return work.run((begun if begun is not None else []).append)


def exit_code(came: Prepared, *, dry: bool = False) -> ExitCode:
    return PreparedView(came=came, make=MAKE, dry=dry).exit_code


def test_it_is_made_in_order_and_proved() -> None:
    maker, begun = FakeMaker(), list[Prepared]()
    came = preparing(maker, begun)
    assert maker.done == ["claim", "access", "beat", "slot", "begin", "start", "release"]
    assert [each.step for each in came.timed] == [step for step in PrepareStep if step is not PrepareStep.FOLLOW]
    assert (came.done, len(begun), exit_code(came)) == (True, 1, ExitCode.DONE)


def test_what_stands_is_only_looked_at() -> None:
    maker = FakeMaker(facts=(STOOD, STANDING))
    assert preparing(maker).done
    assert maker.done == ["claim", "release"]


def test_what_forbids_it_keeps_everything_as_it_is() -> None:
    maker, begun = FakeMaker(facts=(SOURCE, {**PLACE, "data": "foreign"})), list[Prepared]()
    came = preparing(maker, begun)
    assert (maker.done, begun, exit_code(came)) == ([], [], ExitCode.REFUSED)


@pytest.mark.parametrize(
    ("seeds", "code"),
    [
        ([Seeding(state="failed", said="no space")], "prepare.seed"),
        ([Seeding(state="running"), Seeding(state="none")], "prepare.seed-ended"),
    ],
)
def test_a_copy_that_fails_is_told_and_nothing_follows(seeds: list[Seeding], code: str) -> None:
    maker = FakeMaker(seeds=seeds)
    came = preparing(maker)
    assert (came.failed, came.code, maker.done[-2:]) == ("seed", code, ["begin", "release"])
    assert exit_code(came) is ExitCode.FAILED


@pytest.mark.parametrize("step", ["access", "slot", "start"])
def test_a_step_that_fails_ends_it(step: str) -> None:
    came = preparing(FakeMaker(fails=step))
    assert (came.failed, came.code, came.done) == (step, "session.ended", False)


def test_a_standby_of_another_cluster_is_not_proved() -> None:
    another = Cluster(version=150018, identifier="8", timeline=1, recovery=True, lsn=900, now=0, paused="not paused")
    came = preparing(FakeMaker(standby=another))
    assert (came.failed, came.done, exit_code(came)) == ("", False, ExitCode.FAILED)


def test_somebody_else_at_work_is_left_alone() -> None:
    with pytest.raises(Locked):
        preparing(FakeMaker(busy=True))


def test_taking_away_tells_what_is_left() -> None:
    parts = list(Part)
    maker = FakeMaker(facts=(STOOD, STANDING))
    came = Dropping(maker, REPLICA, without="", note=lambda _: None).run(lambda _: None)
    assert (maker.done, came.gone, came.left) == (["claim", *parts, "release"], tuple(parts), ())
    stays = FakeMaker(facts=(STOOD, STANDING), stays=frozenset({Part.ROLE}))
    came = Dropping(stays, REPLICA, without="", note=lambda _: None).run(lambda _: None)
    assert came.left == tuple(parts)
    assert DroppedView(came=came, dry=False).exit_code is ExitCode.ROLLBACK_FAILED
