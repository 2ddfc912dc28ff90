"""Follows what would relax a conflict to its end, so that each way shown is the whole of it, or says that it is not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce
from itertools import chain

from orchestrator.model.schedule import Clusters, Conflict, Cutover, Remedy, Schedule, ScheduleRules
from orchestrator.planning.schedule.problem import Problem, cloud_opens

Search = Callable[[Problem], Schedule | tuple[Conflict, ...]]

# So many systems are planned in all to see where remedies lead; of larger programmes only lower bounds are told.
_SYSTEMS = 40_000
# So often a remedy is extended by what is lacking next.
_STEPS = 12
# More people and higher limits are one kind of change: more room in a window.
_KINDS = {"schedule.relax.limit": "schedule.relax.people"}
# These do or they do not: there is no more of them to be had.
_WHOLE = frozenset(f"schedule.relax.{name}" for name in ("freeze", "holidays", "trial", "rest", "pilot"))
# What of a remedy's values says what is changed; the rest says how.
_SCOPES = ("resource", "batch", "freeze", "cloud")


def advise(
    problem: Problem, conflicts: Sequence[Conflict], search: Search, most: int = _SYSTEMS
) -> tuple[Conflict, ...]:
    """Return the conflicts with remedies each of which, followed alone, leads to a plan.

    Where that could not be seen with the work that is allowed, a remedy is marked as the least that is needed. What
    people have to correct by hand is passed on as it stands; the other remedies take it for corrected.
    """
    trials = _Trials(replace(problem, conflicts=()), search, most)
    return tuple(replace(one, remedies=tuple(trials.followed(one.remedies))) for one in conflicts)


class _Trials:
    """Plans of the programme with one thing or another changed, as many as are allowed."""

    def __init__(self, problem: Problem, search: Search, most: int) -> None:
        self._problem = problem
        self._search = search
        self._left = most

    def followed(self, remedies: Sequence[Remedy]) -> Iterator[Remedy]:
        """Yield what each remedy comes to, but none that another is a part of; what leads nowhere if all of them do."""
        followed = [self._follow(one) if self._can_try(one) else one for one in remedies]
        ways = [way for way in followed if way] or [replace(one, least=True) for one in remedies]
        changes = [{(*_what(one), *one.values.items()) for one in (way, *way.also)} for way in ways]
        for index, way in enumerate(ways):
            if changes[index] not in changes[:index] and not any(other < changes[index] for other in changes):
                yield way

    def _follow(self, remedy: Remedy) -> Remedy | None:
        """Return the remedy with everything else that has to be changed with it; None where it leads nowhere."""
        parts = {_what(one): one for one in (remedy, *remedy.also)}
        for _ in range(_STEPS):
            if self._left < len(self._problem.jobs):
                break
            self._left -= len(self._problem.jobs)
            made = self._search(reduce(relaxed, parts.values(), self._problem))
            if isinstance(made, Schedule):
                return self._joined(parts.values())
            more = self._more(made, remedy.code)
            grown = {**parts, **{_what(part): part for one in more for part in (one, *one.also)}}
            if grown == parts:
                return None
            parts = grown
        return replace(self._joined(parts.values()), least=True)

    def _can_try(self, remedy: Remedy) -> bool:
        return relaxed(self._problem, remedy) is not self._problem

    def _more(self, conflicts: Sequence[Conflict], code: str) -> list[Remedy]:
        """Return what to go on with: of each conflict what is of the same kind, else whatever is offered first."""
        kind = _KINDS.get(code, code)
        offered = [[one for one in conflict.remedies if self._can_try(one)] for conflict in conflicts]
        alike = [[one for one in found if _KINDS.get(one.code, one.code) == kind][:1] for found in offered]
        return [*chain(*alike)] or ([] if code in _WHOLE else [*chain(*offered)][:1])

    def _joined(self, parts: Collection[Remedy]) -> Remedy:
        """Return one remedy of the parts; rows that get the same value are told together."""
        told: dict[tuple[object, ...], Remedy] = {}
        for part in map(self._told, parts):
            key = (part.code, *part.values.items())
            systems = {*part.systems, *(told[key].systems if key in told else ())}
            told[key] = replace(part, systems=tuple(sorted(systems)))
        first, *rest = told.values()
        return replace(first, also=tuple(rest))

    def _told(self, remedy: Remedy) -> Remedy:
        """Return a part by itself; a deadline's days count from the programme's, not from the last trial's."""
        values = dict(remedy.values)
        if remedy.code == "schedule.relax.deadline":
            batch = self._problem.programme.batch(int(values["batch"]))
            if batch is not None and batch.deadline is not None:
                values["days"] = str((date.fromisoformat(values["deadline"]) - batch.deadline).days)
        return replace(remedy, values=values, also=())


def relaxed(problem: Problem, remedy: Remedy) -> Problem:
    """Return the problem as it would be if the remedy, without its `also`, were followed; itself if people have to."""
    values, programme = remedy.values, problem.programme
    match remedy.code:
        case "schedule.relax.deadline":
            batches = tuple(
                replace(batch, deadline=date.fromisoformat(values["deadline"]))
                if str(batch.number) == values["batch"]
                else batch
                for batch in programme.batches
            )
            return replace(problem, programme=replace(programme, batches=batches))
        case "schedule.relax.due":
            due = date.fromisoformat(values["due"])
            jobs = (replace(job, due=due) if job.system in remedy.systems else job for job in problem.jobs)
            return replace(problem, jobs=tuple(jobs))
        case "schedule.relax.rehearse":
            named = frozenset(remedy.systems)
            known = [job for job in problem.jobs if job.system in named]
            share = int(values["minutes"]), sum(job.minutes for job in known)
            jobs = (_rehearsed(job, *share) if job.system in named else job for job in problem.jobs)
            return replace(problem, jobs=tuple(jobs))
        case "schedule.relax.cloud":
            day = date.fromisoformat(values["from"])
            rules = replace(problem.rules, cloud_from={**problem.rules.cloud_from, values["cloud"]: day})
            jobs = (replace(job, not_before=cloud_opens(rules, job.clouds)) for job in problem.jobs)
            return replace(problem, programme=replace(programme, schedule=rules), jobs=tuple(jobs))
    rules = _relaxed_rules(problem.rules, remedy)
    return problem if rules is problem.rules else replace(problem, programme=replace(programme, schedule=rules))


def _rehearsed(job: Cutover, allowed: int, estimated: int) -> Cutover:
    """Return a system as if a rehearsal had shown that all those of its group take so many minutes together."""
    phases = {phase: minutes * allowed // max(allowed, estimated) for phase, minutes in job.phases.items()}
    return replace(job, phases=phases)


def _relaxed_rules(rules: ScheduleRules, remedy: Remedy) -> ScheduleRules:
    values = remedy.values
    match remedy.code:
        case "schedule.relax.people":
            return replace(rules, people=int(values["people"]))
        case "schedule.relax.limit":
            return replace(rules, limits={**rules.limits, values["resource"]: int(values["limit"])})
        case "schedule.relax.hours":
            hours = int(values["hours"])
            return replace(rules, hours=max(hours, rules.hours), long_hours=max(hours, rules.long_hours))
        case "schedule.relax.ordered":
            return replace(rules, clusters=Clusters.ORDERED)
        case "schedule.relax.freeze":
            return replace(rules, freezes=tuple(one for one in rules.freezes if one.name != values["freeze"]))
        case "schedule.relax.holidays":
            return replace(rules, holidays=False)
        case "schedule.relax.trial":
            return replace(rules, trial_in_deadline=False)
        case "schedule.relax.rest":
            return replace(rules, rest_after=0)
        case "schedule.relax.pilot":
            return replace(rules, pilot=None)
        case "schedule.relax.open":
            return replace(rules, open_batches=(*rules.open_batches, int(values["batch"])))
    return rules


def _what(remedy: Remedy) -> tuple[object, ...]:
    """Return what a remedy changes, whatever to."""
    return (remedy.code, *(remedy.values.get(name) for name in _SCOPES), remedy.systems)
