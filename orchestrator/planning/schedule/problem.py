"""What has to be planned: the systems that migrate, what each takes of a window, and what binds them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import ceil

from orchestrator.model.canonical import digest
from orchestrator.model.plan import Placement
from orchestrator.model.programme import CloudSpec, Hold, Programme
from orchestrator.model.schedule import (
    Basis,
    Conflict,
    Cutover,
    CutoverPhase,
    Estimates,
    Remedy,
    ScheduleRules,
    Timing,
    Workdays,
)
from orchestrator.model.system import Disposition, MigrationList, Server, Status, System

# 已割接, 试运行, 已验收: the cutover is over.
DONE = frozenset({Status.CUT_OVER, Status.TRIAL, Status.ACCEPTED})
# 已整合, 已关停: there is nothing left to cut over, whatever the row's disposition says.
_ENDED = frozenset({Status.MERGED, Status.RETIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything a plan depends on, and nothing else: equal problems have equal plans.

    Attributes:
        needs: (system, the system it needs), both of them planned.
        done, held, waiting: as in `Schedule`.
        conflicts: what contradicts itself before anything is searched.
    """

    programme: Programme
    workdays: Workdays
    made_for: date
    jobs: tuple[Cutover, ...]
    needs: tuple[tuple[str, str], ...]
    done: tuple[str, ...] = ()
    held: Mapping[str, str] = field(default_factory=dict)
    waiting: Mapping[str, str] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()

    @property
    def rules(self) -> ScheduleRules:
        """The programme's scheduling rules."""
        return self.programme.schedule

    def inputs(self) -> dict[str, str]:
        """Return name → digest of each input, so that a stale plan can say what changed."""
        return {
            "start": digest(self.rules.start or self.made_for),
            "systems": digest([self.jobs, self.done, self.held, self.waiting]),
            "dependencies": digest(self.needs),
            "batches": digest(self.programme.batches),
            "rules": digest(self.rules),
            "calendar": digest([self.workdays.holidays, self.workdays.working_weekends]),
        }


def build_problem(
    programme: Programme,
    listing: MigrationList,
    placements: Iterable[Placement],
    workdays: Workdays,
    made_for: date,
) -> Problem:
    """Return what has to be planned.

    Args:
        programme: with its batches and `schedule:` rules.
        listing: the migration list.
        placements: every system's placement; only `migrate` is planned.
        workdays: the public calendar.
        made_for: the day planning starts where the programme names none.
    """
    servers: dict[str, list[Server]] = {}
    for server in listing.servers:
        servers.setdefault(server.system_id, []).append(server)
    systems = {system.id: system for system in listing.systems}
    decrees = _Decrees(programme)
    jobs, done, held, waiting = [], [], {}, {}
    for placement in sorted(placements, key=lambda placement: placement.system):
        system = systems[placement.system]
        if placement.disposition is not Disposition.MIGRATE:
            continue
        if system.status in DONE:
            done.append(system.id)
        elif system.status in _ENDED:
            held[system.id] = "schedule.ended"
        elif system.status is Status.DEFERRED or placement.hold is Hold.REFUSE:
            held[system.id] = _codes(placement) or "schedule.deferred"
        else:
            jobs.append(_job(programme, system, placement, servers.get(system.id, ()), decrees.of(system)))
            if placement.hold is not None:
                waiting[system.id] = _codes(placement)
    planned = {job.system for job in jobs}
    needs = {(item.system_id, item.needs_id) for item in listing.dependencies}
    return Problem(
        programme=programme,
        workdays=workdays,
        made_for=made_for,
        jobs=tuple(jobs),
        needs=tuple(sorted(pair for pair in needs if planned.issuperset(pair) and pair[0] != pair[1])),
        done=tuple(done),
        held=held,
        waiting=waiting,
        conflicts=(*decrees.conflicts, *_together(programme, decrees)),
    )


def _codes(placement: Placement) -> str:
    return " ".join(dict.fromkeys(reason.code for reason in placement.reasons))


class _Decrees:
    """Which batch a system belongs to by decree; contradictions are collected, one for each cause."""

    def __init__(self, programme: Programme) -> None:
        self.numbers = {batch.number for batch in programme.batches}
        self.units = {unit: batch.number for batch in programme.batches for unit in batch.units}
        self.systems = {system: batch.number for batch in programme.batches for system in batch.systems}
        self._found: dict[tuple[str, ...], list[str]] = {}

    def of(self, system: System) -> int:
        """Return the decreed batch, 0 for none: named systems first, then units, then the list's own cell."""
        decreed = self.systems.get(system.id) or self.units.get(system.unit) or 0
        cell = system.batch or 0
        if decreed and cell and decreed != cell:
            self._found.setdefault(("schedule.decree-cell", system.unit, str(decreed), str(cell)), []).append(system.id)
        elif cell and cell not in self.numbers:
            self._found.setdefault(("schedule.decree-unknown", "", "", str(cell)), []).append(system.id)
        return decreed or cell

    @property
    def conflicts(self) -> Iterator[Conflict]:
        """The contradictions found so far."""
        for (code, unit, decreed, cell), systems in sorted(self._found.items()):
            values = {"unit": unit, "batch": decreed, "cell": cell, "systems": str(len(systems))}
            known = {"schedule.decree-cell": "schedule.relax.cell", "schedule.decree-unknown": "schedule.relax.declare"}
            remedy = Remedy(code=known[code], values={"batch": decreed, "cell": cell})
            yield Conflict(code=code, values=values, remedies=(remedy,), systems=tuple(systems))


def _together(programme: Programme, decrees: _Decrees) -> Iterator[Conflict]:
    for units in programme.schedule.together:
        fixed = {unit: decrees.units[unit] for unit in units if unit in decrees.units}
        if len(set(fixed.values())) > 1:
            told = ", ".join(f"{unit} → {number}" for unit, number in fixed.items())
            remedies = (Remedy(code="schedule.relax.together"),)
            yield Conflict(code="schedule.decree-together", values={"units": told}, remedies=remedies)


def _job(programme: Programme, system: System, placement: Placement, servers: Iterable[Server], batch: int) -> Cutover:
    rules = programme.schedule
    servers = tuple(servers)
    clouds, on_cloud = _clouds(programme, system, placement, len(servers) or 1)
    assumed = [*(["servers"] if not servers else []), *(["data_gib"] if system.data_gib is None else [])]
    data_gib = rules.estimates.assumed_data_gib if system.data_gib is None else ceil(system.data_gib)
    load = {"systems": 1, "servers": len(servers) or 1, "data_gib": data_gib}
    for cloud in clouds:
        shares = {"systems": 1, "servers": on_cloud[cloud], "data_gib": data_gib}
        load |= {f"{cloud}/{name}": value for name, value in shares.items() if f"{cloud}/{name}" in rules.limits}
    timing = rules.timings.get(system.id, Timing(basis=Basis.ESTIMATED))
    whole = len(timing.phases) == len(CutoverPhase) and timing.rollback is not None
    words = f"{system.unit} {system.name}"
    return Cutover(
        system=system.id,
        name=system.name,
        unit=system.unit,
        batch=batch,
        due=system.due,
        clouds=clouds,
        load=load,
        not_before=cloud_opens(rules, clouds),
        month_start=system.id in rules.month_start_systems or any(word in words for word in rules.month_start_words),
        phases={**estimated(rules.estimates, data_gib), **timing.phases},
        rollback=rules.estimates.rollback if timing.rollback is None else timing.rollback,
        margin=rules.estimates.margin,
        # A cutover of which one part was only estimated is an estimate.
        basis=timing.basis if whole else Basis.ESTIMATED,
        phase_basis={phase: timing.basis if phase in timing.phases else Basis.ESTIMATED for phase in CutoverPhase},
        source=timing.source,
        assumed=tuple(assumed),
    )


def cloud_opens(rules: ScheduleRules, clouds: Iterable[str]) -> date | None:
    """Return the first evening on which all of these clouds are there; None where no date was declared."""
    return max((rules.cloud_from[cloud] for cloud in clouds if cloud in rules.cloud_from), default=None)


def estimated(estimates: Estimates, data_gib: int) -> dict[CutoverPhase, int]:
    """Return the minutes of each phase where nothing better is known."""
    return {
        CutoverPhase.FREEZE: estimates.freeze,
        CutoverPhase.FINAL_SYNC: estimates.final_sync + ceil(data_gib / 100) * estimates.sync_per_100_gib,
        CutoverPhase.VERIFY: estimates.verify,
        CutoverPhase.SWITCH: estimates.switch,
        CutoverPhase.ACCEPT: estimates.accept,
    }


def _clouds(
    programme: Programme, system: System, placement: Placement, servers: int
) -> tuple[tuple[str, ...], Mapping[str, int]]:
    """Return the clouds a system goes to and its servers on each; a held one counts where the list wants it."""
    counts: dict[str, int] = {}
    for cloud, _ in placement.targets.values():
        counts[cloud] = counts.get(cloud, 0) + 1
    if not counts:
        declared = next((cloud for cloud in programme.clouds if _is_called(cloud, system.target_cloud)), None)
        counts = {declared.name: servers} if declared else {}
    return tuple(sorted(counts)), counts


def _is_called(cloud: CloudSpec, name: str) -> bool:
    return bool(name) and name in {cloud.name, cloud.kind.value}
