"""What execution may ask of those who move data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

from orchestrator.model.dropping import Removal, Standing
from orchestrator.model.frozen import Frozen, Outcome, Voice
from orchestrator.model.image import ImageSpec
from orchestrator.model.life import Side
from orchestrator.model.machines import CloudServer
from orchestrator.model.move import Copying, RehostMove
from orchestrator.model.rehearsal import Rehearsal
from orchestrator.model.result import CheckResult, Ensured
from orchestrator.model.written import Counted, Written


class Session(Protocol):
    """A client program kept open on a machine: a line of text in, an answer out."""

    def send(self, text: str) -> None:
        """Send a line without waiting for its answer."""

    def receive(self, seconds: float) -> str:
        """Return the answer to the oldest line that has none yet.

        Raises:
            MigrateError: `session.late`, `session.ended`, `session.error` with the first line of the error.
        """

    def ask(self, text: str, seconds: float) -> str:
        """Send a line and return its answer."""

    def close(self) -> None:
        """End the program."""


class Sessions(Protocol):
    """Opens sessions."""

    def open(self, voice: Voice, *, seconds: float) -> Session:
        """Return a session that has answered once.

        Raises:
            MigrateError: `session.late`, `session.ended`, `session.error`.
        """


class Journal(Protocol):
    """What a frozen section has written down for whoever comes after it."""

    def await_end(self, seconds: float) -> None:
        """Return when no process runs the section.

        Raises:
            Locked: `frozen.running`: it has not ended.
        """

    def promise(self, attempt: int) -> None:
        """Write down that the attempt's section, should it begin, is written down here."""

    def promised(self) -> int:
        """Return the newest attempt that was promised; 0 where none was, as on another machine."""

    def read(self) -> Frozen | None:
        """Return the section that was begun and not yet settled."""

    def sent(self) -> bool:
        """Tell whether the line that decides may have been sent; when nobody can know, it may."""

    def note(self, stage: str) -> None:
        """Write down a stage."""

    def outcome(self) -> Outcome | None:
        """Return what the section itself wrote at its end."""

    def settle(self) -> None:
        """Put the section away: nothing of it is left to do."""


class FrozenRunner(Protocol):
    """Runs a frozen section in a process of its own, which no end of ours stops."""

    def run(self, frozen: Frozen) -> Outcome:
        """Arm it, give the word, and return what came of it.

        Raises:
            MigrateError: it could not be armed (`session.…`, nothing was touched), `frozen.unsettled`, or
                `frozen.ended`: the process is gone and only recovery can tell.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class TableProgress:
    """How far the copy of one table is; `rows` as the planner of the database estimates them."""

    database: str
    table: str
    state: str  # waiting, copying, then following or, where nothing follows, restored
    bytes_done: int
    bytes_all: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """The last pass over a tree of files: what it took, how many entries it saw, how many bytes of files it sent."""

    seconds: float
    entries: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a copy is.

    Attributes:
        streaming: whether the following side is connected and answered lately.
        lag_bytes: written but not yet followed; None when nobody can tell.
        lag_seconds: from a commit until it was followed, lately; 0 where nothing waits, None when nobody can tell.
        oldest_transaction: seconds, at the side that is written to.
        prepared: transactions of two-phase commit that nobody ended.
        copying: what a trial has shown, where the copy is made while clients wait.
        passed: the last pass, where passes follow.
    """

    tables: tuple[TableProgress, ...]
    streaming: bool
    lag_bytes: int | None
    oldest_transaction: float
    prepared: int
    retained_bytes: int = 0
    lag_seconds: float | None = None
    errors: tuple[str, ...] = ()
    copying: Copying | None = None
    passed: Passed | None = None

    @property
    def copied(self) -> bool:
        """Tell whether the first copy is whole."""
        return bool(self.tables) and all(table.state in {"following", "restored"} for table in self.tables)

    @property
    def bytes_done(self) -> int:
        """Bytes that have been copied."""
        return sum(table.bytes_done for table in self.tables)

    @property
    def bytes_all(self) -> int:
        """Bytes to be copied."""
        return sum(table.bytes_all for table in self.tables)


class Rehearser(Protocol):
    """Does a rehearsal's steps, in their order; on the source and the pooler it only reads."""

    def do(self, step: str) -> Sequence[CheckResult]:
        """Do a step that is no line of the frozen section.

        Raises:
            MigrateError: it could not be done.
        """

    def frozen(self) -> Frozen:
        """Return what of the frozen section is run on the clone; after `sequences`."""

    def floor(self) -> float:
        """Return the seconds that the lines which are not run take at least; after `reach`."""


class ImageStore(Protocol):
    """A cloud that keeps images."""

    def ensure_image(self, spec: ImageSpec, chunks: Iterable[bytes], *, deadline: timedelta) -> Ensured:
        """Send an image, and keep it only if the cloud has what was sent; then the older ones of its owner go.

        Raises:
            CloudError: refused, or the cloud has something else; nothing of it is left.
        """


class ServerStarter(ImageStore, Protocol):
    """A cloud that starts a server of ours from an image it keeps; twice is the same as once."""

    def state(self, server: CloudServer) -> str:
        """Return how the server stands, as OpenStack calls it."""

    def ensure_started(self, server: CloudServer, image: str, *, deadline: timedelta) -> None:
        """Have the server run from the image of this id; from whatever it has where that is empty.

        Raises:
            CloudError: it does not by the deadline.
        """

    def ensure_stopped(self, server: CloudServer, *, deadline: timedelta) -> None:
        """Have the server off.

        Raises:
            CloudError: it is not by the deadline.
        """


class Made(Protocol):
    """A disk's copy that was made fit, as long as it is there; `checks` say whether it was."""

    @property
    def checks(self) -> Sequence[CheckResult]:
        """What was found; nothing is read where one did not pass."""

    def read(self) -> Iterable[bytes]:
        """Return its bytes, from the first to the last.

        Raises:
            MigrateError: while they are read: `session.ended`.
        """


class Imager(Protocol):
    """Makes what an image is made of; who asked takes it away by the mover's `ensure_unrehearsed`."""

    def made(self, move: RehostMove, *, running: bool) -> AbstractContextManager[Made]:
        """Bring the copy up to date and make a copy of it fit, as far as no check forbids it.

        Args:
            move: a whole disk.
            running: whether its system goes on writing, so that nothing is compared.
        """


M = TypeVar("M", contravariant=True)


class Mover(Protocol[M]):
    """Moves one kind of data. Every `ensure` and `drop` looks first; twice is the same as once."""

    def observe(self, move: M) -> tuple[Mapping[str, object], Mapping[str, object]]:
        """Return the facts of source and target that `checks.preflight` judges; a fact that nobody told is missing."""

    def ensure_prepared(self, move: M) -> None:
        """Make roles, schema and extensions on the target, and what replication needs on both sides."""

    def ensure_seeding(self, move: M) -> None:
        """Begin the copy; it goes on by itself."""

    def progress(self, move: M, *, back: bool = False) -> Progress:
        """Tell how far the copy is; `back` asks about the way from target to source."""

    def gate(self, move: M, *, back: bool = False) -> Sequence[CheckResult]:
        """Check that a frozen section may begin now."""

    def ensure_reverse(self, move: M, attempt: int, *, back: bool = False) -> None:
        """Set up, before the frozen section, the replication that will run against it afterwards."""

    def frozen(self, move: M, attempt: int, *, back: bool = False) -> Frozen:
        """Return the frozen section; pure: the same move and attempt give the same list."""

    def ensure_settled(self, move: M, attempt: int, *, opened: bool, back: bool = False) -> None:
        """Finish after the decision: reverse replication on and the old one gone, or the unused one gone."""

    def verify(self, move: M, *, back: bool = False) -> Sequence[CheckResult]:
        """Compare both sides and try one insert through the application's role."""

    def rehearsal(self, move: M, attempt: int) -> Rehearsal:
        """Return the steps of a rehearsal; pure."""

    def rehearser(self, move: M, attempt: int) -> AbstractContextManager[Rehearser]:
        """Return what does them."""

    def ensure_unrehearsed(self, move: M) -> tuple[str, ...]:
        """Take a rehearsal's clone away, whatever of it there is; return what is left all the same."""

    def counted(self, move: M, written: Written, *, back: bool = False) -> Counted:
        """Count what the side that opened has of the rows a probe client was told are written."""

    def unreplicated(self, move: M) -> Mapping[str, int]:
        """Return, by table, the rows on the target that the source has not got: what a rollback would lose."""

    def standing(self, move: M) -> Standing:
        """Return which of the move's databases, and of the source's roles, the target has."""

    def removals(self, move: M, brought: Standing | None = None) -> Sequence[Removal]:
        """Return everything of ours on both sides, slots above all, and with `brought` the target's data; pure."""

    def droppable(self, move: M, brought: Standing | None, *, gone: Side, data: bool) -> Sequence[CheckResult]:
        """Check that both sides can be asked, and where data is to go, that it was brought and nobody has used it."""

    def drop(self, move: M, listed: Sequence[Removal]) -> Sequence[Removal]:
        """Take away what is listed, in its order; return what stays because something else needs it."""
