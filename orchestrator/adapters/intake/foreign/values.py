"""Takes values out of an export's cells by the rules of the list's columns; what cannot be taken is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from ipaddress import ip_address
from math import prod

from orchestrator.adapters.intake.amounts import Quantity
from orchestrator.adapters.intake.cells import Raw, is_blank, is_error, says_nothing, text_of
from orchestrator.adapters.intake.column import Column
from orchestrator.adapters.intake.credentials import MASK, looks_like_credential, mask
from orchestrator.adapters.intake.foreign.tables import Columns, Table
from orchestrator.adapters.intake.kinds import Address, Bad, Choice, Flag, Label, Text, without_control
from orchestrator.adapters.intake.limits import MAX_CELL_CHARACTERS
from orchestrator.adapters.intake.nothing import means_ditto
from orchestrator.adapters.intake.rows import TOTAL
from orchestrator.model.problem import Problem, Severity

Value = str | int | float | date
_SEPARATORS = re.compile(r"[,，;；、|\s]+")
# Azure and vSphere write several tags into one cell, each with its key.
_TAG = re.compile(r"\s*\"?([^:=\"{}]{1,60}?)\"?\s*[:=]\s*\"?([^;,\"{}]{1,200}?)\"?\s*(?:[;,|\n]|$)")
_TAG_KEYS = re.compile(
    r"app(?:lication)?(?:[ _-]?name)?|business[ _-]?(?:app(?:lication)?|service|system)|system(?:[ _-]?name)?|service|"
    r"workload|应用(?:系统|名称)?|(?:业务|信息|所属)?系统(?:名称)?",
    re.IGNORECASE,
)
_TAGGED = re.compile(r"tags?|标签|标记", re.IGNORECASE)
# 4.096 of MB is four thousand in half of the world; of GB it may well be four and a bit.
_ALSO_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_OF_ONE = ("servers.name", "servers.identity", "servers.server_id", "servers.source_address")
_NOWHERE = Columns((), "first", ())
_SMALL = frozenset({"mib", "mb", "m", "kib", "kb", "k", "b"})
_OTHER_WORDS = {
    "x64": "x86_64", "64-bit": "", "32-bit": "", "x86": "x86_64", "amd64": "x86_64", "i686": "x86_64", "i386": "x86_64",
}  # fmt: skip


@dataclass
class Taker:
    """Takes values from one table, and keeps what it has to tell."""

    table: Table
    notes: list[Problem] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    @cached_property
    def fields(self) -> Mapping[str, Columns]:
        """The table's fields; of what may name the system, the first column in which anything stands, for all rows."""
        fields = dict(self.table.fields)
        if naming := fields.get("systems.name"):
            filled = [
                at for at in naming.indexes if any(not is_blank(self.cell(row, at)) for row in rows_of(self.table))
            ]
            fields["systems.name"] = replace(naming, indexes=tuple(filled[:1]) or naming.indexes[:1])
        return fields

    def chosen(self, row: int, place: str) -> tuple[int, str]:
        """Return the column that a field has its value from in a row, and the column's unit."""
        columns = self.fields[place]
        filled = (at for at, index in enumerate(columns.indexes) if not says_nothing(self.cell(row, index)))
        at = next(filled, 0)
        self.taken.add(columns.indexes[at])
        return columns.indexes[at], columns.units[at]

    @cached_property
    def _lent(self) -> Mapping[tuple[int, int], Raw]:
        """What stands in merged cells, at each place below the first: a system beside all its servers."""
        grid = self.table.grid
        return {
            (row, one.first_column): grid.at(one.first_row, one.first_column)
            for one in grid.merges
            if one.first_row >= self.table.data_row and one.first_row < len(grid.rows)
            for row in range(one.first_row + 1, min(one.last_row + 1, len(grid.rows)))
        }

    def cell(self, row: int, index: int) -> Raw:
        """Return a cell; within a merged range, what stands at its beginning; for 同上, what stands above."""
        found = self.table.grid.at(row, index)
        if index in self._own:
            return found
        while isinstance(found, str) and means_ditto(found) and row > self.table.data_row:
            row -= 1
            found = self.table.grid.at(row, index)
        return self._lent.get((row, index), found) if is_blank(found) else found

    @cached_property
    def _own(self) -> frozenset[int]:
        """The columns of what no two servers share, where 同上 means nothing."""
        return frozenset(index for place in _OF_ONE for index in self.table.fields.get(place, _NOWHERE).indexes)

    def text(self, row: int, place: str, longest: int = MAX_CELL_CHARACTERS) -> str:
        """Return a field's text without what is no text, told: control characters, an end that is too long."""
        return self._text(row, self.chosen(row, place)[0], longest) if place in self.fields else ""

    def name(self, row: int, place: str, longest: int) -> str:
        """Return a field's text as a name: on one line, and not what a spreadsheet program made of another text."""
        text = " ".join(self.text(row, place, longest).split())
        if not text:
            return ""
        index = self.chosen(row, place)[0]
        try:
            Label().parse(text, "")
        except Bad as bad:
            self.tell(bad.code, row, index)
            return ""
        if TOTAL.fullmatch("".join(text.split())):
            self.tell("from.total", row, index)
            return ""
        return text

    def _text(self, row: int, index: int, longest: int) -> str:
        cell = self.cell(row, index)
        if (row, index) in self.table.grid.unread or is_error(cell):
            self.tell("list.error-value" if is_error(cell) else "list.formula", row, index)
            return ""
        text = text_of(cell).strip("\u200b\ufeff \t\r\n\u3000\xa0")
        if says_nothing(text):
            return ""
        if means_ditto(text):
            self.tell("list.ditto", row, index)
            return ""
        if looks_like_credential(text):
            self.tell("list.credential", row, index, shown=MASK)
            return ""
        if (clean := without_control(text)) != text:
            self.tell("from.control-character", row, index, shown=mask(clean))
            text = clean.strip()
        if len(text) > longest:
            self.tell("from.cut", row, index, longest=str(longest), found=str(len(text)))
            text = text[:longest]
        return text

    def value(self, row: int, place: str, column: Column) -> Value | None:
        """Return what a column of the list would be given, in the model's unit; None where there is nothing to give."""
        if place not in self.fields:
            return None
        index, kind = self.chosen(row, place)[0], column.kind
        if isinstance(kind, Quantity):
            exact = self.exact(row, place, column)
            return None if exact is None else self.whole(exact, row, index, column)
        text = self._text(row, index, kind.longest if isinstance(kind, Text) else MAX_CELL_CHARACTERS)
        if not text:
            return None
        if isinstance(kind, Label) and TOTAL.fullmatch("".join(text.split())):
            self.tell("from.total", row, index)
            return None
        if isinstance(kind, Address):
            return self._address(row, index, text)
        if isinstance(kind, Choice) and text.casefold() in _OTHER_WORDS and column.field == "arch":
            text = _OTHER_WORDS[text.casefold()]
        cell = self.cell(row, index)
        try:
            found = kind.parse(text if isinstance(kind, Text | Choice | Flag) else cell, "")
        except Bad as bad:
            self.tell(bad.code, row, index, **{"header": column.header, **bad.values})
            return None
        if found is None:
            return None
        return found if isinstance(found, date) else text

    def exact(self, row: int, place: str, column: Column) -> Decimal | None:
        """Return a number in the unit of a column that measures, to its last digit."""
        columns, kind = self.fields[place], column.kind
        places = (
            list(zip(columns.indexes, columns.units, strict=True))
            if columns.how != "first"
            else [self.chosen(row, place)]
        )
        self.taken.update(index for index, _ in places)
        assert isinstance(kind, Quantity)  # noqa: S101 - asked for columns that measure
        numbers: list[Decimal] = []
        for index, unit in places:
            cell = self.cell(row, index)
            if (row, index) in self.table.grid.unread:
                self.tell("list.formula", row, index)
                continue
            if _ALSO_THOUSANDS.fullmatch(text_of(cell).strip()) and (not unit or unit.casefold() in _SMALL):
                self.tell("from.point-or-comma", row, index, header=column.header)
                continue
            part = replace(kind, whole=False, least=0)
            try:
                found = part.parse(cell, unit)
            except Bad as bad:
                self.tell(bad.code, row, index, **{"header": column.header, **bad.values})
                continue
            if found is not None:
                numbers.append(Decimal(found))
        if not numbers:
            return None
        # No cores of a processor say nothing of how many processors there are.
        return (
            prod((number or Decimal(1) for number in numbers), start=Decimal(1))
            if columns.how == "times"
            else sum(numbers, Decimal(0))
        )

    def whole(self, number: Decimal, row: int, index: int, column: Column) -> int | float | None:
        """Return a number as its column takes it; a size that is rounded up, and what is out of bounds, are told."""
        kind = column.kind
        assert isinstance(kind, Quantity)  # noqa: S101 - asked for columns that measure
        if kind.whole and number != number.to_integral_value():
            up = int(number) + 1
            self.tell(
                "from.rounded", row, index, header=column.header, exact=format(number.normalize(), "f"), up=str(up)
            )
            number = Decimal(up)
        if not kind.least <= number <= kind.most:
            self.tell("list.bad-number", row, index, header=column.header, least=str(kind.least), most=str(kind.most))
            return None
        return int(number) if number == number.to_integral_value() else float(number)

    def _address(self, row: int, index: int, text: str) -> str | None:
        """Return the first IPv4 address of a cell, else the first of any kind; the others are told."""
        parts = [part.strip("[]\"'") for part in _SEPARATORS.split(text)]
        good = [part for part in parts if _is_address(part)]
        if not good:
            self.tell("list.bad-address", row, index)
            return None
        chosen = next((part for part in good if "." in part and ":" not in part), good[0])
        others = [part for part in parts if part and part != chosen]
        if others:
            self.tell("from.other-addresses", row, index, taken=chosen, others=mask(", ".join(others)))
        return str(ip_address(chosen))

    def application(self, row: int) -> str:
        """Return the name of a row's system; of a column of tags, the tag of the application."""
        text = self.name(row, "systems.name", 200)
        columns = self.fields.get("systems.name")
        if not text or columns is None or not _TAGGED.fullmatch(self.table.headers[columns.indexes[0]].strip()):
            return text
        tags = list(_TAG.finditer(text))
        if not tags:
            return text
        found = next((one.group(2).strip() for one in tags if _TAG_KEYS.fullmatch(one.group(1).strip())), "")
        if not found:
            self.tell("from.no-application-tag", row, columns.indexes[0])
        return found

    def holds(self, row: int, names: tuple[str, ...], wanted: Callable[[str], bool]) -> int | None:
        """Return the column of a condition whose cell is one of the wanted."""
        index = self.table.first(names)
        if index is not None:
            self.taken.add(index)
        return index if index is not None and wanted(text_of(self.cell(row, index)).strip()) else None

    def blank(self, row: int) -> bool:
        """Tell whether nothing stands in a row."""
        return all(map(is_blank, self.table.grid.rows[row]))

    def tell(self, code: str, row: int, index: int, /, shown: str | None = None, **values: str) -> None:
        """Keep a note about a cell."""
        grid = self.table.grid
        value = mask(text_of(self.cell(row, index))) if shown is None else shown
        values = {"header": mask(self.table.headers.get(index, "")), **values}
        place = {"file": grid.file, "sheet": grid.place, "cell": grid.name(row, index)}
        self.notes.append(Problem(code=code, severity=Severity.WARNING, value=value, values=values, **place))


def _is_address(text: str) -> bool:
    try:
        ip_address("" if "%" in text else text)
    except ValueError:
        return False
    return True


def rows_of(table: Table) -> Iterator[int]:
    """Yield the rows below a table's header."""
    yield from range(table.data_row, len(table.grid.rows))
