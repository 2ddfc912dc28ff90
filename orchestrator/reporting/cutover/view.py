"""The cutover plan on a screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields

from rich.console import RenderableType
from rich.table import Table

from orchestrator.model.cutover import CutoverPlan, Risk
from orchestrator.reporting.callers import call_data
from orchestrator.reporting.cutover.words import risk_text, title_of
from orchestrator.reporting.moving import frozen_lines
from orchestrator.reporting.night_groups import groups_text
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.texts import Say

_COLUMNS = ("evening", "system", "name", "from", "to", "minutes", "basis", "rollback_by", "slack")


@dataclass(frozen=True, slots=True)
class CutoverView:
    """The plan, what may go wrong, and the files it was written to."""

    plan: CutoverPlan
    risks: tuple[Risk, ...]
    files: tuple[str, ...] = field(default=())

    def data(self) -> Mapping[str, object]:
        """Return the whole plan; of each frozen section its lines, and no statement."""
        plan = {field.name: getattr(self.plan, field.name) for field in fields(self.plan)}
        plan["frozen"] = [
            {
                "system": each.frozen.system,
                "leaving": each.frozen.leaving,
                "opening": each.frozen.opening,
                "frozen_seconds": each.frozen.seconds,
                "digest": each.digest,
                "lines": frozen_lines(each.frozen),
            }
            for each in self.plan.frozen
        ]
        plan["replicas"] = [
            {
                "kinds": sorted(each.wanted.needed | {place.kind for place in each.wanted.places}),
                "level": each.wanted.policy.level,
                "drill_seconds": each.wanted.policy.drill.total_seconds() if each.wanted.policy.drill else None,
                **each.stood.data(),
            }
            for each in self.plan.replicas
        ]
        plan["interfaces"] = [call_data(call) for call in plan.pop("calls")]
        return {"plan": plan, "risks": self.risks, "files": self.files}

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give each night's systems with their times and rollback deadlines."""
        yield say("cutover.heading", whose=title_of(self.plan, say)[0], what=title_of(self.plan, say)[1])
        table = Table()
        for name in _COLUMNS:
            table.add_column(say(f"cutover.column.{name}"))
        for night in self.plan.nights:
            for item in night.systems:
                table.add_row(
                    str(night.evening),
                    clean(item.system),
                    clean(item.name),
                    f"{item.start:%H:%M}",
                    f"{item.end:%H:%M}",
                    str(item.minutes),
                    say(f"cutover.basis.{item.basis}"),
                    f"{item.rollback_by:%H:%M}",
                    str(item.slack),
                )
        yield table
        for night in self.plan.nights:
            if night.groups:
                yield groups_text(night.groups, say)
        for risk in self.risks:
            yield f"! {risk_text(risk, say)}"
        yield from (say("cutover.written", path=path) for path in self.files)
        if not self.files:
            yield say("cutover.not-written")
