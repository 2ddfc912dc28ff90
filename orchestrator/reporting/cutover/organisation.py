"""Part 3 of the cutover plan: what happens when, and who is there."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.model.cutover import CutoverPlan, Doer
from orchestrator.model.document import Block, Grid, Heading, Paragraph
from orchestrator.reporting.cutover.words import header
from orchestrator.reporting.texts import Say

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


def organisation(plan: CutoverPlan, say: Say) -> Iterator[Block]:
    """Yield part 3."""
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
    yield Grid(name="phases", header=header(say, "when", "content", "doer", "done"), rows=rows, shares=(16, 54, 18, 12))
    yield Heading(level=2, text=say("cutover.h3.2"))
    yield from people(plan, say)


def people(plan: CutoverPlan, say: Say) -> Iterator[Block]:
    """Yield who does what, with blanks for names and telephones."""
    yield Paragraph(text=say("cutover.two-people", crew=plan.crew, people=plan.people))
    roles = tuple((say(f"cutover.role.{role}"), say(f"cutover.role.{role}.does"), "", "") for role in ROLES)
    yield Grid(
        name="people", header=header(say, "role", "does", "person", "phone"), rows=roles, shares=(18, 42, 20, 20)
    )
