"""A batch's dry run: what happens to each system and object, why, and what it takes of each cloud."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich import box
from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from orchestrator.model.plan import BatchPlan, Item, Mark, QuotaLine, SystemPlan
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.reporting.reasons import HOLD_STYLES, STYLES, clean, indented, padded, reason_text, spoken, word
from orchestrator.reporting.texts import Say

_NAME_CELLS = 40  # longer names push their line out instead of widening every other
# Details that do not say by themselves what they are.
_LABELLED = frozenset({"size_gib", "boot_volume", "network", "security_group", "port", "server", "digest"})
_LISTED_SYSTEMS = 200  # of a larger batch objects are counted; JSON lists them all
_SCREEN_CELLS = 80  # a longer line may wrap, and then hangs under its own detail
_TOTALS = (
    (Mark.CREATE, "plan.total-create"),
    (Mark.CHANGE, "plan.total-change"),
    (Mark.KEEP, "plan.total-keep"),
    (Mark.RETIRE, "plan.total-retire"),
    (Mark.HOLD, "plan.total-hold"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Widths:
    system: int
    kind: int
    name: int
    cloud: int


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with the verdicts on it."""

    plan: BatchPlan
    checks: Sequence[CheckResult] = ()

    def data(self) -> Mapping[str, object]:
        """Return the plan for programs; keys are stable, marks are the printed signs."""
        plan = self.plan
        return {
            "programme": plan.programme,
            "batch": plan.batch,
            "deadline": plan.deadline,
            "observed": plan.observed,
            "digest": plan.digest,
            "classified_count": plan.classified_count,
            "totals": {mark.name.lower(): count for mark, count in self._totals().items()},
            "systems": [_system_data(system) for system in plan.systems],
            "quotas": [
                {
                    "cloud": line.cloud,
                    "resource": line.resource,
                    "used": line.used,
                    "needed": line.needed,
                    "after": _after(line),
                    "limit": line.limit,
                    "missing": line.missing,
                }
                for line in plan.quotas
            ],
            "notes": [{"code": note.code, "values": note.values} for note in plan.notes],
            "checks": self.checks,
        }

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give the dry run: systems, quotas, verdicts, then the sum in the last lines."""
        plan = self.plan
        yield self._headline(say)
        yield ""
        widths = _widths(say, plan.systems)
        for system in plan.systems:
            yield from _system_lines(say, system, widths, counted=len(plan.systems) > _LISTED_SYSTEMS)
        if len(plan.systems) > _LISTED_SYSTEMS:
            yield Text(say("plan.counted", most=_LISTED_SYSTEMS), style="dim")
        if plan.systems:
            yield ""
        yield from _quota_lines(say, plan)
        for note in plan.notes:
            yield Text(reason_text(say, note), style="dim")
        yield from self._verdicts(say)
        yield Text(self._sum(say), style="bold")
        yield Text(f"{say('plan.digest')} sha256:{plan.digest}", style="dim")

    def _headline(self, say: Say) -> Text:
        plan = self.plan
        line = Text.assemble((say("plan.headline", batch=plan.batch, count=len(plan.systems)), "bold"))
        facts = [clean(plan.programme)]
        if plan.deadline:
            facts.append(say("plan.deadline", day=plan.deadline.isoformat()))
        facts.append(say("plan.observed" if plan.observed else "plan.offline"))
        return line.append("".join(f" · {fact}" for fact in facts))

    def _totals(self) -> Counter[Mark]:
        totals = Counter({mark: 0 for mark, _ in _TOTALS})
        totals.update(system.mark for system in self.plan.systems)
        return totals

    def _sum(self, say: Say) -> str:
        totals = self._totals()
        told = [say(code, count=totals[mark]) for mark, code in _TOTALS if totals[mark]]
        if self.plan.classified_count:
            told.append(say("plan.total-classified", count=self.plan.classified_count))
        return say("plan.sum", totals=say("plan.comma").join(told) or say("plan.total-none"))

    def _verdicts(self, say: Say) -> Iterator[RenderableType]:
        found = [check for check in self.checks if check.status is not CheckStatus.PASS]
        for check in found:
            values = spoken(say, check.values)
            code = check.code if check.status is CheckStatus.FAIL else f"{check.code}.{check.status}"
            style = "bold red" if check.status is CheckStatus.FAIL else "yellow"
            text = say.either(code, say(check.code, subject=check.subject, **values), subject=check.subject, **values)
            yield Text.assemble((f"{word(say, 'verdict', check.status)}  ", style), text)
            remedy = say.either(f"{check.code}.remedy", subject=check.subject, **values)
            if remedy:
                yield indented(f"→ {remedy}", 4, "dim")
        if found:
            yield ""


def _system_data(system: SystemPlan) -> Mapping[str, object]:
    return {
        "system": system.system,
        "name": system.name,
        "unit": system.unit,
        "mark": system.mark,
        "disposition": system.disposition,
        "hold": system.hold,
        "digest": system.spec.digest if system.spec else "",
        "reasons": system.reasons,
        "items": system.items,
    }


def _after(line: QuotaLine) -> int | None:
    return None if line.used is None else line.used + line.needed


def _widths(say: Say, systems: Iterable[SystemPlan]) -> _Widths:
    found = tuple(systems)
    shown = [item for system in found if system.mark is not Mark.KEEP for item in system.items]
    kinds = {item.kind.value for item in shown}
    return _Widths(
        system=max((cell_len(clean(system.system)) for system in found), default=0),
        kind=max((cell_len(word(say, "kind", kind)) for kind in kinds), default=0),
        name=min(_NAME_CELLS, max((cell_len(item.name) for item in shown), default=0)),
        cloud=max((cell_len(item.cloud) for item in shown), default=0),
    )


def _system_lines(say: Say, system: SystemPlan, widths: _Widths, *, counted: bool) -> Iterator[RenderableType]:
    line = Text.assemble((system.mark.value, STYLES[system.mark]), " ", padded(clean(system.system), widths.system))
    line.append(f"  {clean(system.name)}", style="bold")
    line.append(f"  {clean(system.unit)}", style="dim")
    line.append(f"  {word(say, 'disposition', system.disposition)}")
    if system.hold:
        line.append(f" · {word(say, 'hold', system.hold)}", style=HOLD_STYLES[system.hold])
    elif system.mark is Mark.KEEP and system.items:
        line.append(f" · {say('plan.all-right', count=len(system.items))}", style="dim")
    yield line
    if counted and system.mark is not Mark.KEEP:
        yield from _counts(say, system.items)
    elif system.mark is not Mark.KEEP:
        yield from (_item_line(say, item, widths) for item in system.items)
    for reason in system.reasons:
        yield indented(reason_text(say, reason), 4, "" if system.hold else "dim")


def _counts(say: Say, items: Iterable[Item]) -> Iterator[Text]:
    """Give one line for each mark: how many objects of each kind."""
    kinds = Counter((item.mark, item.kind) for item in items)
    for mark in Mark:
        told = [f"{word(say, 'kind', kind)} {count}" for (each, kind), count in kinds.items() if each is mark]
        if told:
            yield Text.assemble("    ", (mark.value, STYLES[mark]), f" {' · '.join(told)}")


def _item_line(say: Say, item: Item, widths: _Widths) -> RenderableType:
    style = STYLES[item.mark]
    line = Text.assemble("    ", (item.mark.value, style), " ", padded(word(say, "kind", item.kind), widths.kind))
    line.append("  ").append_text(padded(item.name, widths.name))
    line.append("  ").append_text(padded(item.cloud, widths.cloud)).append("  ")
    differs = item.mark in (Mark.CHANGE, Mark.HOLD)
    told = [
        f"{word(say, 'detail', name)} {clean(text)}" if differs or name in _LABELLED else clean(text)
        for name, text in item.detail.items()
    ]
    detail = Text("  ".join(told), style=style if differs else "dim")
    if line.cell_len + detail.cell_len < _SCREEN_CELLS:
        line.append_text(detail).rstrip()
        return line
    hanging = Table.grid()
    hanging.add_column(no_wrap=True)
    hanging.add_column()
    hanging.add_row(line, detail)
    return hanging


def _quota_lines(say: Say, plan: BatchPlan) -> Iterator[RenderableType]:
    needed = [line for line in plan.quotas if line.needed]
    if not plan.quotas:
        return
    if not needed:
        yield Text(say("plan.nothing-needed"))
        yield ""
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False)
    table.add_column(say("plan.cloud"))
    table.add_column(say("plan.resource"))
    # Offline only the needs are known.
    for code in ("plan.before", "plan.needed", "plan.after", "plan.limit") if plan.observed else ("plan.needed",):
        table.add_column(say(code), justify="right")
    table.add_column("")
    above = ""
    for line in needed:
        cells: list[RenderableType] = [f"+{line.needed}"]
        if plan.observed:
            limit = say("plan.unlimited") if line.limit is not None and line.limit < 0 else _number(line.limit)
            lacks = say("plan.lacks", missing=line.missing) if line.missing else ""
            cells = [_number(line.used), *cells, _number(_after(line)), limit, Text(lacks, style="bold red")]
        table.add_row(line.cloud if line.cloud != above else "", word(say, "resource", line.resource), *cells)
        above = line.cloud
    yield table
    yield ""


def _number(value: int | None) -> str:
    return "?" if value is None else str(value)
