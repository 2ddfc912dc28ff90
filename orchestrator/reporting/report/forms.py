"""The official forms: 工作台账, 四张清单, 机房集中率审计表, 销号清单."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from orchestrator.checks.audit.closures import COMMON
from orchestrator.model.figures import Ratio
from orchestrator.model.system import Disposition, Room, System
from orchestrator.reporting.report.centre import centre_forms
from orchestrator.reporting.report.contents import LedgerLine, Report
from orchestrator.reporting.report.words import NOTHING, Words
from orchestrator.reporting.report.workbook import Column, Form, Value

_COUNT, _MONEY, _PERCENT = "0", "0.00", "0.0%"
_GONE = frozenset({Disposition.RETIRE, Disposition.MERGE})


def ledger_forms(report: Report, words: Words) -> tuple[Form, ...]:
    """Return the task ledger, a row for each leaf under its merged main item and item."""
    columns = _columns(
        words,
        ("number", 6, _COUNT), ("main", 18, "", True), ("item", 18, "", True), ("leaf", 24), ("lead-unit", 16),
        ("unit", 16), ("person", 12), ("due", 12), ("progress", 16), ("problem", 20), ("next", 20), ("light", 8),
        ("why", 16), ("closed", 12), ("remarks", 14),
    )  # fmt: skip
    rows = [_ledger_row(number, line, words) for number, line in enumerate(report.ledger, start=1)]
    return (Form(title=words.say("report.book.ledger"), columns=columns, rows=rows),)


def _ledger_row(number: int, line: LedgerLine, words: Words) -> Sequence[Value]:
    task, say = line.task, words.say
    closed = "report.no" if not line.lit.done else "report.yes" if task.evidence else "report.no-proof"
    return (
        number, line.main, line.item, task.title, task.lead_unit, task.unit, task.responsible, task.due,
        task.progress, task.problem, task.next_step, say(f"report.light.{line.lit.light.value}"),
        words.lit(line.lit), say(closed), task.remarks,
    )  # fmt: skip


def list_forms(report: Report, words: Words) -> tuple[Form, ...]:
    """Return the four lists of the census: in use, to migrate, to clean up, common systems to merge."""
    columns = _columns(
        words,
        ("number", 6, _COUNT), ("system-id", 14), ("unit", 18, "", True), ("system-name", 26), ("category", 10),
        ("class", 10), ("function", 22), ("scope", 14), ("users", 9, _COUNT), ("monthly-use", 12, _COUNT),
        ("approver", 14), ("approved-on", 12), ("fund-source", 12), ("build-cost", 12, _MONEY),
        ("om-cost", 12, _MONEY), ("disposition", 13), ("merged-into", 20), ("target-cloud", 22),
        ("batch", 7, _COUNT), ("due", 12), ("person", 12), ("state", 10), ("evidence", 16), ("remarks", 12),
    )  # fmt: skip
    lists: tuple[tuple[str, Callable[[System], bool]], ...] = (
        ("systems", lambda _: True),
        ("migrate", lambda system: system.disposition is Disposition.MIGRATE),
        ("cleanup", lambda system: system.disposition in _GONE),
        ("common", lambda system: system.category in COMMON),
    )
    return tuple(
        Form(
            title=words.say(f"report.book.{name}"),
            columns=columns,
            rows=[
                _system_row(number, system, words)
                for number, system in enumerate(filter(wanted, report.census.listing.systems), start=1)
            ],
        )
        for name, wanted in lists
    )


def _system_row(number: int, system: System, words: Words) -> Sequence[Value]:
    target = words.say.either(f"report.cloud.{system.target_cloud}", system.target_cloud)
    return (
        number, system.id, system.unit, system.name, words.code("report.category", system.category),
        words.code("report.class", system.system_class), system.function, system.scope, system.users,
        system.monthly_use, system.approver, system.approved_on, system.fund_source, system.build_cost_wan,
        system.om_cost_wan, words.code("disposition", system.disposition), system.merged_into, target, system.batch,
        system.due or system.cleanup_due, system.responsible, words.code("audit.state", system.status),
        system.evidence, system.remarks,
    )  # fmt: skip


def room_forms(report: Report, words: Words) -> tuple[Form, ...]:
    """Return the ratios, every room with how it counts, and the proof filed."""
    audit = report.audits["rooms"]
    say = words.say
    summary = [_ratio_row(ratio, report, words) for ratio in audit.ratios]
    main = next((ratio for ratio in audit.ratios if ratio.formula == "room"), None)
    rooms = [_room_row(number, *told) for number, told in enumerate(_rooms(report, main, words), start=1)]
    proof = [
        (number, room.evidence, room.id, room.unit, room.name, room.closed_on)
        for number, room in enumerate((one for one in report.census.listing.rooms if one.evidence), start=1)
    ]
    return (
        Form(
            title=say("report.book.room-summary"),
            columns=_columns(
                words, ("formula", 24), ("version", 9, _COUNT), ("rate", 38), ("value", 10, _PERCENT),
                ("numerator", 12, "General"), ("denominator", 14, "General"), ("count-unit", 14), ("baseline", 12),
                ("as-of", 12), ("assumed", 66),
            ),
            rows=summary,
        ),
        Form(
            title=say("report.book.rooms"),
            columns=_columns(
                words, ("number", 6, _COUNT), ("id", 14), ("unit", 20, "", True), ("room", 20), ("counts", 34),
                ("state", 12), ("area", 12, _MONEY), ("racks", 9, _COUNT), ("build-cost", 14, _MONEY),
                ("om-cost", 14, _MONEY), ("closed-date", 12), ("evidence", 18), ("devices", 10, _COUNT),
                ("exemption", 18), ("remarks", 14),
            ),
            rows=rooms,
        ),
        Form(
            title=say("report.book.evidence"),
            columns=_columns(
                words, ("number", 6, _COUNT), ("evidence", 24), ("id", 14), ("unit", 22), ("room", 22),
                ("closed-date", 12),
            ),
            rows=proof,
        ),
    )  # fmt: skip


def _ratio_row(ratio: Ratio, report: Report, words: Words) -> Sequence[Value]:
    value: Value = ratio.numerator / ratio.denominator if ratio.denominator else NOTHING
    assumed = "\n".join(map(words.assumption, ratio.assumptions))
    return (
        ratio.formula, ratio.version, words.rate(ratio), value, ratio.numerator, ratio.denominator,
        words.unit(ratio.unit), report.baseline, report.at, assumed,
    )  # fmt: skip


def _rooms(report: Report, ratio: Ratio | None, words: Words) -> Iterator[tuple[Room, str, Words]]:
    counted = frozenset(ratio.counted if ratio else ())
    scope = frozenset(ratio.scope if ratio else ())
    excluded = {one.id: words.exclusion(one) for one in (ratio.excluded if ratio else ())}
    for room in report.census.listing.rooms:
        if room.id in counted:
            told = words.say("report.counts.counted")
        elif room.id in scope:
            told = words.say("report.counts.missing")
        else:
            reason = excluded.get(room.id, words.say("report.counts.level"))
            told = words.say("report.counts.excluded", reason=reason)
        yield room, told, words


def _room_row(number: int, room: Room, told: str, words: Words) -> Sequence[Value]:
    return (
        number, room.id, room.unit, room.name, told, words.code("audit.state", room.state), room.area_m2, room.racks,
        room.build_cost_wan, room.om_cost_wan, room.closed_on, room.evidence, room.running_devices,
        room.exemption_no, room.remarks,
    )  # fmt: skip


def closeout_forms(report: Report, words: Words) -> tuple[Form, ...]:
    """Return what is closed out, and what should have been; who checked it is written by hand."""
    say = words.say
    yes_no = {True: say("report.yes"), False: say("report.no"), None: NOTHING}
    closed = [
        (
            number, one.id, say(f"report.kind.{one.kind}"), one.unit, one.name, say(f"report.measure.{one.kind}"),
            one.due, one.evidence, "", one.done_on, yes_no[one.rebound],
        )
        for number, one in enumerate(report.closed, start=1)
    ]  # fmt: skip
    late = [
        (
            number, say(f"report.kind.{one.kind}"), one.id, one.name, one.unit, one.person, one.due, one.days,
            one.problem, one.next_step,
        )
        for number, one in enumerate(report.overdue, start=1)
    ]  # fmt: skip
    return (
        Form(
            title=say("report.book.closeout"),
            columns=_columns(
                words, ("number", 6, _COUNT), ("problem-id", 16), ("source", 12), ("unit", 20), ("name", 26),
                ("measure", 20), ("due", 12), ("evidence", 20), ("checked-by", 12), ("closed-on", 12),
                ("rebound", 10),
            ),
            rows=closed,
        ),
        Form(
            title=say("report.book.overdue"),
            columns=_columns(
                words, ("number", 6, _COUNT), ("kind", 12), ("id", 16), ("name", 26), ("unit", 20), ("person", 12),
                ("due", 12), ("days", 10, _COUNT), ("problem", 24), ("next", 24),
            ),
            rows=late,
        ),
    )  # fmt: skip


def _columns(
    words: Words, *told: tuple[str, int] | tuple[str, int, str] | tuple[str, int, str, bool]
) -> tuple[Column, ...]:
    """Return columns from their code, width, number format and whether neighbours are merged."""
    return tuple(
        Column(
            title=words.say(f"report.column.{one[0]}"),
            width=one[1],
            format=one[2] if len(one) > 2 else "",
            merged=one[3] if len(one) > 3 else False,
        )
        for one in told
    )


WORKBOOKS: Mapping[str, Callable[[Report, Words], tuple[Form, ...]]] = {
    "ledger": ledger_forms,
    "lists": list_forms,
    "rooms": room_forms,
    "closeout": closeout_forms,
    "recovery": centre_forms,
}
