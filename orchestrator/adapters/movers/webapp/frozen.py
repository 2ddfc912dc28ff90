"""The frozen section of a file system and databases that move as one: their own lines, put in one order.

The service ends, then nobody may write to either part; only then does anything cross, so that what crosses is of one
moment. The database's row decides for both, for it alone is decided and opened in one transaction; what opens the files
follows from it, can be done twice, and is finished by whoever comes after. The service begins last, on whichever side.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from orchestrator.model.frozen import Frozen, Line, Undo
from orchestrator.model.move import WebappMove, named

FILES, DATABASE = "files", "database"
# What closes a part for everybody ends with this line; what comes before needs nobody held.
_CLOSED = {FILES: "prove-read-only", DATABASE: "end-sessions"}
_LAST = "start-service"
_COSTLY = "promote"  # what is taken back by copying anew comes once all else is proved


def frozen(move: WebappMove, files: Frozen, database: Frozen) -> Frozen:
    """Return the list of both, of what each part would do by itself; pure. `move` names the sides."""
    files, database = _within(FILES, files), _within(DATABASE, database)
    leaving, opening = named(move, target=files.back), named(move, target=not files.back)
    return replace(
        database,
        leaving=leaving,
        opening=opening,
        voices=(*files.voices, *database.voices),
        lines=tuple(_lines(files, database)),
        claim=replace(database.claim, silence=(*database.claim.silence, *files.claim.silence)),
        # Each part counts by the seconds of the whole; a dump has those of its copying besides.
        seconds=max(files.seconds, database.seconds),
    )


def _lines(files: Frozen, database: Frozen) -> Iterator[Line]:
    close, cross, opens = _cut(files, _CLOSED[FILES])
    close_database, cross_database, open_database = _cut(database, _CLOSED[DATABASE])
    decide, *onward = open_database
    yield from close
    yield from close_database
    yield from (line for line in cross if line.name != "flush")
    yield from (line for line in cross_database if line.name != _COSTLY)
    # Right before the decision: the files' sides still answer, the one still closed, the other with all on its disk.
    yield from (line for line in cross if line.name == "flush")
    yield from (line for line in close if line.name == _CLOSED[FILES])
    yield from (line for line in cross_database if line.name == _COSTLY)
    yield decide
    yield from (replace(line, decides=False) for line in opens if line.name != _LAST)
    yield from onward
    yield from (line for line in opens if line.name == _LAST)


def _cut(section: Frozen, closed: str) -> tuple[Sequence[Line], Sequence[Line], Sequence[Line]]:
    """Return what closes, what crosses and what opens."""
    lines = section.lines
    end = next(number for number, line in enumerate(lines) if line.name == closed) + 1
    decides = next(number for number, line in enumerate(lines) if line.decides)
    return lines[:end], lines[end:decides], lines[decides:]


def _within(part: str, section: Frozen) -> Frozen:
    """Return a part's section with voices of its own, and as the other part's rows have it decided."""
    return replace(
        section,
        voices=tuple(replace(voice, name=f"{part}/{voice.name}") for voice in section.voices),
        lines=tuple(_line(part, line) for line in section.lines),
        claim=replace(
            section.claim,
            voice=f"{part}/{section.claim.voice}",
            silence=tuple(_undo(part, undo) for undo in section.claim.silence),
        ),
    )


def _line(part: str, line: Line) -> Line:
    if part == FILES and line.name == "open":
        line = replace(line, name="open-files")
    undo = _undo(part, line.undo) if line.undo else None
    if part == FILES and undo:
        undo = replace(undo, last=True)  # a service that begins finds its database
    return replace(line, voice=f"{part}/{line.voice}", undo=undo)


def _undo(part: str, undo: Undo) -> Undo:
    return replace(undo, voice=f"{part}/{undo.voice}")
