"""A failback closes, sees that all has arrived, and decides once; before that whatever fails opens the side again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from orchestrator.checks.replicas.failback import LAG
from orchestrator.errors import ExitCode, MigrateError
from orchestrator.execution.failing_back import FailingBack, Wish
from orchestrator.model.failback import FailedBack, Standing
from orchestrator.model.failover import Decided, FenceStatement
from orchestrator.model.observed import Cluster, Seen, Sender
from orchestrator.model.replica import Replica
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.standby import Make, Prepared, PrepareStep
from orchestrator.reporting.failbacks import FailedBackView
from tests.fakes import FakeClock
from tests.unit.execution.test_failing_over import NOW, REPLICA, FakePromoter

PAIR = replace(REPLICA, make=Make(data="/srv/dr"), failback=Make(data="/srv/home"))
HOME = PAIR.homeward
OTHER = Cluster(
    version=150000, identifier="7", timeline=2, recovery=False, lsn=900, now=0,
    senders=(Sender(address="10.0.1.5", slot="", state="streaming", reply_age=0.1, tls=True),),
)  # fmt: skip
FOLLOWING = Cluster(
    version=150000, identifier="7", timeline=2, recovery=True, lsn=900, now=0, paused="not paused",
    receiver="streaming", receipt_age=0.1,
)  # fmt: skip
AGREED = FenceStatement(
    programme="p", system="S-1", server="10.9.1.5:5432", did="tonight", since=NOW, actor="second@office", made=NOW,
    expires=NOW + timedelta(hours=1), principal="second",
)  # fmt: skip
FOLLOWED = Prepared(
    system="S-1", replica=PAIR.key, todo=(PrepareStep.PROVE,),
    proofs=(CheckResult(code="prepare.caught-up", status=CheckStatus.PASS),),
)  # fmt: skip


@dataclass
class FakeTurner:
    """The side that is left; one of its steps may fail."""

    done: list[str]
    stands: Standing = Standing.OPEN
    fails: frozenset[str] = frozenset()
    folder: str = "/srv/dr"
    has: int | None = 901

    def standing(self) -> Standing:
        return self.stands

    def data(self) -> str:
        return self.folder

    def close(self) -> int:
        self._do("close")
        self.stands = Standing.CLOSED
        return 900

    def reopen(self) -> None:
        self._do("reopen")
        self.stands = Standing.OPEN

    def replayed(self) -> int | None:
        if "replayed" in self.fails:
            raise KeyboardInterrupt
        return self.has

    def renew(self) -> None:
        """Nothing is kept."""

    def unbind(self) -> None:
        self._do("unbind")

    def tidy(self) -> None:
        self._do("tidy")

    def _do(self, what: str) -> None:
        self.done.append(what)
        if what in self.fails:
            raise MigrateError("session.ended", subject="replica")


@dataclass
class Case:
    """A pair whose old primary follows, and who agreed."""

    promoter: FakePromoter = field(default_factory=lambda: FakePromoter(source=seen(OTHER), standby=FOLLOWING))
    fails: frozenset[str] = frozenset()
    stands: Standing = Standing.OPEN
    has: int | None = 901
    statement: FenceStatement | None = AGREED
    folder: str = "/srv/dr"
    home: Replica = HOME
    begun: list[FailedBack] = field(default_factory=list)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))

    def run(self) -> FailedBack:
        self.turner = FakeTurner(
            self.promoter.done, stands=self.stands, fails=self.fails, folder=self.folder, has=self.has
        )
        return FailingBack(
            self.promoter, self.turner, self.home, Wish(programme="p", actor="root@desk", statement=self.statement),
            follow=lambda: FOLLOWED, clock=self.clock, note=lambda _: None, deciding=self.begun.append,
            sleep=lambda seconds: self.clock.sleep(timedelta(seconds=seconds)),
        ).run()  # fmt: skip


def seen(cluster: Cluster) -> Seen:
    return Seen(at=0, took=0, cluster=cluster)


def exit_code(came: FailedBack) -> ExitCode:
    return FailedBackView(made=None, came=came).exit_code


def test_it_goes_in_order_and_loses_nothing() -> None:
    case = Case()
    came = case.run()
    assert case.promoter.done == [
        "hold", "close", "decide", "settings", "promote", "route", "verify", "unbind", "tidy", "release",
    ]  # fmt: skip
    assert (came.well, came.lacking, len(case.begun), exit_code(came)) == (True, 0, 1, ExitCode.DONE)


@pytest.mark.parametrize(
    ("code", "case"),
    [
        ("failback.agreed.none", Case(statement=None)),
        ("failback.agreed.other-server", Case(statement=replace(AGREED, server="10.0.1.5:5432"))),
        ("failback.agreed.same-person", Case(statement=replace(AGREED, actor="root@desk"))),
        ("failback.agreed.expired", Case(statement=replace(AGREED, expires=NOW - timedelta(hours=1)))),
        ("failback.agreed.signature-wrong", Case(statement=replace(AGREED, principal="", fault="signature.wrong"))),
        ("failback.primary.data", Case(folder="/srv/another")),
        (
            "failback.primary.standby",
            Case(
                stands=Standing.FOLLOWS,
                promoter=FakePromoter(source=seen(OTHER), standby=replace(FOLLOWING, recovery=False)),
            ),
        ),
        ("failback.primary.standby", Case(stands=Standing.STOPPED)),
        ("failback.primary.silent", Case(promoter=FakePromoter(standby=FOLLOWING))),
        (
            "failback.lag",
            Case(promoter=FakePromoter(source=seen(replace(OTHER, lsn=LAG + 1000)), standby=FOLLOWING)),
        ),
        (
            "dr.continuity.no-receiver",
            Case(promoter=FakePromoter(source=seen(OTHER), standby=replace(FOLLOWING, receiver=""))),
        ),
    ],
)
def test_what_forbids_it_leaves_everything_as_it_is(code: str, case: Case) -> None:
    came = case.run()
    assert [each.code for each in came.blocked] == [code]
    assert (case.promoter.done, case.begun, exit_code(came)) == ([], [], ExitCode.REFUSED)


@pytest.mark.parametrize("case", [Case(fails=frozenset({"close"})), Case(has=900), Case(has=None)])
def test_whatever_fails_before_the_decision_opens_the_side_again(case: Case) -> None:
    came = case.run()
    assert "decide" not in case.promoter.done
    assert (case.turner.stands, came.reopened, came.decided) == (Standing.OPEN, True, False)
    assert exit_code(came) is ExitCode.ROLLED_BACK


def test_a_side_that_cannot_be_opened_again_is_told() -> None:
    case = Case(has=900, fails=frozenset({"reopen"}))
    came = case.run()
    assert (came.closed, came.reopened, exit_code(came)) == (True, False, ExitCode.ROLLBACK_FAILED)


def test_where_nobody_knows_of_a_decision_nothing_is_opened() -> None:
    case = Case(promoter=FakePromoter(source=seen(OTHER), standby=FOLLOWING, fails="decide"))
    came = case.run()
    assert "reopen" not in case.promoter.done
    assert (came.closed, exit_code(came)) == (True, ExitCode.ROLLBACK_FAILED)


def test_who_ends_it_by_hand_leaves_nobody_without_a_side() -> None:
    case = Case(fails=frozenset({"replayed"}))
    with pytest.raises(KeyboardInterrupt):
        case.run()
    assert (case.turner.stands, case.promoter.done[-1]) == (Standing.OPEN, "forget")


# As its machine's restart leaves it, or who was killed before it was stopped.
@pytest.mark.parametrize("stands", [Standing.CLOSED, Standing.FOLLOWS, Standing.CLOSING])
def test_a_side_that_was_closed_without_a_decision_is_opened_first_and_judged_anew(stands: Standing) -> None:
    case = Case(stands=stands)
    came = case.run()
    assert case.promoter.done[:3] == ["hold", "reopen", "close"]
    assert came.well
    case = Case(stands=stands, statement=None)
    came = case.run()
    assert (case.promoter.done, exit_code(came)) == (["hold", "reopen", "forget"], ExitCode.REFUSED)


def test_what_was_decided_is_finished_whatever_anybody_says() -> None:
    decided = Decided(id="20261128T020000Z", timeline=2, lsn=900)
    case = Case(promoter=FakePromoter(standby=FOLLOWING, decided=decided), stands=Standing.CLOSED, statement=None)
    came = case.run()
    assert (came.well, came.finished, came.id) == (True, True, decided.id)
    assert not {"close", "decide"} & set(case.promoter.done)


@pytest.mark.parametrize(
    ("stands", "standby"),
    [
        (Standing.OPEN, FOLLOWING),  # a person opened it
        (Standing.CLOSING, FOLLOWING),
        (Standing.STOPPED, FOLLOWING),
        (Standing.CLOSED, replace(FOLLOWING, lsn=950)),  # it fed it meanwhile
        (Standing.OPEN, replace(FOLLOWING, recovery=False)),  # a later failover
        (Standing.UNKNOWN, replace(FOLLOWING, recovery=False)),
    ],
)
def test_a_decision_that_is_of_the_past_leads_nobody_anywhere(stands: Standing, standby: Cluster) -> None:
    decided = Decided(id="20261128T020000Z", timeline=2, lsn=900)
    case = Case(promoter=FakePromoter(standby=standby, decided=decided), stands=stands)
    came = case.run()
    assert (case.promoter.done, exit_code(came)) == ([], ExitCode.REFUSED)


@pytest.mark.parametrize("step", ["settings", "promote", "route", "verify", "unbind", "tidy"])
def test_whatever_fails_after_the_decision_is_gone_on_with(step: str) -> None:
    promoter = FakePromoter(source=seen(OTHER), standby=FOLLOWING, fails=step)
    case = Case(promoter=promoter, fails=frozenset({step}))
    came = case.run()
    assert (came.decided, came.failed != "", "reopen" in promoter.done) == (True, True, False)
    assert exit_code(came) is ExitCode.FAILED
    promoter.fails = ""
    again = Case(promoter=promoter, stands=Standing.CLOSED, statement=None).run()
    assert (again.well, again.finished) == (True, True)
