"""The plan, what moved in it, and why there is none: for people on a screen, for programs as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.table import Table

from orchestrator.model.schedule import BatchSchedule, Conflict, Goal, Reading, Remedy, Schedule, ScheduleRules
from orchestrator.model.shift import Shift
from orchestrator.reporting.reasons import clean, indented
from orchestrator.reporting.texts import Say

# So many nights and moves are shown; a file holds them all.
_NIGHTS = 40
_MOVES = 40
_NAMED = 6
# Holds of systems whose cloud is still to be built.
_NOT_BUILT = frozenset({"place.cloud-not-available", "place.no-cloud"})


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """A plan, and where `--diff` was asked, what moved."""

    schedule: Schedule
    rules: ScheduleRules
    path: str
    moves: tuple[Shift, ...] | None = None
    changed: tuple[str, ...] = ()

    def data(self) -> Mapping[str, object]:
        """Return the whole plan."""
        diff = {} if self.moves is None else {"diff": {"changed_inputs": self.changed, "moves": self.moves}}
        goals = [
            {"name": g.name, "value": g.value, "bound": g.bound, "gap": g.gap, "proof": g.proof}
            for g in self.schedule.goals
        ]
        names = ("programme", "made_for", "solver", "digest", "inputs")
        told = {name: getattr(self.schedule, name) for name in names}
        rest = ("batches", "windows", "links", "done", "held", "waiting", "assumed", "provisional_from")
        return {**told, "goals": goals, **{name: getattr(self.schedule, name) for name in rest}, **diff}

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give the batches with both readings of their deadlines, the goals, the nights, and what to mind."""
        plan = self.schedule
        yield say("schedule.title", programme=plan.programme, systems=_planned(plan), nights=len(plan.windows))
        yield _batch_table(say, plan, self.rules)
        for goal in plan.goals:
            yield goal_text(say, goal)
        yield say("schedule.solved-by", solver=plan.solver)
        yield _night_table(say, plan)
        if len(plan.windows) > _NIGHTS:
            yield say("schedule.more-nights", count=len(plan.windows) - _NIGHTS)
        yield from _notes(say, plan)
        if self.moves is not None:
            yield from _moved(say, self.moves, self.changed)
        yield say("schedule.digest", digest=plan.digest)
        yield say("schedule.written", path=self.path) if self.path else say("schedule.not-written")


@dataclass(frozen=True, slots=True)
class CheckView:
    """A plan file that still holds."""

    schedule: Schedule
    path: str

    def data(self) -> Mapping[str, object]:
        """Return that it holds."""
        return {"path": self.path, "current": True, "digest": self.schedule.digest, "inputs": self.schedule.inputs}

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Say that it holds."""
        yield say("schedule.current", path=self.path, digest=self.schedule.digest)


@dataclass(frozen=True, slots=True)
class InfeasibleView:
    """Why there is no plan, in one screen."""

    conflicts: Sequence[Conflict]

    def data(self) -> Mapping[str, object]:
        """Return every conflict with all its systems."""
        return {"feasible": False, "conflicts": self.conflicts}

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give each conflict, by how much it is missed, some of its systems, and what would relax it."""
        proven = all(conflict.proven for conflict in self.conflicts)
        yield say("schedule.infeasible" if proven else "schedule.unproven", count=len(self.conflicts))
        told = set[frozenset[str]]()
        for number, conflict in enumerate(self.conflicts, start=1):
            never = conflict.values.get("first_night") == ""
            code = f"{conflict.code}.never" if never else conflict.code
            yield f"{number}. {say(code, **_values(say, conflict.values))}"
            if conflict.systems:
                yield indented(say("schedule.systems", systems=_named(say, conflict.systems)), 3)
            for remedy in conflict.remedies:
                # One way may be out of several conflicts.
                changes = frozenset(_changes(say, remedy))
                if changes not in told:
                    yield indented(f"→ {remedy_text(say, remedy)}", 3)
                told.add(changes)


def _named(say: Say, systems: Sequence[str]) -> str:
    named = ", ".join(clean(system) for system in systems[:_NAMED])
    more = say("schedule.and-others", count=len(systems) - _NAMED)
    return f"{named} {more}" if len(systems) > _NAMED else named


def remedy_text(say: Say, remedy: Remedy) -> str:
    """Return a way out of a conflict, with everything that belongs to it."""
    return say("schedule.and").join(_changes(say, remedy)) + (say("schedule.least") if remedy.least else "")


def _changes(say: Say, remedy: Remedy) -> Iterator[str]:
    for one in (remedy, *remedy.also):
        yield say(one.code, **_values(say, one.values), systems=_named(say, one.systems))


def goal_text(say: Say, goal: Goal) -> str:
    """Return a goal's value, bound and gap."""
    gap = say("schedule.no-gap") if goal.gap is None else f"{goal.gap:.1%}"
    values = {"value": goal.value, "bound": goal.bound, "gap": gap, "proof": say(f"schedule.proof.{goal.proof}")}
    return say(f"schedule.goal.{goal.name}", **values)


def reading_text(say: Say, reading: Reading) -> str:
    """Return the last day, the nights and the reserve of one reading of a deadline."""
    code = "schedule.reading.missed" if reading.spare is None else "schedule.reading"
    return say(code, last_day=reading.last_day, nights=reading.nights, spare=reading.spare)


def _values(say: Say, values: Mapping[str, str]) -> dict[str, str]:
    """Return values in words: resources, and holidays where a freeze is one."""
    words = {"resource": "schedule.resource", "freeze": ""}
    told = {}
    for name, value in values.items():
        kind = words.get(name)
        if kind is None:
            told[name] = clean(value)
        elif name == "resource" and "/" in value and not value.startswith("crew_"):
            cloud, resource = value.rsplit("/", 1)
            told[name] = f"{cloud} {say(f'schedule.resource.{resource}')}"
        else:
            code = f"{kind}.{value.split('/', 1)[0]}" if kind else value
            told[name] = say.either(code, clean(value))
    return told


def _planned(plan: Schedule) -> int:
    return sum(batch.systems for batch in plan.batches)


def _batch_table(say: Say, plan: Schedule, rules: ScheduleRules) -> Table:
    table = Table(title=say("schedule.batches"), title_justify="left")
    for name in ("batch", "systems", "units", "deadline", "nights"):
        table.add_column(say(f"schedule.column.{name}"), justify="right" if name in {"systems", "units"} else "left")
    for trial in (False, True):
        binding = say("schedule.binding") if rules.trial_in_deadline is trial else ""
        code = "schedule.column.trial-in" if trial else "schedule.column.trial-out"
        table.add_column(say(code, days=rules.trial_days) + binding)
    for batch in plan.batches:
        table.add_row(
            f"{batch.number} {clean(batch.title)}".strip(),
            str(batch.systems),
            _units(say, batch),
            str(batch.deadline or "-"),
            f"{batch.first_night} … {batch.last_night}" if batch.first_night else "-",
            *(reading_text(say, reading) for reading in batch.readings),
        )
    return table


def _units(say: Say, batch: BatchSchedule) -> str:
    if not batch.chosen:
        return str(len(batch.units))
    return say("schedule.units-chosen", units=len(batch.units), chosen=len(batch.chosen))


def _night_table(say: Say, plan: Schedule) -> Table:
    table = Table(title=say("schedule.nights"), title_justify="left")
    for name in ("evening", "window", "batch", "systems", "groups", "crews", "servers", "data_gib", "last_end"):
        table.add_column(say(f"schedule.column.{name}"), justify="left" if name in {"evening", "window"} else "right")
    for window in plan.windows[:_NIGHTS]:
        slots = window.slots
        table.add_row(
            str(window.evening),
            f"{window.start:%H:%M}–{window.end:%H:%M}",
            ", ".join(str(number) for number in sorted({slot.batch for slot in slots})),
            str(len(slots)),
            str(len({slot.group for slot in slots})),
            str(len({slot.crew for slot in slots})),
            str(window.load.get("servers", 0)),
            str(window.load.get("data_gib", 0)),
            f"{max(slot.end for slot in slots):%H:%M}",
        )
    return table


def _notes(say: Say, plan: Schedule) -> Iterator[str]:
    chosen = sum(len(batch.chosen) for batch in plan.batches)
    if chosen:
        yield say("schedule.chosen", count=chosen)
    if plan.links:
        first = ", ".join(f"{clean(link.system)} → {clean(link.needs)}" for link in plan.links[:3])
        yield say("schedule.links", count=len(plan.links), first=first)
    if plan.done:
        yield say("schedule.done", count=len(plan.done))
    if plan.held:
        yield say("schedule.held", count=len(plan.held))
    tentative = sum(not _NOT_BUILT.isdisjoint(codes.split()) for codes in plan.waiting.values())
    if tentative:
        yield say("schedule.tentative", count=tentative)
    if plan.waiting:
        yield say("schedule.waiting", count=len(plan.waiting))
    for name, count in plan.assumed.items():
        yield say(f"schedule.assumed.{name}", count=count)
    if plan.provisional_from is not None:
        yield say("schedule.provisional", year=plan.provisional_from)


def _moved(say: Say, moves: Sequence[Shift], changed: Sequence[str]) -> Iterator[RenderableType]:
    inputs = ", ".join(say(f"schedule.input.{name}") for name in changed) or say("schedule.nothing")
    yield say("schedule.diff", count=len(moves), inputs=inputs)
    table = Table()
    for name in ("system", "name", "before", "after", "why"):
        table.add_column(say(f"schedule.column.{name}"))
    for move in moves[:_MOVES]:
        why = say(move.why, **_values(say, move.values))
        table.add_row(clean(move.system), clean(move.name), str(move.before or "-"), str(move.after or "-"), why)
    if moves:
        yield table
    if len(moves) > _MOVES:
        yield say("schedule.more-moves", count=len(moves) - _MOVES)
