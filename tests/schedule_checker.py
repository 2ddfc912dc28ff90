"""Re-checks a plan file against the programme and the list, sharing no code with the planner.

It reads the file's plain data and has its own calendar (the `chinesecalendar` library and a walk over every
minute-exact window), its own durations and its own sums. It returns every violation it finds, as sentences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import combinations, pairwise
from math import ceil
from typing import Any

import chinese_calendar

from orchestrator.model.plan import Placement
from orchestrator.model.programme import Programme
from orchestrator.model.schedule import Clusters, ScheduleRules
from orchestrator.model.system import MigrationList, System

ONE = timedelta(days=1)


def violations(
    plan: Mapping[str, Any], programme: Programme, listing: MigrationList, placements: tuple[Placement, ...]
) -> list[str]:
    """Return everything that is wrong with a plan; an empty list means that it keeps every rule."""
    rules = programme.schedule
    slots = [(window, slot) for window in plan["windows"] for slot in window["slots"]]
    wanted = {item.system for item in placements if item.disposition == "migrate"}
    return [
        *_everybody_once(plan, slots, wanted),
        *_batches(slots, programme, listing),
        *_windows(plan, slots, programme, listing),
        *_clocks(plan, slots, rules, listing),
        *_dependencies(slots, rules, listing),
        *_loads(plan, rules, listing, placements),
        *_rests(plan, rules),
    ]


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _everybody_once(plan: Mapping[str, Any], slots: list[Any], wanted: set[str]) -> Iterator[str]:
    named = [slot["system"] for _, slot in slots] + list(plan["done"]) + list(plan["held"])
    if len(named) != len(set(named)):
        yield "a system is planned twice"
    if set(named) != wanted:
        yield f"planned and wanted differ: {sorted(set(named) ^ wanted)[:5]}"


def _batches(slots: list[Any], programme: Programme, listing: MigrationList) -> Iterator[str]:
    by_unit = {unit: batch.number for batch in programme.batches for unit in batch.units}
    by_system = {item: batch.number for batch in programme.batches for item in batch.systems}
    units: dict[str, set[int]] = defaultdict(set)
    closed = {batch.number for batch in programme.batches if batch.units} - set(programme.schedule.open_batches)
    cell = {item.id: item.batch for item in listing.systems}
    for _, slot in slots:
        name, number = slot["system"], slot["batch"]
        decreed = by_system.get(name) or by_unit.get(slot["unit"]) or cell[name]
        if decreed is not None and decreed != number:
            yield f"{name} is decreed for batch {decreed}, planned in {number}"
        if decreed is None:
            if number in closed and not any(
                number in (cell[other.id], by_system.get(other.id))
                for other in listing.systems
                if other.unit == slot["unit"]
            ):
                yield f"{name} was put into batch {number}, whose units are a closed list"
            units[slot["unit"]].add(number)
    for unit, numbers in units.items():
        if len(numbers) > 1:
            yield f"{unit} is torn between batches {numbers}"
    batch_of = {slot["unit"]: slot["batch"] for _, slot in slots}
    for group in programme.schedule.together:
        if len({batch_of[unit] for unit in group if unit in batch_of}) > 1:
            yield f"{group} do not move together"


def _windows(plan: Mapping[str, Any], slots: list[Any], programme: Programme, listing: MigrationList) -> Iterator[str]:
    rules = programme.schedule
    trial = timedelta(days=rules.trial_days if rules.trial_in_deadline else 0)
    deadline = {batch.number: batch.deadline for batch in programme.batches}
    due = {item.id: item.due for item in listing.systems}
    systems = {item.id: item for item in listing.systems}
    opens = {batch["number"]: date.fromisoformat(batch["opens"]) for batch in plan["batches"]}
    for window in plan["windows"]:
        evening, start, end = date.fromisoformat(window["evening"]), _time(window["start"]), _time(window["end"])
        if start.utcoffset() != timedelta(hours=8) or start.date() != evening:
            yield f"{evening} does not open on its evening in Beijing"
        if start.hour * 60 + start.minute != rules.opens:
            yield f"{evening} opens at {start:%H:%M}"
        hours = rules.hours if _works(evening + ONE) else rules.long_hours
        if end - start != timedelta(hours=hours):
            yield f"{evening} is {end - start} long, {hours} h is legal"
        if evening.isoweekday() not in rules.evenings:
            yield f"{evening} is no evening for cutovers"
        if evening < (rules.start or date.fromisoformat(plan["made_for"])):
            yield f"{evening} is before planning starts"
        for day in _touched(start, end):
            if any(freeze.first <= day <= freeze.last for freeze in rules.freezes):
                yield f"{evening} touches a freeze on {day}"
            if rules.holidays and _is_holiday_run(day):
                yield f"{evening} touches a public holiday on {day}"
    for window, slot in slots:
        end = _time(window["end"])
        name = slot["system"]
        last = deadline[slot["batch"]]
        if last is not None and end > _midnight_after(last - trial):
            yield f"{name} ends after its batch's deadline"
        own = due[name]
        if own is not None and end > _midnight_after(own):
            yield f"{name} ends after its own due date"
        if date.fromisoformat(window["evening"]) < opens[slot["batch"]]:
            yield f"{name} is before its batch opens"
        if _is_monthly(systems[name], rules) and any(map(_first_workday, _touched(_time(window["start"]), end))):
            yield f"{name} is cut over on the first working day of a month"


def _clocks(plan: Mapping[str, Any], slots: list[Any], rules: ScheduleRules, listing: MigrationList) -> Iterator[str]:
    systems = {item.id: item for item in listing.systems}
    for window, slot in slots:
        minutes, rollback = _minutes(systems[slot["system"]], rules)
        start, end = _time(slot["start"]), _time(slot["end"])
        if end - start != timedelta(minutes=minutes):
            yield f"{slot['system']} has {end - start}, needs {minutes} min"
        kept = rollback + rules.estimates.margin
        if rules.groups_return:  # whatever of its group went before it goes back in the same window
            kept += sum(
                _minutes(systems[one["system"]], rules)[1]
                for one in window["slots"]
                if one["group"] == slot["group"] and _time(one["start"]) < start
            )
        last = _time(window["end"]) - timedelta(minutes=kept)
        if _time(slot["rollback_by"]) != last or end > last or start < _time(window["start"]):
            yield f"{slot['system']} could not be rolled back inside its window"
        if not 1 <= slot["crew"] <= rules.people // rules.crew:
            yield f"{slot['system']} has crew {slot['crew']}"
    for window in plan["windows"]:
        for one, other in combinations(window["slots"], 2):
            apart = _time(one["end"]) <= _time(other["start"]) or _time(other["end"]) <= _time(one["start"])
            if not apart and one["crew"] == other["crew"]:
                yield f"crew {one['crew']} is in two places on {window['evening']}"


def _dependencies(slots: list[Any], rules: ScheduleRules, listing: MigrationList) -> Iterator[str]:
    found = {slot["system"]: (window, slot) for window, slot in slots}
    clusters: dict[tuple[int, str], set[str]] = {}
    edges: dict[str, set[str]] = defaultdict(set)
    for item in listing.dependencies:
        if item.system_id in found and item.needs_id in found:
            (_, user), (_, needed) = found[item.system_id], found[item.needs_id]
            if user["batch"] == needed["batch"]:
                edges[item.system_id].add(item.needs_id)
                edges[item.needs_id].add(item.system_id)
                if _time(needed["end"]) > _time(user["start"]):
                    yield f"{item.system_id} moves before {item.needs_id}, which it needs"
    seen: set[str] = set()
    for name in found:
        if name in seen:
            continue
        cluster, frontier = {name}, [name]
        while frontier:
            frontier = [near for item in frontier for near in edges[item] if near not in cluster]
            cluster |= set(frontier)
        seen |= cluster
        clusters[found[name][1]["batch"], name] = cluster
        spans = sorted((_time(found[item][1]["start"]), _time(found[item][1]["end"])) for item in cluster)
        if any(earlier[1] > later[0] for earlier, later in pairwise(spans)):
            yield f"two cutovers of the cluster of {name} at a time"
        nights = {found[item][0]["evening"] for item in cluster}
        if len(nights) > 1 and rules.clusters is Clusters.ONE_WINDOW:
            yield f"the cluster of {name} is spread over {sorted(nights)}"


def _loads(
    plan: Mapping[str, Any], rules: ScheduleRules, listing: MigrationList, placements: tuple[Placement, ...]
) -> Iterator[str]:
    systems = {item.id: item for item in listing.systems}
    targets = {item.system: item.targets for item in placements}
    servers: dict[str, int] = defaultdict(int)
    for item in listing.servers:
        servers[item.system_id] += 1
    for window in plan["windows"]:
        used: dict[str, int] = defaultdict(int)
        for slot in window["slots"]:
            name = slot["system"]
            data = _data_gib(systems[name], rules)
            used["systems"] += 1
            used["servers"] += servers[name] or 1
            used["data_gib"] += data
            clouds = [cloud for cloud, _ in targets[name].values()]
            for cloud in set(clouds):
                used[f"{cloud}/systems"] += 1
                used[f"{cloud}/servers"] += clouds.count(cloud)
                used[f"{cloud}/data_gib"] += data
                if cloud in rules.cloud_from and date.fromisoformat(window["evening"]) < rules.cloud_from[cloud]:
                    yield f"{name} goes to {cloud} before it is there"
        for resource, most in rules.limits.items():
            if used[resource] > most:
                yield f"{window['evening']} holds {used[resource]} {resource}, {most} is legal"
        for resource, told in window["load"].items():
            if used[resource] != told:
                yield f"{window['evening']} tells {told} {resource}, it is {used[resource]}"


def _rests(plan: Mapping[str, Any], rules: ScheduleRules) -> Iterator[str]:
    evenings = sorted(date.fromisoformat(window["evening"]) for window in plan["windows"])
    row = 0
    for number, evening in enumerate(evenings):
        row = row + 1 if number and evening - evenings[number - 1] == ONE else 1
        if rules.rest_after and row > rules.rest_after:
            yield f"{evening} is the {row}th evening in a row"
    first = plan["windows"][0] if plan["windows"] else None
    if rules.pilot is not None and first and first["evening"] == str(rules.start) and len(first["slots"]) > rules.pilot:
        yield f"the first night holds {len(first['slots'])} systems"


def _data_gib(item: System, rules: ScheduleRules) -> int:
    return rules.estimates.assumed_data_gib if item.data_gib is None else ceil(item.data_gib)


def _minutes(item: System, rules: ScheduleRules) -> tuple[int, int]:
    guess = rules.estimates
    known = rules.timings.get(item.id)
    phases = {str(name): minutes for name, minutes in known.phases.items()} if known else {}
    total = phases.get("freeze", guess.freeze) + phases.get("verify", guess.verify)
    total += phases.get("switch", guess.switch) + phases.get("accept", guess.accept)
    hundreds = -(-_data_gib(item, rules) // 100)
    total += phases.get("final_sync", guess.final_sync + hundreds * guess.sync_per_100_gib)
    return total, guess.rollback if known is None or known.rollback is None else known.rollback


def _works(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


def _is_holiday_run(day: date) -> bool:
    """Tell whether the day is in an unbroken run of free days that a public holiday stands in."""
    if _works(day):
        return False
    for step in (ONE, -ONE):
        near = day
        while not _works(near):
            if chinese_calendar.get_holiday_detail(near)[1] is not None:
                return True
            near += step
    return False


def _first_workday(day: date) -> bool:
    return _works(day) and all(not _works(date(day.year, day.month, n)) for n in range(1, day.day))


def _is_monthly(item: System, rules: ScheduleRules) -> bool:
    return item.id in rules.month_start_systems or any(
        word in item.unit + item.name for word in rules.month_start_words
    )


def _touched(start: datetime, end: datetime) -> list[date]:
    last = (end - timedelta(seconds=1)).date()
    return [start.date() + n * ONE for n in range((last - start.date()).days + 1)]


def _midnight_after(day: date) -> datetime:
    return datetime.fromisoformat(f"{day + ONE}T00:00:00+08:00")
