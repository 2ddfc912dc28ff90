"""Which systems get an attempt, which go on, and which are left alone."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from orchestrator.execution.attempts import Agenda, again, agenda
from orchestrator.execution.job import Order, dump_order, load_order
from orchestrator.model.pipeline import Verb
from orchestrator.model.plan import Mark, SystemSpec, VolumeSpec
from orchestrator.model.programme import Limits
from orchestrator.model.result import RunStatus, SystemRun
from orchestrator.model.system import Workload
from orchestrator.planning.pipelines import provisioning
from tests.fakes import sample_plan, sample_spec

SPEC = sample_spec()
OTHER = sample_spec(digest="e" * 64)


def run(spec: SystemSpec, status: RunStatus, attempt: int = 1) -> SystemRun:
    order = Order(spec=spec, attempt=attempt)
    return SystemRun(system=spec.system, batch=1, workflow=order.id, attempt=attempt, status=status)


@pytest.mark.parametrize(
    ("runs", "mark", "expected"),
    [
        ([], Mark.CREATE, "attempt 1"),
        ([], Mark.KEEP, "attempt 1"),
        ([run(SPEC, RunStatus.DONE)], Mark.KEEP, "done"),
        ([run(SPEC, RunStatus.DONE)], Mark.CHANGE, "attempt 2"),
        ([run(SPEC, RunStatus.DONE)], Mark.CREATE, "attempt 2"),
        ([run(SPEC, RunStatus.FAILED)], Mark.KEEP, "attempt 2"),
        ([run(SPEC, RunStatus.CANCELLED)], Mark.CREATE, "attempt 2"),
        ([run(SPEC, RunStatus.WAITING)], Mark.CREATE, "goes on"),
        ([run(SPEC, RunStatus.RUNNING)], Mark.CHANGE, "goes on"),
        ([run(OTHER, RunStatus.RUNNING)], Mark.CHANGE, "attempt 2"),
        ([run(OTHER, RunStatus.DONE)], Mark.KEEP, "attempt 2"),
        ([run(SPEC, RunStatus.FAILED, 1), run(SPEC, RunStatus.RUNNING, 2)], Mark.CREATE, "goes on"),
        ([run(SPEC, RunStatus.FAILED, 2), run(SPEC, RunStatus.FAILED, 1)], Mark.CREATE, "attempt 3"),
        ([run(SPEC, RunStatus.RUNNING)], Mark.HOLD, "nothing"),
    ],
)
def test_agenda(runs: list[SystemRun], mark: Mark, expected: str) -> None:
    assert said(agenda(sample_plan(SPEC, mark=mark), runs)) == expected


def test_a_run_that_another_version_began_gets_a_new_attempt() -> None:
    begun = replace(run(SPEC, RunStatus.RUNNING), resumable=False)
    assert said(agenda(sample_plan(SPEC), [begun])) == "attempt 2"


def said(found: Agenda) -> str:
    words = [f"attempt {order.attempt}" for order in found.new]
    words += ["goes on" for _ in found.attached]
    words += ["done" for _ in found.done]
    return " ".join(words) or "nothing"


def test_attempt_ten_is_not_taken_for_attempt_one() -> None:
    runs = [run(OTHER, RunStatus.RUNNING, 1), run(SPEC, RunStatus.RUNNING, 10)]

    assert agenda(sample_plan(SPEC), runs).attached == (Order(spec=SPEC, attempt=10).id,)


def test_again_is_a_new_attempt_from_a_step_on() -> None:
    order = again(SPEC, [run(SPEC, RunStatus.DONE, 3)], Verb.CONFIGURE)

    assert (order.attempt, order.first) == (4, Verb.CONFIGURE)
    wanted = [step.verb for leg in SPEC.pipeline for step in leg.steps if order.wants(step)]
    assert wanted == [Verb.CONFIGURE, Verb.VERIFY, Verb.RECORD]


def test_a_step_that_one_part_does_not_need_still_divides_its_steps() -> None:
    spec = sample_spec(clouds=("public-service", "administrative"))
    bare = replace(spec.parts[1], objects=tuple(o for o in spec.parts[1].objects if not isinstance(o, VolumeSpec)))
    spec = replace(spec, parts=(spec.parts[0], bare))
    order = Order(spec=replace(spec, pipeline=provisioning(spec, Limits())), first=Verb.ENSURE_STORAGE)

    begun = {leg.cloud: next(s.verb for s in leg.steps if order.wants(s)) for leg in order.spec.pipeline if leg.cloud}
    assert begun == {"public-service": Verb.ENSURE_STORAGE, "administrative": Verb.ENSURE_PORTS}


@pytest.mark.parametrize("workload", Workload)
def test_an_order_comes_back_from_json_as_it_was(workload: Workload) -> None:
    order = Order(
        spec=sample_spec(clouds=("public-service", "administrative"), workload=workload), attempt=2, first=Verb.VERIFY
    )

    assert load_order(json.loads(json.dumps(dump_order(order)))) == order


def test_ids_say_programme_batch_system_specification_and_attempt() -> None:
    order = Order(spec=OTHER, attempt=2)

    assert order.id == f"lab:1:yt-001:{'e' * 16}:2"
    assert order.part_ids == {"public-service": f"{order.id}:public-service"}
