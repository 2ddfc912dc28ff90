"""The rehearsal of a MariaDB cutover: its list, and the doing of each step.

What of the frozen section is said to the side that opens is said to a clone of it, by what runs the section itself.
What is said to the source and to the proxy would hold writers: it is timed by an answer that changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import median

from orchestrator.adapters.movers.mariadb import clone as cloning
from orchestrator.adapters.movers.mariadb.clone import Clone
from orchestrator.adapters.movers.mariadb.comparing import UNLIMITED, stood
from orchestrator.adapters.movers.mariadb.counting import count
from orchestrator.adapters.movers.mariadb.frozen import application, frozen, writable
from orchestrator.adapters.movers.mariadb.sql import SCHEMA, SECONDS, account, admin, literal
from orchestrator.adapters.movers.mariadb.verify import counters, insert, shape, tables
from orchestrator.adapters.routes import haproxy
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Frozen, Line, Voice
from orchestrator.model.move import MariaMove
from orchestrator.model.rehearsal import Place, Rehearsal, RehearsalStep
from orchestrator.model.result import CheckResult
from orchestrator.model.written import Written
from orchestrator.ports.move import Session, Sessions

_MARK = "mark"
_FOLLOW = 300.0  # seconds for the target to have what the source had committed when the rehearsal began
_COMPARE = 8 * 3600.0
_ROWS, _ANSWERS = 100, 5  # written by the probe client; asked for a round trip
_PROBE = 1_000_000_000  # the clone is thrown away: any number that is not there yet
# A look at the source as it was at one moment, kept for as long as the rehearsal lasts; it holds nobody.
_LOOK = f"""{UNLIMITED} SET SESSION wait_timeout = 172800, tx_isolation = 'REPEATABLE-READ';
START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY;"""
_CHANGED = {"prove-caught-up"}  # compares with an answer of the source's


def rehearsal(move: MariaMove, attempt: int) -> Rehearsal:
    """Return the steps; pure. The lines are those of the very section that would run."""
    section = frozen(move, attempt)
    on_clone = [line for line in section.lines if _on_clone(line)]
    steps = (
        _step("room", Place.TARGET, SECONDS, vital=True),
        _step("reach", Place.SOURCE, SECONDS),
        _step("follow", Place.SOURCE, _FOLLOW),
        _step("install", Place.TARGET, cloning.START, makes=True),
        _step("start", Place.TARGET, cloning.START),
        _step("isolated", Place.CLONE, SECONDS, vital=True),
        _step("load", Place.CLONE, cloning.COPY, vital=True),
        _step("accounts", Place.CLONE, SECONDS),
        *(RehearsalStep(name=line.name, place=Place.CLONE, limit=line.deadline, line=True) for line in on_clone),
        _step("login", Place.CLONE, SECONDS),
        _step("insert", Place.CLONE, SECONDS),
        _step("write", Place.CLONE, SECONDS),
        _step("compare", Place.CLONE, _COMPARE),
        _step("remove", Place.TARGET, cloning.REMOVE),
    )
    names = {line.name for line in on_clone}
    return Rehearsal(steps=steps, skipped=tuple(line.name for line in section.lines if line.name not in names))


def frozen_on_clone(move: MariaMove, attempt: int) -> Frozen:
    """Return the lines that the opening side would hear, with the last row put there by hand; pure.

    Its events stay asleep: the clone is thrown away, and what they do is not.
    """
    section = frozen(move, attempt)
    return replace(
        section,
        voices=tuple(each for each in section.voices if each.name == "opening"),
        lines=tuple(
            replace(line, voice="opening", text=writable(move, events=False) if line.name == "writable" else line.text)
            for line in section.lines
            if _on_clone(line)
        ),
        claim=replace(section.claim, silence=()),
    )


class CloneRehearser:
    """The `Rehearser` port."""

    def __init__(self, move: MariaMove, attempt: int, sessions: Sessions) -> None:
        self._move = move
        self._attempt = attempt
        self._sessions = sessions
        self._clone = Clone.of(move, sessions)
        self._floor = 0.0

    def do(self, step: str) -> Sequence[CheckResult]:
        """Do a step."""
        doers: Mapping[str, Callable[[], Sequence[CheckResult] | None]] = {
            "room": self._clone.room,
            "reach": self._reach,
            "follow": self._follow,
            "install": self._clone.install,
            "start": self._clone.start,
            "isolated": self._clone.isolated,
            "load": self._clone.load,
            "accounts": self._clone.accounts,
            "login": lambda: tuple(self._login()),
            "insert": lambda: (*counters(self._session()), insert(self._clone.server, self._sessions)),
            "write": self._write,
            "compare": lambda: tuple(self._compare()),
        }
        return doers[step]() or ()

    def frozen(self) -> Frozen:
        """Return the lines that the side which opens would hear, with the last row put there by hand."""
        return frozen_on_clone(self._clone.move, self._attempt)

    def floor(self) -> float:
        """Return the seconds that the lines which are not run take at least."""
        return self._floor

    def _reach(self) -> None:
        """Time an answer of every session whose lines hold clients and are not run."""
        section = frozen(self._move, self._attempt)
        voices = {each.name: each for each in section.voices}
        trips: dict[str, float] = {}
        for line in section.lines:
            if _on_clone(line) or line.beside or not line.counts:
                continue
            if line.voice not in trips:
                asked = haproxy.shown(self._move.proxy) if line.voice == haproxy.VOICE else "SELECT 1;"
                trips[line.voice] = self._trip(voices[line.voice], asked)
            self._floor += trips[line.voice]

    def _trip(self, told: Voice, text: str) -> float:
        session = self._sessions.open(told, seconds=SECONDS)
        seconds = []
        for _ in range(_ANSWERS):
            began = time.monotonic()
            session.ask(text, SECONDS)
            seconds.append(time.monotonic() - began)
        return median(seconds)

    def _follow(self) -> None:
        """Look at the source as it is now, and wait until the target has all of that.

        Raises:
            MigrateError: `rehearsal.behind`.
        """
        self._look("before")
        source = self._sessions.open(admin(self._move.source), seconds=SECONDS)
        position = source.ask("SELECT @@GLOBAL.gtid_binlog_pos;", SECONDS)
        target = self._sessions.open(admin(self._move.target, "follow"), seconds=SECONDS)
        target.ask(UNLIMITED, SECONDS)
        waited = target.ask(f"SELECT MASTER_GTID_WAIT({literal(position)}, {_FOLLOW});", _FOLLOW + SECONDS)
        if waited != "0":
            raise MigrateError("rehearsal.behind", seconds=f"{_FOLLOW:g}")

    def _login(self) -> Iterator[CheckResult]:
        """See that each account is let in by the secret that the source knows; nobody of us knows it to try."""
        source = self._sessions.open(admin(self._move.source), seconds=SECONDS)
        clone = self._session()
        for role in self._move.roles:
            asked = f"SHOW CREATE USER {account(role)};"
            said = ""
            try:
                here, there = source.ask(asked, SECONDS), clone.ask(asked, SECONDS)
                said = "" if here == there else "locked" if "ACCOUNT LOCK" in there else "differs"
            except MigrateError as error:
                said = str(error.values.get("said", error.code))
            yield CheckResult.of("rehearsal.account", not said, role, said=said or "-")

    def _write(self) -> tuple[CheckResult]:
        """Write as an application would, row by row, and count what is there."""
        session = self._sessions.open(application(self._clone.server), seconds=SECONDS)
        longest = 0.0
        for number in range(1, _ROWS + 1):
            began = time.monotonic()
            session.ask(f"INSERT INTO {SCHEMA}.probe (id) VALUES ({_PROBE + number});", SECONDS)
            longest = max(longest, time.monotonic() - began)
        written = Written(first=_PROBE, acknowledged=(_ROWS,), gaps=())
        found = count(written, self._clone.server, self._sessions)
        told = {"rows": _ROWS, "lost": found.lost, "duplicated": found.duplicated}
        good = not (found.lost or found.duplicated)
        return (CheckResult.of("rehearsal.written", good, SCHEMA, longest=f"{longest * 1000:.0f}", **told),)

    def _compare(self) -> Iterator[CheckResult]:
        """Compare the clone with two looks at the source, one from before its rows were read and one from after."""
        before, after, copy = self._before(), self._look("after"), self._session()
        copy.ask(UNLIMITED, SECONDS)
        there = {table.shown for table in tables(copy)}
        for table in tables(before):
            if table.shown not in there:
                yield CheckResult.of(
                    "rehearsal.rows", False, table.shown, rows=table.rows, missing="-", since=0, gone=0
                )
                continue
            found = stood(table, before, after, copy)
            told = {"rows": found.rows, "missing": found.missing, "since": found.since, "gone": found.gone}
            yield CheckResult.of("rehearsal.rows", not found.missing, table.shown, **told)
        source = self._sessions.open(admin(self._move.source), seconds=SECONDS)
        yield from shape(source, copy)

    def _look(self, name: str) -> Session:
        session = self._sessions.open(admin(self._move.source, name), seconds=SECONDS)
        session.ask(_LOOK, SECONDS)
        return session

    def _before(self) -> Session:
        return self._sessions.open(admin(self._move.source, "before"), seconds=SECONDS)

    def _session(self) -> Session:
        return self._sessions.open(admin(self._clone.server), seconds=SECONDS)


def _on_clone(line: Line) -> bool:
    """Tell whether a line is run on the clone: what the opening side hears, and the row that it waits for."""
    return (line.voice == "opening" and line.name not in _CHANGED) or line.name == _MARK


def _step(name: str, place: Place, seconds: float, *, vital: bool = False, makes: bool = False) -> RehearsalStep:
    return RehearsalStep(name=name, place=place, limit=timedelta(seconds=seconds), vital=vital, makes=makes)
