"""Draws an export into the list: its rows become servers, its applications systems; what is not used is told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from orchestrator.adapters.intake.cells import text_of
from orchestrator.adapters.intake.columns import SERVERS, SYSTEMS
from orchestrator.adapters.intake.credentials import mask, shorten
from orchestrator.adapters.intake.fold import name_key, value_key
from orchestrator.adapters.intake.foreign.ids import Ids, ServerIds, as_id
from orchestrator.adapters.intake.foreign.shape import ConditionPart, MappingPart, by_code
from orchestrator.adapters.intake.foreign.tables import Table, unused
from orchestrator.adapters.intake.foreign.values import Taker, Value, rows_of
from orchestrator.adapters.intake.grid import letters
from orchestrator.adapters.intake.rows import TOTAL
from orchestrator.model.problem import Problem, Severity

_OF_SERVERS, _OF_SYSTEMS = by_code(SERVERS), by_code(SYSTEMS)
SIZES = ("vcpus", "ram_mib", "disk_gib")
_LONGEST_NAME = 200
_LONGEST_REMARK = 2000


@dataclass
class Machine:
    """A server as the export tells it."""

    name: str
    identity: tuple[str, ...]
    system: Application
    stated_id: str = ""
    values: dict[str, Value] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, ...]:
        """What only the same server has again; () where nothing tells it from a namesake."""
        return (name_key(self.name), *self.identity) if all(self.identity) else ()


@dataclass
class Application:
    """A system as the export tells it; `alone` is one that was made for a server without any."""

    name: str
    stated_id: str = ""
    alone: bool = False
    values: dict[str, Value] = field(default_factory=dict)
    id: str = ""


@dataclass(frozen=True)
class Drawn:
    """What came of an export: rows of the list by column's code name, and everything there is to tell.

    Attributes:
        systems, servers: in the order of the export.
        notes: each row, column, sheet and cell that was not taken as it stands.
        grouped_by: the headers by which servers were grouped.
        alone: how many systems were made for a server without any.
        missing: required column of systems → how many lack it.
        unsized: size of servers, by code name → how many have none, so that the list takes the least there is.
    """

    kind: str
    systems: tuple[Mapping[str, Value], ...]
    servers: tuple[Mapping[str, Value], ...]
    notes: tuple[Problem, ...]
    grouped_by: tuple[str, ...]
    alone: int
    missing: Mapping[str, int]
    unsized: Mapping[str, int]
    sheets: tuple[str, ...]


def draw(mapping: MappingPart, tables: Sequence[Table], left: Sequence[Problem] = ()) -> Drawn:
    """Return the list that an export makes; the same export makes the same list.

    Args:
        mapping: by which the tables were found.
        tables: the sheets that were recognised.
        left: what there is to tell of the other sheets.
    """
    takers = [Taker(table) for table in tables]
    machines: list[Machine] = []
    applications: list[tuple[Application, Taker, int]] = []
    for taker in takers:
        if taker.table.part.disks is None:
            _read(taker, machines, applications)
    _join_disks(machines, [taker for taker in takers if taker.table.part.disks is not None])
    systems = _grouped(machines, applications)
    _number(machines, systems)
    for system in systems:
        system.values = {**mapping.fill, **system.values}
    notes = [*left, *(note for taker in takers for note in _told(taker))]
    missing = {
        column.names()[0]: count
        for column in SYSTEMS.columns
        if column.required and column.field not in {"id", "name"}
        and (count := sum(column.names()[0] not in system.values for system in systems))
    }  # fmt: skip
    return Drawn(
        kind=mapping.name,
        systems=tuple({"system_id": one.id, "name": one.name, **one.values} for one in systems),
        servers=tuple(_as_row(machine) for machine in machines),
        notes=tuple(notes),
        grouped_by=tuple(dict.fromkeys(filter(None, map(_grouping, takers)))),
        alone=sum(one.alone for one in systems),
        missing=missing,
        unsized={code: count for code in SIZES if (count := sum(code not in one.values for one in machines))},
        sheets=tuple(table.grid.sheet or table.grid.title for table in tables),
    )


def _grouping(taker: Taker) -> str:
    columns = taker.fields.get("systems.name")
    return shorten(taker.table.headers[columns.indexes[0]]) if columns and taker.table.part.servers else ""


def _read(taker: Taker, machines: list[Machine], applications: list[tuple[Application, Taker, int]]) -> None:
    table = taker.table
    known = {machine.key for machine in machines if machine.key}
    for row in rows_of(table):
        if taker.blank(row) or _is_header(table, row):
            continue
        first = next(index for index, cell in enumerate(table.grid.rows[row]) if text_of(cell).strip())
        if _is_total(taker, row):
            taker.tell("from.total", row, first)
            continue
        if (index := _meets(taker, row, table.part.skip)) is not None:
            taker.tell("from.no-server", row, index)
            continue
        machine = _machine(taker, row) if table.part.servers else None
        if machine is not None and machine.key in known:
            taker.tell("from.twice", row, first, name=shorten(machine.name))
            continue
        known |= {machine.key} if machine is not None and machine.key else set()
        application = _application(taker, row)
        if not application.name and machine is not None:
            application.name, application.alone = machine.name, True
        if not application.name:
            taker.tell("from.nameless", row, first)
            continue
        if row in table.grid.hidden_rows:
            taker.tell("list.hidden-row", row, first, row=str(row + 1))
        applications.append((application, taker, row))
        if machine is not None:
            machine.system = application
            machines.append(machine)


def _is_header(table: Table, row: int) -> bool:
    """Tell whether a row is the header again, as where each printed page has it."""
    cells = {index: " ".join(text_of(table.grid.at(row, index)).split()) for index in table.headers}
    return all(cells[index] in {"", header} for index, header in table.headers.items()) and any(cells.values())


def _is_total(taker: Taker, row: int) -> bool:
    """Tell whether a row sums up: it says so, and has nothing that only a server has."""
    table = taker.table
    said = any(
        TOTAL.fullmatch("".join(text_of(cell).split())) for cell in table.grid.rows[row] if isinstance(cell, str)
    )
    own = ("servers.source_address", "servers.os", "servers.identity")
    return said and not any(
        text_of(taker.cell(row, taker.fields[place].indexes[0])).strip() for place in own if place in taker.fields
    )


def _meets(taker: Taker, row: int, conditions: Sequence[ConditionPart]) -> int | None:
    for condition in conditions:
        wanted = {value_key(value) for value in condition.values}
        index = taker.holds(row, condition.column, lambda text, wanted=wanted: value_key(text) in wanted)  # type: ignore[misc]
        if index is not None:
            return index
    return None


def _machine(taker: Taker, row: int) -> Machine | None:
    table = taker.table
    stated = taker.text(row, "servers.server_id", _LONGEST_NAME)
    values = {
        code: value
        for code, column in _OF_SERVERS.items()
        if code not in {"server_id", "system_id", "remarks"}
        and (value := taker.value(row, f"servers.{code}", column)) is not None
    }
    identity = taker.text(row, "servers.identity", _LONGEST_NAME)
    told = (taker.name(row, "servers.name", _LONGEST_NAME), stated, str(values.get("source_address", "")), identity)
    name = " ".join(next(filter(None, told), "").split())
    if not name:
        return None
    machine = Machine(name=name, identity=(identity,), system=Application(name=""), values=values)
    if stated and not (as_stated := as_id(stated)):
        taker.tell("from.id-made", row, taker.fields["servers.server_id"].indexes[0])
        machine.said.append(stated)
    elif stated:
        machine.stated_id = as_stated
    for condition in table.part.tell:
        if (index := _meets(taker, row, (condition,))) is not None:
            taker.tell("from.stopped", row, index)
            machine.said.append(f"{table.headers[index]}={text_of(taker.cell(row, index)).strip()}")
    if remark := taker.text(row, "servers.remarks", _LONGEST_REMARK):
        machine.said.append(remark)
    return machine


def _application(taker: Taker, row: int) -> Application:
    """Return what a row says of its system; its name is empty where the row has none."""
    stated = taker.text(row, "systems.system_id", _LONGEST_NAME)
    application = Application(name=" ".join((taker.application(row) or stated).split()))
    if stated and not (as_stated := as_id(stated)):
        taker.tell("from.id-made", row, taker.fields["systems.system_id"].indexes[0])
    elif stated:
        application.stated_id = as_stated
    for code, column in _OF_SYSTEMS.items():
        if code in {"system_id", "name"}:
            continue
        if (value := taker.value(row, f"systems.{code}", column)) is not None:
            application.values[code] = value
    return application


def _grouped(machines: Sequence[Machine], found: Sequence[tuple[Application, Taker, int]]) -> list[Application]:
    """Return the systems: those of one id, or of one name and unit, are one; a server without any is one by itself."""
    units: dict[str, set[str]] = defaultdict(set)
    by_name: dict[str, set[str]] = defaultdict(set)
    for application in (one for one, _, _ in found if not one.alone):
        unit = name_key(str(application.values.get("unit", "")))
        units[name_key(application.name)] |= {unit} - {""}
        if application.stated_id:
            by_name[name_key(application.name)].add(application.stated_id.casefold())
    systems: dict[tuple[str, ...], Application] = {}
    merged: dict[int, Application] = {}
    for number, (application, taker, row) in enumerate(found):
        name = name_key(application.name)
        stated = application.stated_id.casefold()
        if not stated and not application.alone and len(by_name[name]) == 1:
            (stated,) = by_name[name]
        unit = name_key(str(application.values.get("unit", "")))
        key = ("id", stated) if stated else ("name", name, unit if len(units[name]) > 1 else "")
        if application.alone:
            key = ("alone", str(number))
        first = systems.setdefault(key, application)
        if first is not application:
            _merge(first, application, taker, row)
        merged[id(application)] = first
    for machine in machines:
        machine.system = merged[id(machine.system)]
    return list(systems.values())


def _merge(first: Application, other: Application, taker: Taker, row: int) -> None:
    """Add what another row says of a system; where two rows differ the first one counts, and that is told."""
    if first.name == first.stated_id and other.name != other.stated_id:
        first.name = other.name
    for code, value in other.values.items():
        kept = first.values.setdefault(code, value)
        if name_key(str(kept)) != name_key(str(value)):
            index = taker.fields[f"systems.{code}"].indexes[0]
            taker.tell("from.contradiction", row, index, system=shorten(first.name), kept=mask(str(kept)))
    first.stated_id = first.stated_id or other.stated_id


def _number(machines: Sequence[Machine], systems: Sequence[Application]) -> None:
    """Give every system and server its id, so that none depends on the order of the rows."""
    ids = Ids((one.stated_id for one in systems if one.stated_id), "sys")
    shared = Counter(as_id(one.name).casefold() for one in systems if not one.stated_id)
    owners = {id(machine.system): machine for machine in machines}
    for system in systems:
        unit = str(system.values.get("unit", ""))
        identity = (unit, *(owners[id(system)].identity if system.alone else ()))
        twice = shared[as_id(system.name).casefold()] > 1
        system.id = system.stated_id or ids.give(system.name, identity, shared=twice)
    pairs = [(one.stated_id, one.system.id) for one in machines if one.stated_id]
    hosts = ServerIds(pairs, "srv")
    shared = Counter(as_id(one.name).casefold() for one in machines if not one.stated_id)
    for machine in machines:
        if not machine.stated_id:
            twice = shared[as_id(machine.name).casefold()] > 1
            machine.stated_id = hosts.give_in(machine.system.id, machine.name, machine.identity, shared=twice)
            if machine.stated_id != machine.name:
                machine.said.insert(0, machine.name)


def _as_row(machine: Machine) -> Mapping[str, Value]:
    row: dict[str, Value] = {"server_id": machine.stated_id, "system_id": machine.system.id, **machine.values}
    if machine.said:
        row["remarks"] = "; ".join(dict.fromkeys(machine.said))[:_LONGEST_REMARK]
    return row


def _join_disks(machines: Sequence[Machine], takers: Sequence[Taker]) -> None:
    """Give servers the disks of their own rows: the first is the system's, the others hold data."""
    by_key: dict[str, list[Machine]] = defaultdict(list)
    for machine in machines:
        for key in {name_key(machine.name), *(name_key(one) for one in machine.identity if one)}:
            by_key[key].append(machine)
    for taker in takers:
        for key, disks in _disks(taker).items():
            owners = by_key.get(key, ())
            if len(owners) == 1:
                _give_disks(taker, owners[0], disks)
            else:
                for row, _, _ in disks:
                    taker.tell("from.disk-of-nobody", row, taker.fields["disks.name"].indexes[0])


def _disks(taker: Taker) -> Mapping[str, list[tuple[int, Decimal, tuple[int, str]]]]:
    """Return each server's disks: row, size in GiB, order."""
    found: dict[str, list[tuple[int, Decimal, tuple[int, str]]]] = defaultdict(list)
    column = _OF_SERVERS["disk_gib"]
    for row in rows_of(taker.table):
        if taker.blank(row) or _is_header(taker.table, row) or "disks.size" not in taker.fields:
            continue
        size = taker.exact(row, "disks.size", column)
        name = name_key(taker.text(row, "disks.identity") or taker.text(row, "disks.name"))
        if not name or size is None:
            taker.tell("from.nameless", row, taker.fields["disks.name"].indexes[0])
            continue
        order = taker.text(row, "disks.order")
        digits = "".join(filter(str.isdecimal, order))
        found[name].append((row, size, (int(digits) if digits and len(digits) < 10 else 1 << 31, order)))
    return found


def _give_disks(taker: Taker, machine: Machine, disks: list[tuple[int, Decimal, tuple[int, str]]]) -> None:
    disks = sorted(disks, key=lambda one: one[2])
    index = taker.fields["disks.size"].indexes[0]
    for code, part in (("disk_gib", disks[:1]), ("data_disk_gib", disks[1:])):
        if part:
            size = taker.whole(sum((one[1] for one in part), Decimal(0)), part[0][0], index, _OF_SERVERS[code])
            if size is not None:
                machine.values[code] = size


def _told(taker: Taker) -> list[Problem]:
    """Return a table's notes: its columns of which nothing was taken, then its rows and cells."""
    table = taker.table
    columns = [
        Problem(
            code="from.unused-column",
            severity=Severity.WARNING,
            file=table.grid.file,
            sheet=table.grid.place,
            cell=letters(index),
            value=mask(header),
            values={"cells": str(held)},
        )
        for index, header, held in unused(table, taker.taken)
    ]
    return [*columns, *taker.notes]
