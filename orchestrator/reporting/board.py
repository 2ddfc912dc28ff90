"""The live board as a value: where every system stands, as it was last seen.

Nothing here asks a machine. What was seen earlier carries the time of that look, and is grey once it is old: a board
that shows yesterday's copy in green is worse than none. State and record may come from somebody else, so that every
value of theirs is taken for what it proves to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from orchestrator.model.centre import Centre
from orchestrator.model.life import Life, Phase, writable
from orchestrator.model.result import RunningTask, RunStatus, SystemRun
from orchestrator.model.schedule import Schedule, Slot, Window
from orchestrator.model.worker import Worker
from orchestrator.reporting.told import counted, moment, short_text
from orchestrator.reporting.workers import worker_data

# So long a look at a copy counts as now; a run that waits for it writes one down every few seconds.
FRESH = timedelta(minutes=1)
PROVISIONING = "provisioning"  # before a system has a life: its servers are being made, or failed to be
STAGES = (PROVISIONING, *map(str, Phase))
_MOVED = frozenset({Phase.OPEN, Phase.SOAKED, Phase.RETIRED})
_COPYING = frozenset({Phase.PREPARED, Phase.SYNCING, Phase.REHEARSED})
# The kinds of the record's entries that tell a night, and what of each: the rest of an entry stays where it is.
LOGGED: Mapping[str, tuple[str, ...]] = {
    "life": ("system", "move", "before", "after"),
    "move.decided": ("system", "decision", "back", "seconds", "failed", "code"),
    "move.probed": ("system", "gap_seconds", "errors", "rows", "lost", "duplicated", "fault"),
    "move.recovering": ("system", "phase"),
    "move.rehearsed": ("system", "passed", "failed", "seconds", "gap_ms"),
    "move.rehearsing": ("system",),
    "move.verified": ("system", "checks", "findings"),
    "run.ended": ("batch",),
    "run.interrupted": ("batch",),
    "run.started": ("batch",),
    "step.failed": ("system", "step", "cloud"),
}


class Light(StrEnum):
    """What a row's colour says. Green is only what was seen just now."""

    RED = "red"  # failed, taken back, or undecided with nobody at work: a person is needed
    YELLOW = "yellow"  # waits for something that has a name
    BLUE = "blue"  # a run is at it now
    GREEN = "green"  # the copy follows, as seen just now
    DONE = "done"  # serves from its target
    GREY = "grey"  # nobody knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One entry of the record, as it was found; nobody has judged it."""

    at: datetime
    kind: str
    values: Mapping[str, str]


def happened(at: str, kind: str, data: Mapping[str, object]) -> Happened | None:
    """Return an entry of the record as the board tells it; None for one that tells nothing of a night."""
    when = moment(at)
    if when is None or kind not in LOGGED:
        return None
    return Happened(at=when, kind=kind, values={name: short_text(data.get(name, "")) for name in LOGGED[kind]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """How far a copy was when it was looked at.

    Attributes:
        at: the time of that look.
        rate: bytes a second on average since the first look; None before there are two, or where nothing came.
        left: seconds until the first copy is whole at that rate; None when nobody can tell.
        lag: bytes behind; None when nobody could tell.
        fresh: whether the look is of now.
    """

    at: datetime | None
    done: int | None
    all: int | None
    rate: float | None
    left: float | None
    lag: int | None
    streaming: bool
    fresh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The last frozen section: how it ended, and for how long clients were held."""

    decision: str
    back: bool
    seconds: float | None
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One system.

    Attributes:
        name, unit: as the plan has them; empty where it has none.
        stage: one of `STAGES`.
        status: of the run that makes its servers, while there is no life; empty else.
        task: that its playbook is at now; None where none runs, or nobody knows.
        waits_for: code of what it waits for, with `waits` as its values.
        side: the side that clients write to.
    """

    system: str
    name: str
    unit: str
    stage: str
    status: str
    task: RunningTask | None
    light: Light
    since: datetime | None
    side: str
    copy: Copy | None
    held: Held | None
    waits_for: str
    waits: Mapping[str, str]


class Turn(StrEnum):
    """What has become of a slot of the window."""

    PLANNED = "planned"
    DUE = "due"  # its time has come, and it has not begun
    RUNNING = "running"
    DONE = "done"
    LATE = "late"  # its last moment to begin is over
    UNDECIDED = "undecided"  # it began, nobody is at work, and nobody writes: the next command decides first
    UNKNOWN = "unknown"  # nobody knows where the system stands


class Clock(StrEnum):
    """What is known of the window."""

    ANY = "any"  # the programme plans none
    UNKNOWN = "unknown"  # there is no plan that could be read
    OVER = "over"  # the plan has no more
    NEXT = "next"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """All that is shown.

    Attributes:
        at: when they were looked at.
        read: when the state was read last, which may be earlier if it cannot be read now; None if it never was.
        runs: the newest attempt at each system's servers.
        tasks: system → the task that its playbook is at, as a run of this machine wrote it down.
        holder: who runs the programme now; None when nobody does.
        workers: of a programme that several machines share, one for each name.
        windowed: whether the programme plans windows.
        schedule: the plan of nights; None where there is none, or none that could be read.
        night: entries of the record, newest first.
        faults: what could not be read: codes of the catalogue with their values.
        centre: how the replicas stand; None: it was never read, and `centre_fault` says why.
        centre_read: when list and record were read for it last.
    """

    programme: str
    title: str
    at: datetime
    read: datetime | None = None
    lives: Sequence[Life] = ()
    runs: Sequence[SystemRun] = ()
    tasks: Mapping[str, RunningTask] = field(default_factory=dict)
    holder: Mapping[str, object] | None = None
    workers: Sequence[Worker] = ()
    windowed: bool = False
    schedule: Schedule | None = None
    night: Sequence[Happened] = ()
    faults: Sequence[tuple[str, Mapping[str, str]]] = ()
    centre: Centre | None = None
    centre_read: datetime | None = None
    centre_fault: tuple[str, Mapping[str, str]] | None = None
    rows: tuple[BoardRow, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Draw the rows once: a view is asked for them several times."""
        object.__setattr__(self, "rows", tuple(self._rows()))

    @property
    def current(self) -> bool:
        """Whether the state was read now; else what is told of it is remembered."""
        return self.read == self.at

    @property
    def window(self) -> Window | None:
        """The window that is open or, if none is, the next."""
        return self.schedule.window_at(self.at) if self.schedule else None

    @property
    def clock(self) -> Clock:
        """What is known of the window."""
        if not self.windowed:
            return Clock.ANY
        if self.schedule is None:
            return Clock.UNKNOWN
        window = self.window
        if window is None:
            return Clock.OVER
        return Clock.OPEN if window.start <= self.at else Clock.NEXT

    @property
    def counts(self) -> Mapping[str, int]:
        """How many systems stand in each stage."""
        found = Counter(row.stage for row in self.rows)
        return {stage: found[stage] for stage in STAGES}

    @property
    def waiting(self) -> tuple[BoardRow, ...]:
        """The systems that wait for something that has a name."""
        return tuple(row for row in self.rows if row.waits_for)

    @property
    def turns(self) -> tuple[tuple[Slot, Turn], ...]:
        """The slots of the window in their order, and what has become of each."""
        window, lives = self.window, {life.system: life for life in self.lives}
        if window is None:
            return ()
        slots = sorted(window.slots, key=lambda slot: (slot.start, slot.crew))
        known = lives if self.current else {}
        return tuple((slot, self._turn(slot, known.get(slot.system))) for slot in slots)

    def data(self) -> Mapping[str, object]:
        """Return everything; times are ISO 8601, sizes bytes, rates bytes a second, what nobody knows null."""
        window = self.window
        return {
            "programme": self.programme,
            "title": self.title,
            "as_of": self.at,
            "state_as_of": self.read,
            "holder": {name: short_text(value) for name, value in self.holder.items()} if self.holder else None,
            "workers": [worker_data(worker) for worker in self.workers],
            "stages": self.counts,
            "systems": self.rows,
            "window": {
                "state": self.clock,
                "start": window.start if window else None,
                "end": window.end if window else None,
                "seconds_left": (window.end - self.at).total_seconds() if self.clock is Clock.OPEN and window else None,
                "slots": [
                    {
                        "system": slot.system,
                        "crew": slot.crew,
                        "start": slot.start,
                        "end": slot.end,
                        "rollback_by": slot.rollback_by,
                        "turn": turn,
                    }
                    for slot, turn in self.turns
                ],
            },
            "waits": [{"system": row.system, "code": row.waits_for, "values": row.waits} for row in self.waiting],
            "night": self.night,
            "faults": [{"code": code, "values": values} for code, values in self.faults],
            "recovery": {
                "read": self.centre_read,
                "fault": self.centre_fault[0] if self.centre_fault else None,
                "centre": self.centre.data() if self.centre else None,
            },
        }

    def _rows(self) -> Iterator[BoardRow]:
        lives = {life.system: life for life in self.lives}
        runs = {run.system: run for run in self.runs}
        named = {
            slot.system: slot for window in (self.schedule.windows if self.schedule else ()) for slot in window.slots
        }
        for system in sorted({*lives, *runs}):
            life, run, slot = lives.get(system), runs.get(system), named.get(system)
            copy = copy_of(life, self.at) if life else None
            yield BoardRow(
                system=short_text(system),
                name=short_text(slot.name) if slot else "",
                unit=short_text(slot.unit) if slot else "",
                stage=str(life.phase) if life else PROVISIONING if not _done(run) else str(Phase.PROVISIONED),
                status="" if life or run is None else str(run.status),
                task=self._task(run),
                light=self._light(life, run, copy),
                since=life.since if life else None,
                side=str(writable(life.phase) if life else writable(Phase.PROVISIONED)),
                copy=copy,
                held=_held(life) if life else None,
                waits_for=short_text(life.waits_for) if life else "",
                waits={short_text(name): short_text(value) for name, value in life.waits.items()} if life else {},
            )

    def _turn(self, slot: Slot, life: Life | None) -> Turn:
        if life is None:
            return Turn.UNKNOWN
        if life.undecided:
            return Turn.RUNNING if self.holder else Turn.UNDECIDED
        if life.phase in _MOVED:
            return Turn.DONE
        if self.at > slot.rollback_by:
            return Turn.LATE
        return Turn.DUE if self.at >= slot.start else Turn.PLANNED

    def _task(self, run: SystemRun | None) -> RunningTask | None:
        """Return the task that a system's playbook is at; what a killed run left behind is none."""
        task = self.tasks.get(run.system) if run and run.status is RunStatus.RUNNING else None
        return replace(task, task=short_text(task.task)) if task and self.current and self.holder else None

    def _light(self, life: Life | None, run: SystemRun | None, copy: Copy | None) -> Light:
        if not self.current:
            return Light.GREY
        if life is None:
            status = run.status if run else None
            if status is RunStatus.FAILED:
                return Light.RED
            return Light.BLUE if status is RunStatus.RUNNING and self.holder else Light.GREY
        if life.undecided:
            return Light.BLUE if self.holder else Light.RED
        if life.phase in _MOVED:
            return Light.DONE
        held = _held(life)
        if held and held.decision == "back" and not held.back:
            return Light.RED  # a cutover that was taken back, and none since
        if life.waits_for:
            return Light.YELLOW
        return Light.GREEN if copy and copy.fresh and copy.streaming else Light.GREY


def _done(run: SystemRun | None) -> bool:
    return run is not None and run.status is RunStatus.DONE


def copy_of(life: Life, now: datetime) -> Copy | None:
    """Return how far a system's copy was when it was looked at; None where none is under way."""
    told = life.facts.get("progress")
    if life.phase not in _COPYING or not isinstance(told, Mapping):
        return None
    at, done, whole = moment(told.get("at")), counted(told.get("bytes_done")), counted(told.get("bytes_all"))
    rate = _rate(told.get("begun"), at, done)
    left = None if not rate or done is None or whole is None else max(0, whole - done) / rate
    return Copy(
        at=at,
        done=done,
        all=whole,
        rate=rate,
        left=left if life.phase is Phase.PREPARED else None,
        lag=counted(told.get("lag_bytes")),
        streaming=told.get("streaming") is True,
        # One that claims to be of the future is not of now either.
        fresh=at is not None and abs(now - at) <= FRESH,
    )


def _rate(begun: object, at: datetime | None, done: int | None) -> float | None:
    """Return bytes a second since the first look."""
    if not isinstance(begun, Mapping) or at is None or done is None:
        return None
    since, before = moment(begun.get("at")), counted(begun.get("bytes_done"))
    if since is None or before is None or at <= since or done <= before:
        return None
    return (done - before) / (at - since).total_seconds()


def _held(life: Life) -> Held | None:
    told = life.facts.get("last")
    if not isinstance(told, Mapping):
        return None
    seconds = told.get("seconds")
    usual = isinstance(seconds, int | float) and not isinstance(seconds, bool) and 0 <= seconds < 1e9
    return Held(
        decision=short_text(told.get("decision", "")),
        back=told.get("back") is True,
        seconds=float(seconds) if usual else None,  # type: ignore[arg-type]  # a number, as was just seen
        at=moment(told.get("at")),
    )
