"""The frozen section as a value: the very list that a dry run prints is the list that runs, line by line.

It holds names, texts and deadlines, and never a secret: sessions log in by key and by the operating system's user.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from orchestrator.model.machines import Reach
from orchestrator.model.move import Tool


class Expect(StrEnum):
    """What an answer must be."""

    ANY = "any"  # anything but an error
    EQUALS = "equals"  # exactly this
    HOLDS = "holds"  # each of these among other things
    REFUSED = "refused"  # an error, or the end of the session, that says this
    SAME = "same"  # what the named line answered before


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A session that speaks: a client program kept open on a machine.

    Attributes:
        program: `psql` or `mariadb`; `sh` for a file's rename, or for a proxy's runtime socket; `sql` for none: the
            server itself is spoken to, and `account` is the file of the role's password; `external` for a tool of the
            programme's own on this machine; `dns` for none: a server of a zone, `account` is the file of the key that
            changes it, and `role` the zone; `neutron` for none: a cloud's network service, `account` is the clouds
            file, and `role` the cloud's name there; `cloud` for none: the cloud's API, and `account` its name.
        role: the database role; the server's superuser unless the application's own access is to be tried. Of a shell
            the word that tells it from every other process of its machine; empty: nobody need find it.
        database: also, of `external`, the system in whose folder the tool works.
        tool: of `external`; which one, by its bytes.
        ours: whether it says whose it is. One that does not is ended by the fence as any application's would be.
    """

    name: str
    reach: Reach
    account: str
    program: str = "psql"
    socket: str = ""
    port: int = 0
    role: str = ""
    database: str = ""
    ours: bool = True
    tool: Tool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What takes a line back; doing it twice is the same as once.

    Attributes:
        already: errors that say that there is nothing to take back.
        wanted: what the answer must hold.
        last: after all others, wherever its line stands: what begins then finds what it needs.
        vital: until it is done, nothing after it is tried: two sides would be written to.
    """

    name: str
    voice: str
    text: str
    already: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    last: bool = False
    vital: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the frozen section.

    Attributes:
        name: the line's name, with words in the catalogue under `frozen.NAME`.
        expected: with `wanted`: what the answer must be, else everything is taken back.
        deadline: for the answer.
        undo: what takes it back; also run when nobody knows whether the line itself arrived.
        beside: sent before the answer of the line before it has come.
        counts: clients wait: from the first such line on the frozen time runs.
        decides: the one line that opens: once sent, only the opening side's row of decision tells what is true.
    """

    name: str
    voice: str
    text: str
    deadline: timedelta
    expected: Expect = Expect.ANY
    wanted: tuple[str, ...] = ()  # EQUALS and SAME: one; HOLDS: all; REFUSED: any
    undo: Undo | None = None
    beside: bool = False
    counts: bool = True
    decides: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """How the decision is asked for: claims `back` unless the opening was first, and answers what is true.

    Attributes:
        silence: ends what an interrupted section left talking, before anything is asked or taken back.
    """

    voice: str
    text: str
    silence: tuple[Undo, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """The whole frozen section, of a cutover or, with the ends swapped, of a rollback.

    Attributes:
        attempt: names the row of decision; never used twice in a system's life.
        leaving, opening: names of the servers; `back` tells that it is a rollback's.
        lines: in order. Those after the one that decides are finished, never taken back.
        seconds: from holding clients until they are let go.
        undecided: seconds that an opening without an answer is asked about.
    """

    system: str
    slug: str
    attempt: int
    leaving: str
    opening: str
    back: bool
    voices: tuple[Voice, ...]
    lines: tuple[Line, ...]
    claim: Claim
    seconds: float
    undecided: float


class Decision(StrEnum):
    """What came of a frozen section."""

    OPEN = "open"
    BACK = "back"
    UNDECIDED = "undecided"  # the opening side did not say; nobody writes until somebody has asked it


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One line's answer; times in seconds since clients were held."""

    line: str
    voice: str
    sent: float
    answered: float
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a frozen section, and all that was answered.

    Attributes:
        failed: name of the line that failed, empty when none did; `code` and `values` say how.
        left: undos that did not succeed: what a person or the next command must still do.
        seconds: from holding clients until they were let go.
    """

    decision: Decision
    answers: tuple[Answer, ...]
    seconds: float
    failed: str = ""
    code: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    left: tuple[str, ...] = ()
