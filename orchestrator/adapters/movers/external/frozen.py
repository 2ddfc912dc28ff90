"""The frozen section of a tool, as a list; the same list goes there and back.

The tool fences, and proves it twice: where the side that is left stands right after the fence, where the other side
has arrived, and that the first has not moved since, must be one and the same position. Only then it is asked to decide.
"""

from __future__ import annotations

from functools import partial

from orchestrator.adapters.movers.external.asking import asked, silence, voice
from orchestrator.model.frozen import Claim, Expect, Frozen, Line, Undo
from orchestrator.model.move import ExternalMove

VOICE = "tool"


def mark(move: ExternalMove) -> str:
    """Return the word by which recovery finds what a section's calls have left running."""
    return f"migrate-frozen.{move.slug}"


def frozen(move: ExternalMove, attempt: int, *, back: bool = False) -> Frozen:
    """Return the list; pure. `back` swaps the ends."""
    leaving, opening = move.ends(back=back)
    limits, told = move.limits, partial(asked, move, back=back, attempt=attempt)
    line = partial(Line, voice=VOICE, deadline=limits.step)
    same = partial(line, expected=Expect.SAME, wanted=("external-prove",))
    return Frozen(
        system=move.system,
        slug=move.slug,
        attempt=attempt,
        leaving=leaving.name,
        opening=opening.name,
        back=back,
        voices=(voice(move, VOICE, mark(move)),),
        lines=(
            # That the tool answers from here is seen before anybody is held.
            line(name="external-ready", text=told("status"), counts=False),
            line(
                name="external-freeze",
                text=told("freeze"),
                deadline=limits.hold,
                undo=Undo(name="external-unfreeze", voice=VOICE, text=told("unfreeze")),
            ),
            line(name="external-prove", text=told("prove")),
            same(name="external-last", text=told("last"), deadline=limits.catch_up),
            same(name="external-prove-still", text=told("prove")),
            line(
                name="open",
                text=told("decide", decision="open"),
                expected=Expect.EQUALS,
                wanted=("open",),
                decides=True,
            ),
            line(name="external-open", text=told("open"), expected=Expect.EQUALS, wanted=("done",)),
        ),
        claim=Claim(
            voice=VOICE,
            text=told("decide", decision="back"),
            silence=(Undo(name="silence", voice=VOICE, text=silence()),),
        ),
        seconds=limits.frozen.total_seconds(),
        undecided=limits.undecided.total_seconds(),
    )
