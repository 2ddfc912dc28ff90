"""The interfaces of the systems of a night: what each caller has to call once the sides have changed."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.model.callers import Becomes, Call
from orchestrator.model.cutover import CutoverPlan
from orchestrator.model.document import Block, Grid, Heading, Paragraph
from orchestrator.reporting.reasons import clean
from orchestrator.reporting.texts import Say

_COLUMNS = ("interface", "caller", "callee", "listed", "becomes", "must", "contact", "checked")


def interface_sections(plan: CutoverPlan, say: Say) -> Iterator[Block]:
    """Yield a row for each interface that the list names of these systems; nothing where it names none."""
    if not plan.calls:
        return
    yield Heading(level=3, text=say("caller.heading"))
    yield Paragraph(text=say("caller.about"))
    yield Grid(
        name="interfaces",
        header=tuple(say(f"caller.column.{name}") for name in _COLUMNS),
        rows=tuple(_row(call, say) for call in plan.calls),
        shares=(9, 12, 12, 18, 10, 18, 12, 9),
    )


def _row(call: Call, say: Say) -> tuple[str, ...]:
    return (
        clean(call.interface),
        clean(call.caller),
        say(f"caller.platform.{call.callee}") if call.becomes is Becomes.REGISTERED else clean(call.callee),
        clean(str(call.listed or "–")),
        say(f"caller.word.{call.becomes}"),
        clean(str(call.must or "–")),
        clean(call.contact or "–"),
        say(f"caller.checked.{'tool' if call.hosts and (call.must or call.ask) else 'person'}"),
    )
