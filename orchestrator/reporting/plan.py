"""A batch's dry run: what happens to each system and object, why, and what it takes of each cloud."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rich import box
from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from orchestrator.model.pipeline import Leg, Pipeline, verbs
from orchestrator.model.plan import BatchPlan, Item, Mark, QuotaLine, SystemPlan
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.seen import Seen
from orchestrator.reporting.reasons import HOLD_STYLES, STYLES, clean, indented, padded, reason_text, remedy_text, word
from orchestrator.reporting.seen import seen_data, unseen_text
from orchestrator.reporting.texts import Say
from orchestrator.reporting.verdicts import verdict_lines

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
    """A plan with the verdicts on it, and what was seen from outside of the systems that are as planned."""

    plan: BatchPlan
    checks: Sequence[CheckResult] = ()
    seen: Mapping[str, Seen] = field(default_factory=dict)

    def data(self) -> Mapping[str, object]:
        """Return the plan for programs; keys are stable, marks are the printed signs."""
        plan = self.plan
        return {
            "programme": plan.programme,
            "batch": plan.batch,
            "deadline": plan.deadline,
            "observed": plan.observed,
            "digest": plan.digest,
            "clouds": plan.clouds,
            "classified_count": plan.classified_count,
            "totals": {mark.name.lower(): count for mark, count in self._totals().items()},
            # One after the other: of a long batch they take as much memory as the plan itself.
            "systems": (_system_data(system, self.seen.get(system.system)) for system in plan.systems),
            "quotas": [
                {
                    "cloud": line.cloud,
                    "resource": line.resource,
                    "network": line.network,
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
        for cloud in plan.clouds:
            where = {
                "url": clean(cloud.auth_url),
                "project": clean(cloud.project),
                "region": clean(cloud.region) or "-",
            }
            yield Text(say("plan.where", cloud=cloud.name, **where), style="dim")
        yield ""
        widths = _widths(say, plan.systems)
        for system in plan.systems:
            seen = self.seen.get(system.system)
            yield from _system_lines(say, system, widths, seen, counted=len(plan.systems) > _LISTED_SYSTEMS)
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
            yield from verdict_lines(say, check)
        if found:
            yield ""


def _system_data(system: SystemPlan, seen: Seen | None) -> Mapping[str, object]:
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
        "seen": seen_data(seen),
        "pipeline": [_leg_data(leg) for leg in system.spec.pipeline] if system.spec else [],
    }


def _leg_data(leg: Leg) -> Mapping[str, object]:
    steps = [{"verb": step.verb, "timeout_seconds": step.timeout} for step in leg.steps]
    return {"leg": leg.name, "cloud": leg.cloud, "steps": steps}


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


def _system_lines(
    say: Say, system: SystemPlan, widths: _Widths, seen: Seen | None, *, counted: bool
) -> Iterator[RenderableType]:
    line = Text.assemble((system.mark.value, STYLES[system.mark]), " ", padded(clean(system.system), widths.system))
    line.append(f"  {clean(system.name)}", style="bold")
    line.append(f"  {clean(system.unit)}", style="dim")
    line.append(f"  {word(say, 'disposition', system.disposition)}")
    if system.hold:
        line.append(f" · {word(say, 'hold', system.hold)}", style=HOLD_STYLES[system.hold])
    elif system.mark is Mark.KEEP and system.items:
        line.append(f" · {say('plan.all-right', count=len(system.items))}", style="dim")
        if seen and seen.status is CheckStatus.UNKNOWN:
            line.append(f" · {unseen_text(say, seen)}", style="yellow")
    yield line
    if counted and system.mark is not Mark.KEEP:
        yield from _counts(say, system.items)
    elif system.mark is not Mark.KEEP:
        yield from (_item_line(say, item, widths) for item in system.items)
        if system.spec and not system.hold:
            yield indented(_steps_line(say, system.spec.pipeline), 4, "dim")
    for check in seen.checks if seen else ():
        if check.status is not CheckStatus.PASS:
            yield from verdict_lines(say, check, margin=4, subject=True)
    for reason in system.reasons:
        yield indented(reason_text(say, reason), 4, "" if system.hold else "dim")
        if system.hold and (remedy := remedy_text(say, reason, system.system)):
            yield indented(f"→ {remedy}", 6, "dim")


def _steps_line(say: Say, pipeline: Pipeline) -> str:
    """Return the very steps that run, in their order; those of clouds that go side by side are said once."""
    return say("plan.steps", steps=say("plan.step-mark").join(say(f"step.{verb}") for verb in verbs(pipeline)))


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
        table.add_row(line.cloud if line.cloud != above else "", _resource(say, line), *cells)
        above = line.cloud
    yield table
    yield ""


def _resource(say: Say, line: QuotaLine) -> Text:
    name = word(say, "resource", line.resource)
    return Text(f"{name} ({clean(line.network)})" if line.network else name)


def _number(value: int | None) -> str:
    return "?" if value is None else str(value)
