"""The rehearsal of a disk's move: a copy of the copy is mended, made fit, and started where it reaches nobody.

The source is only read. A copy that was read beside a running system is of no one moment: what is started shows that
kernel, drivers, boot loader, mounts and network are right, and says nothing of the system's data.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from orchestrator.adapters.movers.letting_in import written
from orchestrator.adapters.movers.rehost.frozen import frozen
from orchestrator.adapters.movers.rehost.prepare import ensure_current
from orchestrator.adapters.movers.rehost.shell import LONG, SECONDS, does, home, opened, program, told
from orchestrator.adapters.movers.rehost.status import passed, verify
from orchestrator.adapters.movers.throwaway import ended, remains
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Frozen
from orchestrator.model.move import RehostMove
from orchestrator.model.rehearsal import Place, Rehearsal, RehearsalStep
from orchestrator.model.result import CheckResult
from orchestrator.ports.move import Session, Sessions

_FIT, _REMOVE = 1200.0, 600.0
_SPARE = 256 * 1024**2
_MENDED = 4  # from here on e2fsck left something wrong
_FITTING = "fitting.py"


def rehearsal(move: RehostMove) -> Rehearsal:
    """Return the steps; pure. What they show of a frozen section they show by other lines."""
    return Rehearsal(
        steps=(
            _step("room", Place.TARGET, SECONDS, vital=True),
            _step("rehost-pass", Place.SOURCE, LONG),
            _step("rehost-compare", Place.SOURCE, LONG),
            _step("rehost-copy", Place.TARGET, LONG, makes=True),
            _step("rehost-mend", Place.CLONE, LONG, vital=True),
            _step("rehost-fit", Place.CLONE, _FIT, vital=True),
            _step("rehost-boot", Place.CLONE, move.boot + SECONDS),
            _step("remove", Place.TARGET, _REMOVE),
        ),
        skipped=tuple(line.name for line in frozen(move, 0).lines),
    )


class Clone:
    """The copy that is made fit and started, in a folder of its own on the keeper: a rehearsal's unless named."""

    def __init__(self, move: RehostMove, sessions: Sessions, folder: str = "") -> None:
        self._move = move
        self._sessions = sessions
        self.folder = folder or f"{home(move)}.rehearsal"  # no system's slug has a point in it

    def room(self) -> tuple[CheckResult, ...]:
        """Check that there is room; what a rehearsal that nobody remembers has left is taken away first."""
        self.ensure_gone()
        return (self.enough(),)

    def enough(self) -> CheckResult:
        """Check that there is room."""
        keeper, kept = self._keeper(), home(self._move)
        used = int(keeper.ask(f"du -k {kept}/disk.raw | cut -f 1", SECONDS)) * 1024
        free = int(keeper.ask(f"df -Pk {kept} | awk 'NR == 2 {{ printf \"%d\", $4 }}'", SECONDS)) * 1024
        needed = used + _SPARE
        return CheckResult.of("rehearsal.disk", free >= needed, needed=needed, free=free)

    def make(self) -> None:
        """Copy the copy, its bytes shared with it where the file system can."""
        self.install()
        self._keeper().ask(does(self.folder, _FITTING, "copy"), LONG)

    def install(self) -> None:
        """Make the folder, with the programs that copy, mend and make fit."""
        keeper = self._keeper()
        keeper.ask(f"mkdir -m 700 {self.folder}", SECONDS)
        for name, text in {
            _FITTING: program(_FITTING), "jail": program("jail.sh"), "told.json": told(self._move)
        }.items():  # fmt: skip
            keeper.ask(written(self.folder, name, text), SECONDS)

    def mended(self) -> tuple[CheckResult, ...]:
        """End what the file system had open when it was read."""
        found = self._answer("mend", LONG, lambda told: int(told["code"]))
        return (CheckResult.of("rehearsal.rehost-mended", found < _MENDED, self._move.databases[0], exit=found),)

    def fitted(self) -> tuple[CheckResult, ...]:
        """Make it fit for the cloud."""
        found = self._answer("fit", _FIT, lambda told: (told["left"], told["kernel"], told["lacking"], told))
        left, kernels, lacking, whole = found
        return (
            *(CheckResult.of("rehearsal.rehost-device", False, plain(str(each), 100)) for each in left),
            *(CheckResult.of("rehearsal.rehost-kernel", False, plain(str(each), 100)) for each in lacking),
            *(CheckResult.of("rehearsal.rehost-kernel", True, plain(str(each), 100)) for each in kernels),
            CheckResult.of("rehearsal.rehost-network", whole["network"] is True),
            CheckResult.of("rehearsal.rehost-fitted", whole["done"] is True and bool(kernels)),
        )

    def booted(self) -> tuple[CheckResult, ...]:
        """Start it where it reaches nobody."""
        found = self._answer("boot", self._move.boot + SECONDS, lambda told: (told["seconds"], told["silent"], told))
        seconds, silent, whole = found
        return tuple(
            CheckResult.of(
                "rehearsal.rehost-answer",
                port not in silent,
                str(port),
                seconds=f"{float(seconds):.0f}",
                said=plain(str(whole["said"])) or "-",
            )
            for port in self._move.answers
        )

    def ensure_gone(self) -> tuple[str, ...]:
        """End what still runs of it, take it away, and return what is left all the same."""
        keeper = self._keeper()
        # Found by the file that it is of, before that is gone.
        devices = f"losetup --noheadings --output NAME --associated {self.folder}/disk.raw"
        keeper.ask(f"(set +f; for l in $({devices}); do losetup --detach $l; done)", SECONDS)
        keeper.ask(ended(self.folder), _REMOVE)
        return tuple(keeper.ask(remains(self.folder), SECONDS).splitlines())

    def _keeper(self) -> Session:
        return opened(self._move.target, self._sessions)

    def _answer(self, verb: str, seconds: float, read: Callable[[Mapping[str, Any]], Any]) -> Any:
        said = self._keeper().ask(does(self.folder, _FITTING, verb), seconds)
        try:
            return read(json.loads(said))
        except (ValueError, KeyError, TypeError) as error:
            raise MigrateError("move.files-answer", said=plain(said, 60)) from error


class CloneRehearser:
    """The `Rehearser` port."""

    def __init__(self, move: RehostMove, attempt: int, sessions: Sessions) -> None:
        self._move = move
        self._attempt = attempt
        self._sessions = sessions
        self._clone = Clone(move, sessions)

    def do(self, step: str) -> Sequence[CheckResult]:
        """Do a step."""
        match step:
            case "room":
                return self._clone.room()
            case "rehost-pass":
                ensure_current(self._move, self._sessions)
            case "rehost-compare":
                return verify(self._move, self._sessions)
            case "rehost-copy":
                self._clone.make()
            case "rehost-mend":
                return self._clone.mended()
            case "rehost-fit":
                return self._clone.fitted()
            case "rehost-boot":
                return self._clone.booted()
        return ()

    def frozen(self) -> Frozen:
        """Return the section; none of its lines is a step."""
        return frozen(self._move, self._attempt)

    def floor(self) -> float:
        """Return the seconds that people would wait at least: the whole disk is read while nobody writes."""
        last = passed(self._move, opened(self._move.target, self._sessions))
        return last[0].seconds if last else 0.0


def _step(name: str, place: Place, seconds: float, *, vital: bool = False, makes: bool = False) -> RehearsalStep:
    return RehearsalStep(name=name, place=place, limit=timedelta(seconds=seconds), vital=vital, makes=makes)
