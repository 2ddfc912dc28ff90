"""The night's report, from the record alone: who cut over what and when, for how long clients waited, what is back.

It can be made again at any time, and after a crash too: what nobody has decided yet stands there as undecided. The
record may come from somebody else, so that every value of it is taken for what it proves to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from orchestrator.model.life import Move
from orchestrator.model.schedule import BEIJING
from orchestrator.reporting.night_groups import End, NightGroup, Whole, group_lines, night_groups
from orchestrator.reporting.texts import Say
from orchestrator.reporting.told import counted, moment, short_text

if TYPE_CHECKING:
    from rich.console import RenderableType

BEGAN, TURN, ENDED = "night.began", "night.turn", "night.ended"
# The kinds of the record's entries that tell a night.
KINDS = frozenset({BEGAN, TURN, ENDED, "life", "move.decided", "move.probed", "move.verified"})
COLUMNS = ("system", "unit", "crew", "planned", "who", "began", "end", "gap", "rows", "verified", "by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One entry of the record, as it was found; nobody has judged it."""

    at: datetime
    actor: str
    kind: str
    data: Mapping[str, object]

    @staticmethod
    def of(at: str, actor: str, kind: str, data: Mapping[str, object]) -> Noted | None:
        """Return an entry; None for one of no known time."""
        when = moment(at)
        return Noted(at=when, actor=short_text(actor), kind=kind, data=data) if when else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NightRow:
    """One system's turn.

    Attributes:
        group: the first system of its dependency group; empty where the record names none.
        planned: when it was to begin.
        back_by: the latest decision to roll back.
        who: whose command began it, gave it back or left it; empty before.
        held_seconds: for how long the frozen section held clients.
        gap_seconds: what a client of ours met; None: nobody measured.
        rows, lost, duplicated, errors: of that client.
        verified: whether both sides were compared and found alike; None: nobody compared.
        code: of what held it, gave it back or failed, with its `values`; empty for none.
        failed: the line of the frozen section that failed.
    """

    system: str
    name: str
    unit: str
    crew: int | None
    planned: datetime | None
    back_by: datetime | None
    group: str = ""
    end: End = End.WAITING
    who: str = ""
    began: datetime | None = None
    decided: datetime | None = None
    held_seconds: float | None = None
    gap_seconds: float | None = None
    rows: int | None = None
    lost: int | None = None
    duplicated: int | None = None
    errors: int | None = None
    fault: str = ""
    verified: bool | None = None
    failed: str = ""
    code: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NightReport:
    """What came of one window.

    Attributes:
        batches: whose runs were in it.
        ended: when the last run in it came to its end; None: it runs, or was killed.
        interrupted: whether a person ended it.
        rows: in the planned order.
        returns: whether the programme had open systems go back with their group.
        before: group → its systems that were open before, and had no turn.
    """

    evening: date
    batches: tuple[int, ...]
    start: datetime
    end: datetime
    crews: int | None
    ended: datetime | None
    interrupted: bool
    rows: tuple[NightRow, ...]
    returns: bool = False
    before: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def groups(self) -> tuple[NightGroup, ...]:
        """What came of each dependency group."""
        turns = [(row.system, row.group, row.end) for row in self.rows]
        return night_groups(turns, returns=self.returns, over=self.ended is not None, before=self.before)

    @property
    def split(self) -> bool:
        """Tell whether a dependency group is torn apart."""
        return any(group.whole is Whole.SPLIT for group in self.groups)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many turns ended in each way."""
        return {str(end): sum(row.end is end for row in self.rows) for end in End}

    def data(self) -> Mapping[str, object]:
        """Return everything; times are ISO 8601, what nobody knows null."""
        return {
            "evening": self.evening,
            "batches": self.batches,
            "start": self.start,
            "end": self.end,
            "crews": self.crews,
            "ended": self.ended,
            "interrupted": self.interrupted,
            "counts": self.counts,
            "groups": self.groups,
            "systems": self.rows,
        }


def night_report(entries: Iterable[Noted], evening: date) -> NightReport | None:
    """Return what came of the window of an evening; None where the record knows of no run in it.

    Args:
        entries: of the record, the oldest first.
        evening: the day the window opens.
    """
    report: NightReport | None = None
    rows: dict[str, NightRow] = {}
    for entry in entries:
        system = str(entry.data.get("system", ""))
        if entry.kind in {BEGAN, ENDED, TURN} and entry.data.get("evening") != evening.isoformat():
            continue
        if entry.kind == BEGAN:
            if begun := _begun(entry, evening):
                batches = {*begun.batches, *(report.batches if report else ())}
                # What was open before the first run in it had no turn; what a later run finds open had one.
                before = report.before if report else begun.before
                report = replace(begun, batches=tuple(sorted(batches)), before=before)
                rows |= {row.system: _again(rows.get(row.system), row) for row in begun.rows}
        elif report and entry.kind == ENDED:
            report = replace(report, ended=entry.at, interrupted=entry.data.get("interrupted") is True)
        elif report and system in rows:
            # What is done later is of another night, except that it decides what this one left undecided.
            late = entry.at > report.end and rows[system].end is not End.UNDECIDED
            rows[system] = rows[system] if late and not _follows(rows[system], entry) else _after(rows[system], entry)
    if report is None:
        return None
    end = report.end
    ordered = sorted(rows.values(), key=lambda row: (row.planned or end, row.crew or 0, row.system))
    return replace(report, rows=tuple(ordered))


def _begun(entry: Noted, evening: date) -> NightReport | None:
    start, end = moment(entry.data.get("start")), moment(entry.data.get("end"))
    slots = entry.data.get("slots")
    if start is None or end is None or not isinstance(slots, Sequence):
        return None
    batch = counted(entry.data.get("batch"))
    return NightReport(
        evening=evening,
        batches=() if batch is None else (batch,),
        start=start,
        end=end,
        crews=counted(entry.data.get("crews")),
        ended=None,
        interrupted=False,
        rows=tuple(_planned(slot) for slot in slots if isinstance(slot, Mapping) and slot.get("system")),
        returns=entry.data.get("returns") is True,
        before=_before(entry.data.get("open")),
    )


def _before(told: object) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    for slot in told if isinstance(told, Sequence) else ():
        if isinstance(slot, Mapping) and slot.get("system") and slot.get("group"):
            found.setdefault(short_text(slot["group"]), []).append(short_text(slot["system"]))
    return found


def _planned(slot: Mapping[str, object]) -> NightRow:
    return NightRow(
        system=str(slot.get("system", "")),
        name=short_text(slot.get("name", "")),
        unit=short_text(slot.get("unit", "")),
        crew=counted(slot.get("crew")),
        planned=moment(slot.get("start")),
        back_by=moment(slot.get("rollback_by")),
        group=short_text(slot.get("group", "")),
    )


def _again(before: NightRow | None, planned: NightRow) -> NightRow:
    """Return a row for another run in the same window: what came of it stays until something else does."""
    if before is None:
        return planned
    told = ("name", "unit", "crew", "planned", "back_by", "group")
    return replace(before, **{name: getattr(planned, name) for name in told})


def _follows(row: NightRow, entry: Noted) -> bool:
    """Tell whether an entry after the window says what came of a cutover in it: its comparison ends later."""
    return row.end is End.OPEN and entry.kind in {"move.probed", "move.verified"} and row.verified is None


def _after(row: NightRow, entry: Noted) -> NightRow:
    """Return a system's row after one more entry of the record."""
    data = entry.data
    match entry.kind, data.get("move"):
        case "life", Move.FREEZE:
            fresh = NightRow(**{name: getattr(row, name) for name in _PLANNED})
            return replace(fresh, end=End.UNDECIDED, who=entry.actor, began=entry.at)
        case "life", Move.RETURN:
            return replace(row, end=End.RETURNED) if row.end is End.OPEN else row
        case "life", Move.GIVE_BACK:
            return replace(row, end=End.GIVEN_BACK, who=entry.actor) if row.end in _UNBEGUN else row
        case "move.decided", _ if data.get("back") is not True:
            decision = {"open": End.OPEN, "back": End.BACK}.get(str(data.get("decision")), End.UNDECIDED)
            failed, code = short_text(data.get("failed", "")), short_text(data.get("code", ""))
            held, values = _number(data.get("seconds")), _values(data)
            return replace(
                row, end=decision, decided=entry.at, held_seconds=held, failed=failed, code=code, values=values
            )
        case "move.probed", _ if row.gap_seconds is None and row.began:
            return replace(
                row,
                gap_seconds=_number(data.get("gap_seconds")) if not data.get("fault") else None,
                rows=counted(data.get("rows")),
                lost=counted(data.get("lost")),
                duplicated=counted(data.get("duplicated")),
                errors=counted(data.get("errors")),
                fault=short_text(data.get("fault", "")),
            )
        case "move.verified", _ if row.began:
            compared = counted(data.get("checks"))
            return replace(row, verified=not data.get("findings") if compared else None)
        case "night.turn", _ if data.get("turn") == "return" and row.end in {End.OPEN, End.RETURNED}:
            return replace(row, code=short_text(data.get("code", "")), values=_values(data))
        case "night.turn", _ if row.end in _UNBEGUN:
            # Given back by itself while it was tried; what an earlier run in this window gave back was tried once more.
            itself = row.end is End.GIVEN_BACK and not row.code.startswith(_BACK)
            end = End.GIVEN_BACK if itself or data.get("turn") == "back" else End.HELD
            who = row.who or entry.actor
            return replace(row, end=end, who=who, code=short_text(data.get("code", "")), values=_values(data))
    return row


_PLANNED = ("system", "name", "unit", "crew", "planned", "back_by", "group")
_BACK = "night.back."
_UNBEGUN = frozenset({End.WAITING, End.HELD, End.GIVEN_BACK})


def _values(data: Mapping[str, object]) -> Mapping[str, str]:
    values = data.get("values")
    found = values.items() if isinstance(values, Mapping) else ()
    return {str(name): short_text(value) for name, value in found}


def _number(told: object) -> float | None:
    known = isinstance(told, (int, float)) and not isinstance(told, bool) and 0 <= told < 1e9
    return float(told) if known else None  # type: ignore[arg-type]  # a number, as was just seen


@dataclass(frozen=True, slots=True)
class NightView:
    """The report, and where its documents were written."""

    report: NightReport
    files: tuple[str, ...] = ()

    def data(self) -> object:
        """Return the report under one key, and the files."""
        return {"night": self.report.data(), "files": self.files}

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give the summary, a line for each system, and under the table why."""
        from rich.table import Table

        yield from summary(self.report, say)
        table = Table(box=None, pad_edge=False)
        for column in COLUMNS:
            table.add_column(say(f"night.column.{column}"))
        for row in self.report.rows:
            table.add_row(*cells(row, say))
        yield table
        yield from group_lines(self.report.groups, say)
        yield from reasons(self.report, say)
        for file in self.files:
            yield say("night.file", path=file)


def summary(report: NightReport, say: Say) -> Iterator[str]:
    """Give which night it was, what came of it, and whether it has ended."""
    yield say(
        "night.title",
        evening=report.evening,
        start=clock(report.start),
        end=clock(report.end),
        batches=", ".join(map(str, report.batches)) or "?",
        crews="?" if report.crews is None else report.crews,
    )
    told = {f"{name.replace('-', '_')}": count for name, count in report.counts.items()}
    yield say("night.summary", count=len(report.rows), **told)
    if report.ended is None:
        yield say("night.not-ended")
    elif report.interrupted:
        yield say("night.interrupted", at=clock(report.ended))


def cells(row: NightRow, say: Say) -> tuple[str, ...]:
    """Return a row of the table, as `COLUMNS` has them."""
    verified = "unknown" if row.verified is None else "yes" if row.verified else "no"
    return (
        f"{row.system} {row.name}".strip(),
        row.unit,
        "–" if row.crew is None else str(row.crew),
        clock(row.planned),
        row.who or "–",
        clock(row.began),
        say(f"night.end.{row.end}"),
        _gap(row, say),
        _rows(row, say),
        say(f"night.verified.{verified}") if row.end in {End.OPEN, End.RETURNED} else "–",
        clock(row.back_by),
    )


def _gap(row: NightRow, say: Say) -> str:
    if row.gap_seconds is not None:
        return say("night.gap", milliseconds=f"{row.gap_seconds * 1000:.0f}")
    if row.held_seconds is not None:
        return say("night.held", milliseconds=f"{row.held_seconds * 1000:.0f}")
    return "–"


def _rows(row: NightRow, say: Say) -> str:
    if row.fault or row.rows is None:
        return "–"
    doubtful = {"lost": row.lost, "doubled": row.duplicated, "errors": row.errors}
    return say("night.rows", rows=row.rows, **{name: "?" if each is None else each for name, each in doubtful.items()})


def reasons(report: NightReport, say: Say) -> Iterator[str]:
    """Give, of each turn that something stopped, what it was."""
    for row in report.rows:
        if row.fault:
            yield say("night.unmeasured", system=row.system, cause=say.either(row.fault, row.fault))
        if row.failed or row.code:
            line = f"{say.either(f'frozen.{row.failed}', row.failed)}: " if row.failed else ""
            cause = say.either(row.code, row.code, **row.values) if row.code else ""
            yield say("night.because", system=row.system, cause=f"{line}{cause}".removesuffix(": "))
        elif row.end is End.UNDECIDED:
            yield say("night.undecided", system=row.system)


def clock(at: datetime | None) -> str:
    """Return a time of Beijing; windows are agreed in it."""
    return at.astimezone(BEIJING).strftime("%m-%d %H:%M") if at else "–"
