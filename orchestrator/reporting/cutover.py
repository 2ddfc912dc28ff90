"""The cutover plan as a document in the official structure (割接方案 with its 签批单), and as an answer on a screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from rich.console import RenderableType
from rich.table import Table

from orchestrator.model.cutover import CutoverNight, CutoverPlan, CutoverSystem, Doer
from orchestrator.model.document import Block, Document, Grid, Heading, NewPage, Paragraph
from orchestrator.model.schedule import Basis
from orchestrator.reporting.reasons import clean, reason_text, word
from orchestrator.reporting.texts import Say

# A cutover that ends this close to its rollback deadline is told as a risk, minutes.
TIGHT = 30
# The work around the cutover: what, who does it; the tool's part is what the tool has commands for.
PHASES = (
    ("survey", Doer.TOOL),
    ("review", Doer.OWNER),
    ("prepare", Doer.TOOL),
    ("full_sync", Doer.VENDOR),
    ("rehearse", Doer.VENDOR),
    ("notice", Doer.OWNER),
    ("precheck", Doer.TOOL),
    ("cutover", Doer.VENDOR),
    ("watch", Doer.VENDOR),
    ("trial", Doer.OWNER),
    ("close", Doer.OWNER),
)
ROLES = ("commander", "operator", "reviewer", "cloud", "vendor", "owner", "network", "security", "helpdesk")
SIGNERS = ("owner", "leader", "centre", "office", "cloud", "expert")
# 值守: the night itself, the morning after, the first working day's peak, then daily.
WATCHES = ("night", "morning", "peak", "week")


@dataclass(frozen=True, slots=True)
class CutoverView:
    """The plan on a screen, and the files it was written to."""

    plan: CutoverPlan
    files: tuple[str, ...] = field(default=())

    def data(self) -> Mapping[str, object]:
        """Return the whole plan."""
        return {"plan": self.plan, "files": self.files}

    def lines(self, say: Say) -> Iterator[RenderableType]:
        """Give each night's systems with their times and rollback deadlines."""
        yield title_of(self.plan, say)
        table = Table()
        for name in ("evening", "system", "name", "from", "to", "minutes", "basis", "rollback_by", "slack"):
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
                    say(f"cutover.basis.{_weakest(item)}"),
                    f"{item.rollback_by:%H:%M}",
                    str(item.slack),
                )
        yield table
        for _, risk in risks(self.plan, say):
            yield f"! {risk}"
        yield from (say("cutover.written", path=path) for path in self.files)
        if not self.files:
            yield say("cutover.not-written")


def title_of(plan: CutoverPlan, say: Say) -> str:
    """Return the document's title."""
    if plan.scope == "system":
        return say("cutover.title.system", title=clean(plan.title), system=clean(plan.subject))
    return say("cutover.title.batch", title=clean(plan.title), batch=plan.batch)


def document_of(plan: CutoverPlan, say: Say) -> Document:
    """Return the document: five parts and the approval sheet."""
    subtitle = say("cutover.subtitle", date=day(plan.made_for, say), digest=plan.schedule_digest[:16])
    blocks = (
        *([Paragraph(text=say("cutover.synthetic"))] if plan.synthetic else []),
        *_background(plan, say),
        *_preparation(plan, say),
        *_organisation(plan, say),
        *_implementation(plan, say),
        NewPage(),
        *_approval(plan, say),
    )
    lang = "zh-CN" if say.lang == "zh" else "en"
    return Document(lang=lang, title=title_of(plan, say), subtitle=subtitle, blocks=blocks)


def day(value: date, say: Say) -> str:
    """Return a date as prose writes it."""
    return say("cutover.day", year=value.year, month=value.month, day=value.day)


def moment(value: datetime) -> str:
    """Return a time of Beijing, without which nobody can act on it at night."""
    return f"{value:%m-%d %H:%M}"


def risks(plan: CutoverPlan, say: Say) -> Iterator[tuple[str, str]]:
    """Yield (code, sentence) for everything that may go wrong and can be known now."""
    systems = plan.systems
    found: tuple[tuple[str, Sequence[CutoverSystem]], ...] = (
        ("gates", [item for item in systems if item.gates]),
        ("estimated", [item for item in systems if _weakest(item) is Basis.ESTIMATED]),
        ("tight", [item for item in systems if item.slack < TIGHT]),
        ("links", [item for item in systems if item.needs]),
        ("users", [item for item in systems if item.users is None]),
        ("assumed", [item for item in systems if item.assumed]),
        ("ungraded", [item for item in systems if not item.mlps_level]),
        ("lossy", [item for item in systems if item.lossy]),
    )
    for code, items in found:
        if items:
            named = ", ".join(clean(item.system) for item in items[:5]) + (" …" if len(items) > 5 else "")
            yield code, say(f"cutover.risk.{code}", count=len(items), systems=named, minutes=TIGHT)


def _background(plan: CutoverPlan, say: Say) -> Iterator[Block]:
    systems = plan.systems
    yield Heading(level=1, text=say("cutover.h1"))
    yield Heading(level=2, text=say("cutover.h1.1"))
    units = {item.unit for item in systems}
    told = {
        "title": clean(plan.title),
        "batch": plan.batch,
        "batch_title": clean(plan.batch_title),
        "systems": len(systems),
        "units": len(units),
        "nights": len(plan.nights),
        "deadline": day(plan.deadline, say) if plan.deadline else say("cutover.no-deadline"),
        "first": day(plan.nights[0].evening, say),
        "last": day(plan.nights[-1].evening, say),
    }
    yield Paragraph(text=say("cutover.background", **told))
    yield Heading(level=2, text=say("cutover.h1.2"))
    yield Paragraph(text=say("cutover.goal", longest=max(item.minutes for item in systems), days=plan.trial_days))
    yield Heading(level=2, text=say("cutover.h1.3"))
    known = [item.users for item in systems if item.users is not None]
    unknown = len(systems) - len(known)
    yield Paragraph(text=say("cutover.impact", systems=len(systems), users=f"{sum(known):,}", unknown=unknown))
    yield Grid(
        name="impact",
        header=_header(say, "system", "name", "unit", "audience", "users", "from", "to", "minutes"),
        rows=tuple(
            (
                clean(item.system),
                clean(item.name),
                clean(item.unit),
                _audience(item, say),
                _users(item, say),
                moment(item.start),
                moment(item.end),
                str(item.minutes),
            )
            for item in systems
        ),
        shares=(14, 21, 17, 12, 9, 9, 9, 9),
    )


def _preparation(plan: CutoverPlan, say: Say) -> Iterator[Block]:
    yield Heading(level=1, text=say("cutover.h2"))
    yield Heading(level=2, text=say("cutover.h2.1"))
    rows = tuple((str(index), say(f"cutover.prepare.{index}"), "", "") for index in range(1, 9))
    yield Grid(name="readiness", header=_header(say, "no", "item", "done", "signed"), rows=rows, shares=(8, 62, 12, 18))
    yield Heading(level=2, text=say("cutover.h2.2"))
    yield Paragraph(text=say("cutover.equipment"))
    yield Grid(
        name="equipment",
        header=_header(say, "system", "name", "cloud", "servers", "data_gib", "prepared", "gates"),
        rows=tuple(
            (
                clean(item.system),
                clean(item.name),
                say("cutover.list-mark").join(_cloud(plan, cloud, say) for cloud in item.clouds)
                or say("cutover.unknown"),
                _number(item.servers, "servers", item, say),
                _number(item.data_gib, "data_gib", item, say),
                say("cutover.list-mark").join(say(f"step.{verb}") for verb in item.prepared)
                or say("cutover.not-prepared"),
                say("cutover.gate-mark").join(clean(reason_text(say, reason)) for reason in item.gates)
                or say("cutover.none"),
            )
            for item in plan.systems
        ),
        shares=(13, 16, 15, 7, 7, 28, 14),
    )


def _organisation(plan: CutoverPlan, say: Say) -> Iterator[Block]:
    yield Heading(level=1, text=say("cutover.h3"))
    yield Heading(level=2, text=say("cutover.h3.1"))
    rows = tuple(
        (
            say(f"cutover.phase.{name}.when", days=plan.trial_days),
            say(f"cutover.phase.{name}"),
            say(f"cutover.doer.{doer}"),
            "",
        )
        for name, doer in PHASES
    )
    yield Grid(
        name="phases", header=_header(say, "when", "content", "doer", "done"), rows=rows, shares=(16, 54, 18, 12)
    )
    yield Heading(level=2, text=say("cutover.h3.2"))
    yield Paragraph(text=say("cutover.two-people", crew=plan.crew, people=plan.people))
    roles = tuple((say(f"cutover.role.{role}"), say(f"cutover.role.{role}.does"), "", "") for role in ROLES)
    yield Grid(
        name="people", header=_header(say, "role", "does", "person", "phone"), rows=roles, shares=(18, 42, 20, 20)
    )


def _implementation(plan: CutoverPlan, say: Say) -> Iterator[Block]:
    yield Heading(level=1, text=say("cutover.h4"))
    yield Heading(level=2, text=say("cutover.h4.1"))
    yield Paragraph(text=say("cutover.by-hand"))
    for night in plan.nights:
        yield from _night(night, say)
    yield Heading(level=2, text=say("cutover.h4.2"))
    yield Paragraph(text=say("cutover.verification"))
    yield Grid(
        name="verification",
        header=_header(say, "system", "name", "case", "result", "owner_signs"),
        rows=tuple((clean(item.system), clean(item.name), "", "", "") for item in plan.systems),
        shares=(14, 24, 30, 14, 18),
    )
    yield Heading(level=2, text=say("cutover.h4.3"))
    yield Grid(
        name="risks",
        header=_header(say, "no", "risk", "measure"),
        rows=tuple(
            (str(number), risk, say(f"cutover.measure.{code}"))
            for number, (code, risk) in enumerate(risks(plan, say), start=1)
        ),
        shares=(8, 52, 40),
    )
    yield Heading(level=2, text=say("cutover.h4.4"))
    yield Paragraph(text=say("cutover.rollback"))
    yield Grid(
        name="rollback",
        header=_header(
            say, "system", "name", "rollback_point", "window_end", "rollback", "margin", "rollback_by", "end", "slack"
        ),
        rows=tuple(
            (
                clean(item.system),
                clean(item.name),
                moment(item.rollback_point),
                moment(night.end),
                str(item.rollback),
                str(item.margin),
                moment(item.rollback_by),
                moment(item.end),
                str(item.slack),
            )
            for night in plan.nights
            for item in night.systems
        ),
        shares=(13, 17, 11, 11, 8, 8, 11, 11, 10),
    )
    yield Paragraph(text=say("cutover.fix-forward"))
    yield Heading(level=2, text=say("cutover.h4.5"))
    yield Paragraph(text=say("cutover.duty"))
    yield Grid(
        name="duty",
        header=_header(say, "when", "content", "person", "phone"),
        rows=tuple(
            (
                moment(night.start) if watch == "night" else say(f"cutover.watch.{watch}.when", date=night.end.date()),
                say(f"cutover.watch.{watch}"),
                "",
                "",
            )
            for night in plan.nights
            for watch in WATCHES
        ),
        shares=(22, 38, 20, 20),
    )


def _night(night: CutoverNight, say: Say) -> Iterator[Block]:
    values = {
        "date": day(night.evening, say),
        "from": f"{night.start:%H:%M}",
        "to": f"{night.end:%H:%M}",
        "systems": len(night.systems),
        "crews": night.crews,
    }
    yield Heading(level=3, text=say("cutover.night", **values))
    rows = []
    for item in night.systems:
        for step in item.steps:
            basis = say(f"cutover.basis.{step.basis}")
            source = f"（{clean(item.source)}）" if item.source and step.basis is not Basis.ESTIMATED else ""
            rows.append(
                (
                    f"{step.start:%H:%M}–{step.end:%H:%M}",
                    clean(item.system),
                    str(item.crew),
                    say(f"cutover.step.{step.phase}"),
                    str(step.minutes),
                    basis + source,
                    say(f"cutover.doer.{step.doer}"),
                    "",
                )
            )
    yield Grid(
        name=f"steps-{night.evening}",
        header=_header(say, "time", "system", "crew", "step", "minutes", "basis", "doer", "both_sign"),
        rows=tuple(rows),
        shares=(14, 13, 6, 25, 9, 11, 12, 10),
    )


def _approval(plan: CutoverPlan, say: Say) -> Iterator[Block]:
    yield Heading(level=1, text=say("cutover.approval"))
    yield Paragraph(text=say("cutover.approval.subject", title=title_of(plan, say), digest=plan.schedule_digest))
    rows = tuple((say(f"cutover.signer.{signer}"), "", "", "") for signer in SIGNERS)
    yield Grid(
        name="approval",
        header=_header(say, "signer", "opinion", "sign", "date"),
        rows=rows,
        shares=(26, 38, 20, 16),
        tall=True,
    )
    numbers = (("approval_no", ""), ("approval_date", ""))
    yield Grid(
        name="approval-number",
        header=_header(say, "item", "value"),
        rows=tuple((say(f"cutover.column.{name}"), value) for name, value in numbers),
        shares=(30, 70),
    )
    yield Paragraph(text=say("cutover.approval.note"))


def _header(say: Say, *names: str) -> tuple[str, ...]:
    return tuple(say(f"cutover.column.{name}") for name in names)


def _weakest(item: CutoverSystem) -> Basis:
    present = {step.basis for step in item.steps}
    return next(basis for basis in (Basis.ESTIMATED, Basis.DECLARED, Basis.MEASURED) if basis in present)


def _cloud(plan: CutoverPlan, name: str, say: Say) -> str:
    return say("cutover.cloud", kind=word(say, "kind", plan.cloud_kinds[name]), name=clean(name))


def _audience(item: CutoverSystem, say: Say) -> str:
    words = [say(f"cutover.audience.{name}") for name in item.audience]
    return say("cutover.list-mark").join(words) or say("cutover.unknown")


def _users(item: CutoverSystem, say: Say) -> str:
    return say("cutover.unknown") if item.users is None else f"{item.users:,}"


def _number(value: int, name: str, item: CutoverSystem, say: Say) -> str:
    return say("cutover.assumed", value=value) if name in item.assumed else f"{value:,}"
