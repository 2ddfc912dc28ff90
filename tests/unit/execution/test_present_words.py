"""A job that was asked for before a text was put right is done with what the list says now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from orchestrator.execution.job import Job, Result
from orchestrator.execution.run import in_present_words
from orchestrator.model.pipeline import Step, Verb
from orchestrator.model.plan import SystemSpec
from tests.fakes import sample_plan, sample_spec

STEP = Step(verb=Verb.CONFIGURE, timeout=timedelta(minutes=1), place=1)
ASKED = sample_spec()
PRESENT = replace(
    ASKED,
    facts={"name": "档案管理系统"},
    parts=tuple(
        replace(part, guests=tuple(replace(guest, role="首页") for guest in part.guests)) for part in ASKED.parts
    ),
)


def told(now: SystemSpec, job: Job) -> Job:
    jobs: list[Job] = []

    def perform(job: Job) -> Result:
        jobs.append(job)
        return {}

    assert in_present_words(perform, sample_plan(now))(job) == {}
    return jobs[0]


def test_the_specification_and_its_part_are_those_of_the_plan() -> None:
    job = told(PRESENT, Job(spec=ASKED, step=STEP, part=ASKED.parts[0], asked=True))
    assert (job.spec, job.part, job.step, job.asked) == (PRESENT, PRESENT.parts[0], STEP, True)
    assert told(PRESENT, Job(spec=ASKED, step=STEP)).part is None


def test_another_specification_and_another_system_are_not_meant() -> None:
    for other in (replace(PRESENT, digest="e" * 64), replace(PRESENT, system="YT-002")):
        assert told(other, Job(spec=ASKED, step=STEP)).spec == ASKED
