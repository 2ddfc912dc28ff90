"""What is as planned by the record is looked at, and what nobody can see is not called right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestrator.execution.prepare import Prepared
from orchestrator.execution.seeing import Eyes, last_verified, seen_as_planned, verify
from orchestrator.model.plan import Item, Kind, Mark, Reason
from orchestrator.model.programme import Hold
from orchestrator.model.result import CheckStatus, Observed, RunStatus, StepRun, SystemRun
from orchestrator.model.seen import Seen
from orchestrator.model.system import Workload
from tests.fakes import (
    HOST_KEY,
    OTHER_KEY,
    FakeCloud,
    FakeGuestProbe,
    FakeHostKeys,
    sample_plan,
    sample_spec,
)

SPEC = sample_spec(volumes=False)
SERVER = "lab-yt-001-web"
AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@dataclass
class Sky:
    """One provisioned system and its record."""

    cloud: FakeCloud
    pins: FakeHostKeys
    probe: FakeGuestProbe

    @property
    def server(self) -> Observed:
        return next(seen for seen in self.cloud.view("lab").objects if seen.kind == "server")

    def prepared(self, mark: Mark = Mark.KEEP) -> Prepared:
        plan = sample_plan(SPEC, mark=mark)
        items = (Item(mark=mark, kind=Kind.SERVER, name=SERVER, cloud=self.cloud.name),)
        plan = replace(plan, systems=tuple(replace(system, items=items) for system in plan.systems))
        return Prepared(plan=plan, checks=(), clouds={self.cloud.name: self.cloud}, views=(self.cloud.view("lab"),))

    def eyes(self, tell: Callable[[Seen], None] = lambda _: None) -> Eyes:
        return Eyes(guests=self.probe, host_keys=self.pins, tell=tell)


@pytest.fixture
def sky(tmp_path: Path) -> Sky:
    cloud = FakeCloud("public-service", tmp_path / "cloud.json")
    for item in SPEC.parts[0].objects:
        cloud.ensure(item, deadline=timedelta(minutes=1))
    made = Sky(cloud, FakeHostKeys(), FakeGuestProbe())
    made.pins.pin(cloud.name, made.server.id, (HOST_KEY,))
    return made


def run(verb: str = "verify", status: RunStatus = RunStatus.DONE, ended: datetime | None = AT) -> SystemRun:
    step = StepRun(verb=verb, status=status, ended=ended)
    return SystemRun(system="YT-001", batch=1, workflow="w", attempt=1, status=RunStatus.DONE, steps=(step,))


def test_what_answers_as_planned_stays_as_planned_and_the_record_is_not_asked(sky: Sky) -> None:
    prepared = sky.prepared()

    found = seen_as_planned(prepared, sky.eyes(), lambda: pytest.fail("asked"))

    assert found.plan == prepared.plan
    assert found.seen["YT-001"].status is CheckStatus.PASS
    assert (found.fallen, found.unseen) == ((), ())


@pytest.mark.parametrize("status", [CheckStatus.FAIL, CheckStatus.ERROR])
def test_a_dead_service_is_no_equal_sign(sky: Sky, status: CheckStatus) -> None:
    sky.probe.status = status

    found = seen_as_planned(sky.prepared(), sky.eyes(), lambda: ())

    (system,) = found.plan.systems
    assert (system.mark, system.hold, system.spec) == (Mark.HOLD, Hold.BLOCK, SPEC)
    assert (found.fallen, found.unseen, found.obstructed) == (("YT-001",), (), ())


def test_what_nobody_can_see_is_told_with_when_it_was_seen_last(sky: Sky) -> None:
    sky.probe.status = CheckStatus.UNKNOWN

    found = seen_as_planned(sky.prepared(), sky.eyes(), lambda: (run(),))

    assert found.seen["YT-001"].since == AT
    assert (found.fallen, found.unseen) == ((), ("YT-001",))


@pytest.mark.parametrize("shown", [OTHER_KEY, HOST_KEY])
def test_another_key_than_the_pinned_one_fails(sky: Sky, shown: str) -> None:
    sky.probe.key = shown

    found = seen_as_planned(sky.prepared(), sky.eyes(), lambda: ())

    assert bool(found.fallen) == (shown != HOST_KEY)


def test_a_server_made_anew_under_the_same_marks_is_not_known(sky: Sky) -> None:
    sky.pins.pins.clear()
    sky.pins.pin(sky.cloud.name, "another-id", (HOST_KEY,))

    assert seen_as_planned(sky.prepared(), sky.eyes(), lambda: ()).unseen == ("YT-001",)


def test_what_is_to_change_anyway_is_not_looked_at_before_it_runs(sky: Sky) -> None:
    assert seen_as_planned(sky.prepared(Mark.CHANGE), sky.eyes(), lambda: ()).seen == {}


@pytest.mark.parametrize(
    ("mark", "status"),
    [
        (Mark.KEEP, CheckStatus.PASS),
        (Mark.CREATE, CheckStatus.FAIL),
        (Mark.CHANGE, CheckStatus.FAIL),
        (Mark.HOLD, CheckStatus.FAIL),
    ],
)
def test_verify_holds_a_system_to_its_whole_plan(sky: Sky, mark: Mark, status: CheckStatus) -> None:
    told: list[Seen] = []

    (seen,) = verify(sky.prepared(mark), sky.eyes(told.append), lambda: (run(),))

    assert (seen.status, seen.since) == (status, AT)
    assert [each.system for each in told] == ["YT-001"]


def test_a_cloud_that_did_not_answer_is_unknown_and_a_system_that_does_not_go_is_left(sky: Sky) -> None:
    prepared = sky.prepared()
    reason = Reason(code="plan.cloud-not-seen", values={"cloud": "public-service"})
    (known,) = prepared.plan.systems
    silent = replace(known, items=(), spec=None, reasons=(reason,))
    left = replace(known, system="YT-002", items=(), spec=None)
    prepared = replace(prepared, plan=replace(prepared.plan, systems=(silent, left)), views=())

    (seen,) = verify(prepared, sky.eyes(), lambda: ())

    assert (seen.system, seen.status) == ("YT-001", CheckStatus.UNKNOWN)


def test_a_server_that_is_gone_or_stopped_fails_whatever_its_plan_says(sky: Sky) -> None:
    sky.cloud.delete(sky.server)

    (seen,) = verify(sky.prepared(), sky.eyes(), lambda: ())

    assert [check.status for check in seen.checks if check.code == "run.server-active"] == [CheckStatus.FAIL]


def test_a_bare_server_is_never_logged_in_to(sky: Sky, tmp_path: Path) -> None:
    spec = sample_spec("YT-002", volumes=False, workload=Workload.NONE)
    for item in spec.parts[0].objects:
        sky.cloud.ensure(item, deadline=timedelta(minutes=1))
    sky.probe.status = CheckStatus.FAIL
    prepared = replace(sky.prepared(), plan=sample_plan(spec, mark=Mark.KEEP))

    assert seen_as_planned(prepared, sky.eyes(), lambda: ()).seen["YT-002"].status is CheckStatus.PASS


def test_only_a_verification_that_ended_well_counts_and_the_latest_of_them() -> None:
    later = AT + timedelta(hours=1)
    assert last_verified([run(), run(ended=later), run("configure", ended=later + timedelta(hours=1))]) == {
        "YT-001": later
    }
    assert last_verified([run(status=RunStatus.FAILED), run(ended=None)]) == {}


def test_nothing_looked_at_is_unknown() -> None:
    assert Seen(system="x", checks=()).status is CheckStatus.UNKNOWN
