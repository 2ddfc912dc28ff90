"""What a mapping says: which columns of an export are which columns of the list; ours and people's are alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from orchestrator.adapters.intake.amounts import Quantity
from orchestrator.adapters.intake.column import Column, SheetSpec
from orchestrator.adapters.intake.columns import SERVERS, SYSTEMS
from orchestrator.adapters.intake.credentials import mask
from orchestrator.adapters.intake.example import header_of
from orchestrator.adapters.intake.kinds import Bad
from orchestrator.adapters.intake.programme import validated
from orchestrator.errors import Refused
from orchestrator.model.problem import Problem

KNOWN = ("rvtools", "azure-migrate", "servicenow", "flat")
# What a row of a server says beside the list's columns: how it is called, and what tells it from its namesakes.
BESIDE = ("name", "identity")
_STEP = re.compile(r"\[(\d+)\]")
_CODES = {
    "programme.unknown-key": "mapping.unknown-key",
    "programme.missing-key": "mapping.missing-key",
    "programme.too-few": "mapping.too-few",
}
# Faults that are told by these names; every other one of the shape is a bad value.
_OWN = frozenset(
    {*_CODES.values()}
    | {f"mapping.{name}" for name in ("empty-sheet", "unknown-field", "no-column", "unknown-unit", "no-such-column")}
)

Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _columned(value: object) -> object:
    return {"columns": value} if isinstance(value, str | list) else value


Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed), Field(max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourcePart(_Part):
    """Where a value comes from.

    Attributes:
        columns: the first of these that the export has.
        times: instead, the product of these where the export has all of them.
        sum: instead, the sum of those of these that the export has.
        unit: of numbers whose header names none.
    """

    columns: Texts = ()
    times: Texts = ()
    sum: Texts = ()
    unit: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that is named."""
        return (*self.columns, *self.times, *self.sum)


Source = Annotated[SourcePart, BeforeValidator(_columned)]


class ConditionPart(_Part):
    """A column and the values of it that are meant."""

    column: Texts
    values: Texts = Field(alias="is")


class DisksPart(_Part):
    """A sheet of disks, one a row; the first of a server is its system disk, the others are its data disks."""

    name: Source
    size: Source
    identity: Source = SourcePart()
    order: Source = SourcePart()


class SheetPart(_Part):
    """One kind of sheet of an export.

    Attributes:
        titles: what such a sheet is called; tells two that fit apart.
        known_by: the sheet has a column of each of these groups.
        servers, systems: field's code name → where it comes from.
        skip: a row of which one holds is no server to move; it is told.
        tell: a row of which one holds is a server like the others, and is told.
    """

    titles: Texts = ()
    known_by: tuple[Texts, ...] = ()
    servers: dict[Text, Source] = Field(default_factory=dict)
    systems: dict[Text, Source] = Field(default_factory=dict)
    skip: tuple[ConditionPart, ...] = ()
    tell: tuple[ConditionPart, ...] = ()
    disks: DisksPart | None = None

    @property
    def sources(self) -> Iterator[tuple[str, SourcePart]]:
        """Every source, by its place in the mapping."""
        yield from ((f"servers.{name}", source) for name, source in self.servers.items())
        yield from ((f"systems.{name}", source) for name, source in self.systems.items())
        if self.disks is not None:
            yield from ((f"disks.{name}", getattr(self.disks, name)) for name in DisksPart.model_fields)


class MappingPart(_Part):
    """A whole mapping.

    Attributes:
        name: what the export is called.
        own_words: the list's own headers of systems and servers count too.
        fill: column of systems, by code name → what every system gets that has nothing of its own there.
    """

    name: Text = "mapping"
    own_words: bool = False
    sheets: Annotated[tuple[SheetPart, ...], Field(min_length=1, max_length=50)]
    fill: dict[Text, Text] = Field(default_factory=dict)


def by_code(spec: SheetSpec) -> Mapping[str, Column]:
    """Return the columns of a kind of sheet by their code names."""
    return {column.names()[0]: column for column in spec.columns}


def headers(lang: str) -> Mapping[str, str]:
    """Return what the columns of systems and servers are called on a form in a language, by their code names."""
    return {column.names()[0]: header_of(column, lang) for column in (*SERVERS.columns, *SYSTEMS.columns)}


@cache
def known_mappings() -> tuple[MappingPart, ...]:
    """Return the mappings that ship with the tool, in the order in which they are tried.

    Raises:
        Refused: `mapping.invalid` when an installed one is damaged.
    """
    folder = resources.files("orchestrator.adapters.intake.foreign") / "known"
    return tuple(_read((folder / f"{name}.yaml").read_bytes(), f"{name}.yaml") for name in KNOWN)


def read_mapping(data: bytes, file: str) -> MappingPart:
    """Return a mapping file's mapping.

    Raises:
        Refused: `mapping.invalid` with `problems`: every one, each with its line and key.
    """
    return _read(data, file)


def _read(data: bytes, file: str) -> MappingPart:
    part, problems = validated(data, MappingPart, file)
    if part is not None:
        problems = tuple(_meant(part, file))
    if part is None or problems:
        told = tuple(at_line(problem, data) for problem in problems if not _echoes(problem, problems))
        raise Refused("mapping.invalid", path=file, errors=len(told), problems=told)
    return part


def _echoes(problem: Problem, problems: Sequence[Problem]) -> bool:
    """Tell whether a list is only too short because its entries are faulty, each of which is told."""
    entries = (other for other in problems if other.cell.startswith(f"{problem.cell}["))
    return problem.code == "programme.too-few" and any(entries)


def _meant(part: MappingPart, file: str) -> Iterator[Problem]:
    """Yield what one key alone cannot tell: fields and units that there are not, values that a column refuses."""

    def fault(code: str, cell: str, value: str, **values: str) -> Problem:
        return Problem(code=code, file=file, cell=cell, value=mask(value), values=values)

    kinds = {"servers": by_code(SERVERS), "systems": by_code(SYSTEMS)}
    for number, sheet in enumerate(part.sheets):
        place = f"sheets[{number}]"
        if not (sheet.servers or sheet.systems or sheet.disks):
            yield fault("mapping.empty-sheet", place, "")
        for key, source in sheet.sources:
            section, _, code = key.partition(".")
            column = kinds.get(section, {}).get(code)
            known = (*kinds.get(section, {}), *(BESIDE if section == "servers" else ()))
            if section in kinds and code not in known:
                yield fault("mapping.unknown-field", f"{place}.{key}", code, known=", ".join(known))
            if not source.named and section != "disks":
                yield fault("mapping.no-column", f"{place}.{key}", "")
            if section == "disks":
                column = kinds["servers"]["disk_gib"]
            if source.unit and not _measures(column, source.unit):
                units = column.kind.units.usual if column and isinstance(column.kind, Quantity) else ""
                yield fault("mapping.unknown-unit", f"{place}.{key}.unit", source.unit, units=units or "-")
    for code, text in part.fill.items():
        column = kinds["systems"].get(code)
        if column is None:
            yield fault("mapping.unknown-field", f"fill.{code}", code, known=", ".join(kinds["systems"]))
            continue
        try:
            column.kind.parse(text, "")
        except Bad as bad:
            yield fault(bad.code, f"fill.{code}", text, **{"header": column.header, **bad.values})


def _measures(column: Column | None, unit: str) -> bool:
    return column is not None and isinstance(column.kind, Quantity) and column.kind.units.factor(unit) is not None


def at_line(problem: Problem, data: bytes) -> Problem:
    """Return a problem with the line of its key, and by its name here."""
    code = _CODES.get(problem.code, problem.code.replace("programme.", "mapping."))
    if code.startswith("mapping.") and code not in _OWN:
        code = "mapping.bad-value"
    if problem.cell.startswith("line ") or problem.code.startswith("yaml."):
        return replace(problem, code=code)
    line = _line_of(data, problem.cell)
    values = {**problem.values, "line": str(line), "path": problem.cell or "-"}
    return replace(problem, code=code, cell=f"line {line}: {problem.cell}".rstrip(": "), values=values)


def _line_of(data: bytes, path: str) -> int:
    """Return the 1-based line of a key, or of the nearest one above it that is there."""
    node: Any = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.BaseLoader)  # accepted by `validated` before
    line, rest = 1, path
    while node is not None and rest:
        if step := _STEP.match(rest):
            index = int(step.group(1))
            if not isinstance(node, yaml.SequenceNode) or index >= len(node.value):
                break
            node, rest = node.value[index], rest[step.end() :].removeprefix(".")
            line = node.start_mark.line + 1
            continue
        pairs = node.value if isinstance(node, yaml.MappingNode) else ()
        fitting = [pair for pair in pairs if re.match(re.escape(pair[0].value) + r"(?:[.\[]|$)", rest)]
        if not fitting:
            break
        key, node = max(fitting, key=lambda pair: len(pair[0].value))
        line, rest = key.start_mark.line + 1, rest[len(key.value) :].removeprefix(".")
    return line
