"""Checks what one row alone cannot tell: ids, references, cycles, merge targets, systems filed twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestrator.adapters.intake.column import SheetSpec
from orchestrator.adapters.intake.columns import DEPENDENCIES, INTERFACES, ROOMS, SERVERS, SHEETS, SYSTEMS
from orchestrator.adapters.intake.credentials import MASK, shorten
from orchestrator.adapters.intake.cycles import cycles
from orchestrator.adapters.intake.fold import header_key, name_key, plain_key
from orchestrator.adapters.intake.kinds import Bad, Identifier
from orchestrator.adapters.intake.names import settle_names
from orchestrator.adapters.intake.programme import FILE
from orchestrator.adapters.intake.records import Record
from orchestrator.model.problem import Problem, Severity
from orchestrator.model.programme import Programme
from orchestrator.model.system import Disposition, SystemClass
from orchestrator.planning.specs import RESERVED, host_slug, slug

# 是否申请暂缓整合 answered and not explained.
_BARE_DEFERRALS = frozenset(
    {"是", "暂缓", "申请暂缓", "申请", "已申请", "同意", "需暂缓", "暂缓整合", "是暂缓", "yes", "y", "true", "1", "有"}
)
_GOING = frozenset({Disposition.RETIRE, Disposition.MERGE})


@dataclass(frozen=True)
class Index:
    """Which ids there are, by their folded form; the first row of an id stands for it."""

    systems: Mapping[str, Record]
    rooms: Mapping[str, Record]
    names: Mapping[str, tuple[Record, ...]]


def check_whole(records: Sequence[Record], programme: Programme) -> Iterator[Problem]:
    """Yield every problem between rows; references are rewritten to the id as its own row spells it."""
    by_spec: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_spec[record.spec.name].append(record)
    yield from settle_names(records, programme)
    systems, rooms = by_spec[SYSTEMS.name], by_spec[ROOMS.name]
    for spec in SHEETS:
        yield from _duplicates(by_spec[spec.name])
    names: dict[str, list[Record]] = defaultdict(list)
    for record in systems:
        if not record.hidden and "name" in record.values:
            names[name_key(record.values["name"])].append(record)
    index = Index(_first(systems), _first(rooms), {name: tuple(found) for name, found in names.items()})
    for record in systems:
        if not record.classified:
            yield from _name(record, slug(record.values.get("id", "")))
            yield from _room(record, index)
            yield from _merge_target(record, index)
            yield from _batch(record, programme)
            yield from _deferral(record)
    named: dict[str, Record] = {}
    for record in by_spec[SERVERS.name]:
        yield from _server(record, index, named)
    yield from _dependencies(by_spec[DEPENDENCIES.name], index)
    yield from _interfaces(by_spec[INTERFACES.name], index, _first(by_spec[SERVERS.name]))
    yield from _filed_twice(systems)
    yield from _batches(programme, systems, index)


def _first(records: Iterable[Record]) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for record in records:
        if "id" in record.values:
            found.setdefault(record.values["id"].casefold(), record)
    return found


def _duplicates(records: Sequence[Record]) -> Iterator[Problem]:
    first: dict[str, Record] = {}
    for record in records:
        key = record.values.get("id", "").casefold()
        if not key:
            continue
        other = first.setdefault(key, record)
        if other is not record:
            # The id of a classified system may not be shown at its namesake's row either.
            shown = MASK if other.hidden else None
            yield record.problem("list.duplicate-id", "id", shown=shown, values={"first": _where(other, "id")})


def _where(record: Record, name: str) -> str:
    column = record.header.columns.get(name, 0)
    place = record.grid.name(record.row, column)
    return "!".join(part for part in (record.grid.file, record.grid.place, place) if part)


def _refer(record: Record, name: str, targets: Mapping[str, Record], to: SheetSpec) -> Iterator[Problem]:
    """Check one reference and write it as its target does."""
    value = record.values.get(name)
    if value is None:
        return
    target = targets.get(value.casefold())
    if target is None:
        yield record.problem("list.unknown-reference", name, values={"to": to.titles[0]})
    elif target.classified:
        del record.values[name]
        yield record.problem("list.classified-reference", name, shown=MASK)
    else:
        record.values[name] = target.values["id"]


def _room(record: Record, index: Index) -> Iterator[Problem]:
    # Without a sheet of rooms there is nothing to refer to.
    if not index.rooms:
        return
    found = list(_refer(record, "room_id", index.rooms, ROOMS))
    yield from found
    room = index.rooms.get(record.values.get("room_id", "").casefold())
    unit = room.values.get("unit") if room else None
    if not found and unit and "unit" in record.values and unit != record.values["unit"]:
        yield record.problem(
            "list.room-of-other-unit", "room_id", severity=Severity.WARNING, values={"unit": shorten(unit)}
        )


def _merge_target(record: Record, index: Index) -> Iterator[Problem]:
    values = record.values
    stated = values.get("merged_into")
    disposition = values.get("disposition")
    if "merged_into" in record.broken or "disposition" in record.broken:
        return
    if stated is None:
        shadow = values.get("system_class") is SystemClass.SHADOW and disposition is None
        if disposition is Disposition.MERGE or shadow:
            yield record.problem("list.merge-target", "merged_into")
        return
    if disposition not in {None, Disposition.MERGE}:
        yield record.problem("list.merge-contradiction", "merged_into")
        return
    target = index.systems.get(stated.casefold())
    if target is None and len(index.names.get(name_key(stated), ())) == 1:
        (target,) = index.names[name_key(stated)]
    if target is None:
        # Other names are platforms outside the list, such as 全省统一公务邮件系统; what looks like an id must be one.
        if _looks_like_id(stated):
            yield record.problem("list.unknown-reference", "merged_into", values={"to": SYSTEMS.titles[0]})
    elif target is record:
        yield record.problem("list.merge-self", "merged_into")
    elif target.classified:
        del values["merged_into"]
        yield record.problem("list.classified-reference", "merged_into", shown=MASK)
    elif "merged_into" in target.values or target.values.get("disposition") in _GOING:
        yield record.problem("list.merge-chain", "merged_into")
    else:
        values["merged_into"] = target.values.get("id", stated)


def _deferral(record: Record) -> Iterator[Problem]:
    """Check that a deferral has its reason, in its own cell or in the column of reasons, and write it as one text."""
    values = record.values
    reason, stated = values.pop("deferral_reason", None), values.get("deferral")
    if stated is not None and plain_key(stated) in _BARE_DEFERRALS:
        if reason:
            values["deferral"] = reason
        elif not values.get("approval_no"):
            yield record.problem("list.deferral-reason", "deferral")
    elif reason and stated is None and "deferral" not in record.broken:
        if record.holds("deferral"):  # it says no
            yield record.problem("list.deferral-contradiction", "deferral_reason", severity=Severity.WARNING)
        else:
            values["deferral"] = reason
    elif reason:
        values["deferral"] = f"{stated}；{reason}"


def _looks_like_id(text: str) -> bool:
    try:
        return Identifier().parse(text, "") is not None
    except Bad:
        return False


def _batch(record: Record, programme: Programme) -> Iterator[Problem]:
    number = record.values.get("batch")
    if number is not None and programme.batch(number) is None:
        known = ", ".join(str(batch.number) for batch in programme.batches)
        yield record.problem("list.unknown-batch", "batch", values={"known": known})


def _server(record: Record, index: Index, named: dict[str, Record]) -> Iterator[Problem]:
    """Check a server; `named` gathers the servers by the name that each gets on its cloud."""
    system = index.systems.get(record.values.get("system_id", "").casefold())
    if system is not None and system.classified:
        record.hidden = True
        record.values.pop("system_id", None)
        yield record.problem("list.classified-target", "system_id")
        return
    yield from _refer(record, "system_id", index.systems, SYSTEMS)
    own, of = record.values.get("id", ""), record.values.get("system_id", "")
    host = host_slug(own, of)
    yield from _name(record, host)
    if own and of:
        # Also V-1 of S and S-V-1 of S, or B-C of A and C of A-B: names are put together from both ids.
        other = named.setdefault(name := f"{slug(of)}-{host}", record)
        if other.values["id"].casefold() != own.casefold():
            values = {"name": name, "first": _where(other, "id")}
            yield record.problem("list.same-name", "id", values=values)
    if index.rooms:
        yield from _refer(record, "room_id", index.rooms, ROOMS)


def _name(record: Record, name: str) -> Iterator[Problem]:
    """Refuse an id of which a file, a host or a group would get a name that means something else to Ansible."""
    if name in RESERVED:
        yield record.problem("list.reserved-name", "id", values={"name": name, "reserved": ", ".join(sorted(RESERVED))})


def _dependencies(records: Sequence[Record], index: Index) -> Iterator[Problem]:
    edges: dict[str, dict[str, Record]] = defaultdict(dict)
    for record in records:
        problems = [
            *_refer(record, "system_id", index.systems, SYSTEMS),
            *_refer(record, "needs_id", index.systems, SYSTEMS),
        ]
        yield from problems
        if not problems and {"system_id", "needs_id"} <= record.values.keys():
            edges[record.values["system_id"]].setdefault(record.values["needs_id"], record)
    for cycle in cycles({source: list(targets) for source, targets in edges.items()}):
        last = edges[cycle[-1]][cycle[0]]
        yield last.problem("list.dependency-cycle", "needs_id", values={"cycle": " → ".join((*cycle, cycle[0]))})


def _interfaces(records: Sequence[Record], index: Index, servers: Mapping[str, Record]) -> Iterator[Problem]:
    """Check who calls whom; a party that is no system of the list is somebody outside it."""
    for record in records:
        for name in ("caller", "callee"):
            yield from _party(record, name, index)
        for name in ("ask_status", "ask_text", "registers"):
            if record.values.get(name) and not record.values.get("ask"):
                yield record.problem("list.no-question", name)
        yield from _refer(record, "server_id", servers, SERVERS)
        server = servers.get(record.values.get("server_id", "").casefold())
        if server is not None and server.values.get("system_id") != record.values.get("caller"):
            yield record.problem("list.server-of-other-system", "server_id")


def _party(record: Record, name: str, index: Index) -> Iterator[Problem]:
    """Write a party that the list knows, by id or by a name that only one system has, as its id."""
    stated = record.values.get(name)
    if stated is None:
        return
    target = index.systems.get(stated.casefold())
    if target is None and len(called := index.names.get(name_key(stated), ())) == 1:
        (target,) = called
    if target is None:
        if _looks_like_id(stated) and any(letter.isdigit() for letter in stated):
            values = {"to": SYSTEMS.titles[0]}
            yield record.problem("list.unknown-reference", name, values=values)
    elif target.classified:
        del record.values[name]
        yield record.problem("list.classified-reference", name, shown=MASK)
    else:
        record.values[name] = target.values["id"]


def _filed_twice(systems: Sequence[Record]) -> Iterator[Problem]:
    """Find one system filed twice, also under the full and the short name of its unit or of itself."""
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in systems:
        if not record.hidden and {"unit", "name", "id"} <= record.values.keys():
            key = header_key(record.values["name"]).removesuffix("系统")
            groups[key + "\0" + header_key(record.values.get("subsystem", ""))].append(record)
    for group in groups.values():
        for position, record in enumerate(group[1:], start=1):
            unit = header_key(record.values["unit"])
            other = next((one for one in group[:position] if _same_unit(unit, header_key(one.values["unit"]))), None)
            if other is not None and other.values["id"].casefold() != record.values["id"].casefold():
                yield record.problem(
                    "list.filed-twice", "name", severity=Severity.WARNING, values={"first": _where(other, "name")}
                )


def _same_unit(one: str, other: str) -> bool:
    """Tell whether one unit's name is the other's, or a short form of it: its characters, in order."""
    short, long = sorted((one, other), key=len)
    rest = iter(long)
    return all(character in rest for character in short)


def _batches(programme: Programme, systems: Sequence[Record], index: Index) -> Iterator[Problem]:
    """Check what the programme's batches name against the list."""
    units = {record.values["unit"] for record in systems if not record.hidden and "unit" in record.values}
    for batch in programme.batches:
        for position, unit in enumerate(batch.units):
            if unit not in units:
                cell = f"batches.{batch.number}.units[{position}]"
                yield Problem(
                    code="list.batch-unit", severity=Severity.WARNING, file=FILE, cell=cell, value=shorten(unit)
                )
        for position, system in enumerate(batch.systems):
            found = index.systems.get(system.casefold())
            cell = f"batches.{batch.number}.systems[{position}]"
            if found is None:
                values = {"to": SYSTEMS.titles[0]}
                yield Problem(code="list.unknown-reference", file=FILE, cell=cell, value=shorten(system), values=values)
            elif found.classified:
                yield Problem(code="list.classified-reference", file=FILE, cell=cell, value=MASK)
