"""The cutover plan as a document in the official structure, or the sheets of one night."""

from __future__ import annotations

from orchestrator.model.cutover import CutoverPlan, Risk
from orchestrator.model.document import Contents, Document, Heading, NewPage, Paragraph
from orchestrator.reporting.cutover.approvals import approval_sheets
from orchestrator.reporting.cutover.callers import interface_sections
from orchestrator.reporting.cutover.frozen import frozen_sections
from orchestrator.reporting.cutover.implementation import implementation, rollback, steps
from orchestrator.reporting.cutover.organisation import organisation, people
from orchestrator.reporting.cutover.overview import background, preparation
from orchestrator.reporting.cutover.runsheets import run_sheet, run_sheets
from orchestrator.reporting.cutover.words import day, night_title, title_of
from orchestrator.reporting.texts import Say

Seal = tuple[int, str]


def document_of(plan: CutoverPlan, risks: tuple[Risk, ...], say: Say, evidence: Seal | None = None) -> Document:
    """Return the document: cover, contents, the four official parts once, a sheet for each night and each unit.

    Args:
        plan: what is done.
        risks: what may go wrong in it.
        say: in which language.
        evidence: number and hash of the evidence's last entry: who signs the paper anchors the evidence, too.
    """
    facts = (
        say("cutover.cover.made", date=day(plan.made_for, say)),
        say("cutover.cover.digest", digest=plan.schedule_digest),
        *((say("cutover.evidence", seq=evidence[0], head=evidence[1]),) if evidence else ()),
        *((say("cutover.synthetic"),) if plan.synthetic else ()),
    )
    blocks = (
        Contents(text=say("cutover.contents")),
        NewPage(),
        *background(plan, say),
        *preparation(plan, say),
        *organisation(plan, say),
        *implementation(plan, risks, say),
        NewPage(wide=True),
        Heading(level=1, text=say("cutover.run-sheets")),
        *run_sheets(plan, say),
        NewPage(wide=True),
        Heading(level=1, text=say("cutover.approval")),
        *approval_sheets(plan, say),
    )
    return Document(
        lang=_lang(say), title=title_of(plan, say), subtitle=say("cutover.dry-run"), cover=facts, blocks=blocks
    )


def night_document_of(plan: CutoverPlan, say: Say, evidence: Seal | None = None) -> Document:
    """Return what the people of one night need: its run sheet, who does what, and until when there is a way back.

    Args:
        plan: of one night.
        say: in which language.
        evidence: number and hash of the evidence's last entry.
    """
    (night,) = plan.nights
    blocks = (
        NewPage(wide=True),
        *run_sheet(night, night_title(night, 1, say), say),
        *([Paragraph(text=say("cutover.evidence", seq=evidence[0], head=evidence[1]))] if evidence else []),
        *steps(plan, say),
        *frozen_sections(plan, say),
        *interface_sections(plan, say),
        *people(plan, say),
        *rollback(say),
    )
    whose, what = title_of(plan, say)
    subtitle = say("cutover.subtitle", date=day(plan.made_for, say), digest=plan.schedule_digest[:16])
    return Document(
        lang=_lang(say),
        title=(whose, say("cutover.title.night", what=what, date=day(night.evening, say))),
        subtitle=subtitle,
        blocks=blocks[1:],
    )


def _lang(say: Say) -> str:
    return "zh-CN" if say.lang == "zh" else "en"
