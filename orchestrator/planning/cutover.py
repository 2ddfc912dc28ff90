"""Makes the cutover plan of a batch or a system from the schedule, the list and the steps the tool has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from orchestrator.errors import Refused
from orchestrator.model.cutover import CutoverNight, CutoverPlan, CutoverStep, CutoverSystem, Doer
from orchestrator.model.pipeline import verbs
from orchestrator.model.plan import BatchPlan, Reason, SystemPlan
from orchestrator.model.schedule import Cutover, CutoverPhase, Schedule, Slot, Window
from orchestrator.model.system import MigrationList
from orchestrator.planning.night_groups import plan_groups
from orchestrator.planning.schedule.problem import Problem

# Who does each phase. Moving data and switching users over are people's work: the tool has no step for them.
DOERS: Mapping[CutoverPhase, Doer] = {
    CutoverPhase.FREEZE: Doer.VENDOR,
    CutoverPhase.FINAL_SYNC: Doer.VENDOR,
    CutoverPhase.VERIFY: Doer.VENDOR,
    CutoverPhase.SWITCH: Doer.VENDOR,
    CutoverPhase.ACCEPT: Doer.OWNER,
}


def batch_of(schedule: Schedule, scope: str, subject: str) -> int:
    """Return the batch that a batch number or a system id means.

    Raises:
        Refused: `cutover.no-batch` or `cutover.no-system`: the schedule has none such.
    """
    if scope == "batch":
        if not any(batch.number == int(subject) and batch.systems for batch in schedule.batches):
            raise Refused("cutover.no-batch", batch=subject)
        return int(subject)
    found = schedule.slot(subject)
    if found is None:
        raise Refused("cutover.no-system", system=subject)
    return found[1].batch


def plan_cutover(
    schedule: Schedule, problem: Problem, listing: MigrationList, batch: BatchPlan, scope: str, subject: str
) -> CutoverPlan:
    """Return the dry run of a cutover.

    Args:
        schedule: the plan that is followed; made of `problem`.
        problem: how long everything takes, and why.
        listing: what the systems are and whom they serve.
        batch: the batch's dry run, which says what the tool prepares and what still holds a system back.
        scope: `batch` or `system`.
        subject: its number or id.
    """
    number = batch_of(schedule, scope, subject)
    programme = problem.programme
    declared = programme.batch(number)
    maker = _Maker(schedule, problem, listing, batch)
    nights = []
    for window in schedule.windows:
        chosen = [
            slot for slot in window.slots if slot.batch == number and (scope == "batch" or slot.system == subject)
        ]
        if chosen:
            nights.append(maker.night(window, chosen))
    return CutoverPlan(
        programme=programme.slug,
        title=programme.title,
        synthetic=programme.synthetic,
        scope=scope,
        subject=subject,
        batch=number,
        batch_title=declared.title if declared else "",
        deadline=declared.deadline if declared else None,
        made_for=schedule.made_for,
        schedule_digest=schedule.digest,
        crew=programme.schedule.crew,
        people=programme.schedule.people,
        trial_days=programme.schedule.trial_days,
        cloud_kinds={cloud.name: cloud.kind.value for cloud in programme.clouds},
        units=tuple(dict.fromkeys((*(declared.units if declared else ()), *(row.unit for row in listing.systems)))),
        nights=tuple(nights),
    )


def only_night(plan: CutoverPlan, evening: date) -> CutoverPlan:
    """Return the plan of the one night that begins on that evening.

    Raises:
        Refused: `cutover.no-night`: nothing of the plan is cut over then; named are the nights before and after.
    """
    nights = tuple(night for night in plan.nights if night.evening == evening)
    if not nights:
        before = [str(night.evening) for night in plan.nights if night.evening < evening]
        after = [str(night.evening) for night in plan.nights if night.evening > evening]
        raise Refused("cutover.no-night", night=str(evening), nearest=", ".join((*before[-1:], *after[:1])))
    return replace(plan, nights=nights)


class _Maker:
    """Looks everything up once."""

    def __init__(self, schedule: Schedule, problem: Problem, listing: MigrationList, batch: BatchPlan) -> None:
        self._jobs = {job.system: job for job in problem.jobs}
        self._systems = {system.id: system for system in listing.systems}
        self._plans: dict[str, SystemPlan] = {plan.system: plan for plan in batch.systems}
        self._returns = problem.rules.groups_return
        self._links: dict[str, list[tuple[str, int]]] = {}
        for link in schedule.links:
            self._links.setdefault(link.system, []).append((link.needs, link.needs_batch))

    def night(self, window: Window, slots: list[Slot]) -> CutoverNight:
        """Return one night of the chosen systems."""
        ordered = sorted(slots, key=lambda slot: (slot.start, slot.crew))
        return CutoverNight(
            evening=window.evening,
            start=window.start,
            end=window.end,
            crews=len({slot.crew for slot in slots}),
            systems=tuple(self._system(slot) for slot in ordered),
            groups=tuple(
                group
                for group in plan_groups(window.slots, returns=self._returns)
                if any(slot.group == group.id for slot in slots)
            ),
        )

    def _system(self, slot: Slot) -> CutoverSystem:
        job, system, plan = self._jobs[slot.system], self._systems[slot.system], self._plans.get(slot.system)
        steps = tuple(_steps(job, slot.start))
        point = next(step.start for step in steps if step.phase is CutoverPhase.SWITCH)
        spec = plan.spec if plan else None
        return CutoverSystem(
            system=slot.system,
            name=slot.name,
            unit=slot.unit,
            function=system.function,
            audience=tuple(sorted(system.audience)),
            users=system.users,
            clouds=job.clouds,
            servers=job.load["servers"],
            data_gib=job.load["data_gib"],
            mlps_level=system.mlps_level,
            crew=slot.crew,
            steps=steps,
            prepared=verbs(spec.pipeline) if spec else (),
            gates=_gates(plan, slot.batch),
            rollback=job.rollback,
            margin=job.margin,
            rollback_point=point,
            rollback_by=slot.rollback_by,
            slack=int((slot.rollback_by - slot.end).total_seconds()) // 60,
            source=job.source,
            assumed=job.assumed,
            needs=tuple(self._links.get(slot.system, ())),
        )


def _gates(plan: SystemPlan | None, batch: int) -> tuple[Reason, ...]:
    """Return what must be lifted: the holds, or that no batch of the programme has the system yet."""
    if plan is None:
        return (Reason(code="cutover.not-in-batch", values={"batch": str(batch)}),)
    return plan.reasons if plan.hold else ()


def _steps(job: Cutover, start: datetime) -> Iterator[CutoverStep]:
    for phase in CutoverPhase:
        minutes = job.phases[phase]
        end = start + timedelta(minutes=minutes)
        yield CutoverStep(
            phase=phase,
            doer=DOERS[phase],
            start=start,
            end=end,
            minutes=minutes,
            basis=job.phase_basis[phase],
        )
        start = end
