"""Turns `schedule:` of `programme.yaml` into the model, and finds what one key alone cannot tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from orchestrator.adapters.intake.declaration import ProgrammePart
from orchestrator.adapters.intake.parts import Weekday
from orchestrator.adapters.intake.schedule_parts import PerWindowPart, SchedulePart
from orchestrator.model.problem import Problem
from orchestrator.model.schedule import Estimates, Freeze, ScheduleRules, Timing

_DAYS = get_args(Weekday)


def schedule_problems(declared: ProgrammePart, file: str) -> Iterator[Problem]:
    """Yield references to clouds and batches that are not declared, freezes that end too early, too few people."""
    part = declared.schedule
    for name in part.clouds.keys() - declared.clouds.keys():
        yield Problem(code="programme.schedule-cloud", file=file, cell=f"schedule.clouds.{name}", value=name)
    for number in part.batches.keys() - declared.batches.keys():
        yield Problem(code="programme.schedule-batch", file=file, cell=f"schedule.batches.{number}", value=str(number))
    for index, freeze in enumerate(part.freezes):
        if freeze.last < freeze.first:
            yield Problem(
                code="programme.schedule-freeze",
                file=file,
                cell=f"schedule.freezes[{index}].to",
                value=str(freeze.last),
            )
    if part.people.on_duty < part.people.per_cutover:
        yield Problem(
            code="programme.schedule-people", file=file, cell="schedule.people.on_duty", value=str(part.people.on_duty)
        )


def schedule_rules(part: SchedulePart) -> ScheduleRules:
    """Return the model's scheduling rules."""
    defaults = ScheduleRules()
    hours, minutes = part.window.opens.split(":")
    limits = dict(_limits(part.per_window))
    for name, cloud in part.clouds.items():
        limits |= {f"{name}/{resource}": most for resource, most in _limits(cloud.per_window)}
    words = part.month_start.words
    return ScheduleRules(
        start=part.start,
        trial_days=part.trial.days,
        trial_in_deadline=part.trial.in_deadline,
        opens=int(hours) * 60 + int(minutes),
        hours=part.window.hours,
        long_hours=part.window.long_hours or part.window.hours,
        slack=part.window.slack,
        rest_after=part.rest.after if part.rest else 0,
        rest_nights=part.rest.nights if part.rest else 1,
        pilot=part.pilot.systems if part.pilot else None,
        evenings=tuple(sorted(_DAYS.index(day) + 1 for day in part.window.evenings)),
        holidays=part.holidays,
        freezes=tuple(Freeze(first=item.first, last=item.last, name=item.name) for item in part.freezes),
        people=part.people.on_duty,
        crew=part.people.per_cutover,
        limits=limits,
        cloud_from={name: cloud.opens for name, cloud in part.clouds.items() if cloud.opens},
        batch_from={number: batch.opens for number, batch in part.batches.items() if batch.opens},
        open_batches=tuple(sorted(number for number, batch in part.batches.items() if batch.open)),
        together=part.together,
        clusters=part.clusters,
        groups_return=part.groups == "return",
        month_start_words=defaults.month_start_words if words is None else words,
        month_start_systems=part.month_start.systems,
        estimates=Estimates(**part.minutes.model_dump()),
        timings={
            system: Timing(basis=item.basis, source=item.source, phases=item.minutes, rollback=item.rollback)
            for system, item in part.systems.items()
        },
    )


def _limits(part: PerWindowPart) -> Iterator[tuple[str, int]]:
    return ((name, most) for name, most in part if most is not None)
