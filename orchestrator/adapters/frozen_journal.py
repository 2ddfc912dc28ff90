"""The journal of a frozen section: a folder with the section, its stages and its outcome, locked by who runs it."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from orchestrator.adapters.clock import waited_seconds
from orchestrator.adapters.files import PRIVATE_FILE, PRIVATE_FOLDER, write_whole
from orchestrator.errors import Locked, MigrateError
from orchestrator.model.frozen import Frozen, Outcome

_FROZEN = TypeAdapter(Frozen)
_OUTCOME = TypeAdapter(Outcome)
_SENT = "sent"


def frozen_json(frozen: Frozen) -> str:
    """Return a section as JSON."""
    return _FROZEN.dump_json(frozen).decode()


def frozen_from(text: str) -> Frozen:
    """Return the section that was written as JSON."""
    return _FROZEN.validate_json(text)


def outcome_json(outcome: Outcome) -> str:
    """Return an outcome as JSON, on one line."""
    return _OUTCOME.dump_json(outcome).decode()


def outcome_from(text: str) -> Outcome:
    """Return the outcome that was written as JSON."""
    return _OUTCOME.validate_json(text)


class FileJournal:
    """The `Journal` port on a folder of its own for each system. Making the object touches nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._section = folder / "section.json"
        self._stages = folder / "stages"
        self._outcome = folder / "outcome.json"
        self._promised = folder / "promised"

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Hold the journal while a section runs; the system lets go of it when the process ends, however it ends.

        Raises:
            Locked: `frozen.running`.
        """
        self.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Locked("frozen.running", folder=str(self.folder)) from None
            yield
        finally:
            os.close(descriptor)

    def begin(self, frozen: Frozen) -> None:
        """Write the section down, durably, before anything is touched.

        Raises:
            MigrateError: `frozen.unsettled`: an earlier one is not settled.
        """
        if self._section.exists():
            raise MigrateError("frozen.unsettled", system=frozen.system, folder=str(self.folder))
        self._outcome.unlink(missing_ok=True)
        write_whole(self._stages, f"{_boot()}\n")
        write_whole(self._section, frozen_json(frozen))

    def await_end(self, seconds: float) -> None:
        """Return when no process runs the section."""
        # As others live them, for so the section counts its own; whoever was stopped here looks once more before it
        # gives up.
        until = waited_seconds() + seconds
        while True:
            try:
                with self.held():
                    return
            except Locked:
                if waited_seconds() > until:
                    raise
                time.sleep(0.05)

    def promise(self, attempt: int) -> None:
        """Write down, durably, that the attempt's section is written down here."""
        self.folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        write_whole(self._promised, f"{attempt}\n")

    def promised(self) -> int:
        """Return the newest attempt that was promised; 0 where none was, as on another machine."""
        try:
            return int(self._promised.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0

    def read(self) -> Frozen | None:
        """Return the section that was begun and not yet settled."""
        try:
            return frozen_from(self._section.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    def sent(self) -> bool:
        """Tell whether the line that decides may have been sent."""
        try:
            boot, *stages = self._stages.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            return True
        # Stages are not synced, which would cost clients a disk's latency each: they outlive a kill, not a power cut.
        return _SENT in stages or boot != _boot()

    def note(self, stage: str) -> None:
        """Write down a stage."""
        with self._stages.open("a", encoding="utf-8") as file:
            file.write(f"{stage}\n")

    def stages(self) -> tuple[str, ...]:
        """Return the stages that were written down."""
        return tuple(self._stages.read_text(encoding="utf-8").splitlines()[1:])

    def end(self, outcome: Outcome) -> None:
        """Write down what came of it, durably."""
        write_whole(self._outcome, outcome_json(outcome))

    def outcome(self) -> Outcome | None:
        """Return what the section itself wrote at its end."""
        try:
            return outcome_from(self._outcome.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValidationError):
            return None

    def settle(self) -> None:
        """Put the section away: nothing of it is left to do."""
        with contextlib.suppress(FileNotFoundError):
            self._section.replace(self.folder / "settled.json")


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
