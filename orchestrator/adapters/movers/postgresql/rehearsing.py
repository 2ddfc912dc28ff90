"""The rehearsal of a PostgreSQL cutover: its list, and the doing of each step.

What of the frozen section is said to the side that opens is said to a clone of it, by what runs the section itself.
What is said to the source and to the pooler would hold writers: it is timed by an answer that changes nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from statistics import median

from orchestrator.adapters.clock import running_seconds
from orchestrator.adapters.movers.postgresql import clone as cloning
from orchestrator.adapters.movers.postgresql.access import SECONDS, admin
from orchestrator.adapters.movers.postgresql.clone import Clone
from orchestrator.adapters.movers.postgresql.comparing import FIXED, stood
from orchestrator.adapters.movers.postgresql.counting import count
from orchestrator.adapters.movers.postgresql.frozen import frozen, voice
from orchestrator.adapters.movers.postgresql.sql import SCHEMA, literal
from orchestrator.adapters.movers.postgresql.verify import insert, sequences, shape, tables
from orchestrator.adapters.routes import pgbouncer
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Frozen, Line, Voice
from orchestrator.model.move import DatabaseMove, Method
from orchestrator.model.rehearsal import Place, Rehearsal, RehearsalStep
from orchestrator.model.result import CheckResult
from orchestrator.model.written import Written
from orchestrator.ports.move import Sessions

_OPENING, _LEAVING = "opening/", "leaving/"
_MARK = "mark"
_FOLLOW = 300.0  # seconds for the target to have what the source had committed when the rehearsal began
_COMPARE = 8 * 3600.0
_ROWS, _ANSWERS = 100, 5  # written by the probe client; asked for a round trip
_PROBE = 1_000_000_000  # the clone is thrown away: any number that is not there yet
# A page's head may lie between what was written and where the next record begins.
_PAGE, _HEADS = 8192, (24, 40)
_POSITIONS = (
    "SELECT jsonb_build_array(txid_snapshot_xmin(txid_current_snapshot()),"
    " pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0'));"
)
_SEQUENCES = (
    "SELECT coalesce(jsonb_object_agg(format('%I.%I', schemaname, sequencename), last_value), '{}')"
    " FROM pg_sequences WHERE last_value IS NOT NULL;"
)


Section = Callable[[DatabaseMove, int], Frozen]


def rehearsal(move: DatabaseMove, attempt: int, listed: Section = frozen) -> Rehearsal:
    """Return the steps; pure. The lines are those of the very section that would run, as `listed` has them."""
    section = listed(move, attempt)
    on_clone = [line for line in section.lines if _on_clone(line)]
    steps = (
        _step("room", Place.TARGET, SECONDS, vital=True),
        _step("reach", Place.SOURCE, SECONDS),
        _step("follow", Place.SOURCE, _FOLLOW),
        _step("copy", Place.TARGET, cloning.COPY, makes=True),
        _step("start", Place.TARGET, cloning.START),
        _step("isolated", Place.CLONE, SECONDS, vital=True),
        _step("unsubscribe", Place.CLONE, SECONDS, vital=True),
        _step("sequences", Place.SOURCE, SECONDS),
        *(RehearsalStep(name=line.name, place=Place.CLONE, limit=line.deadline, line=True) for line in on_clone),
        _step("login", Place.CLONE, SECONDS),
        _step("insert", Place.CLONE, SECONDS),
        _step("write", Place.CLONE, SECONDS),
        _step("compare", Place.CLONE, _COMPARE),
        _step("remove", Place.TARGET, cloning.REMOVE),
    )
    names = {line.name for line in on_clone}
    return Rehearsal(steps=steps, skipped=tuple(line.name for line in section.lines if line.name not in names))


def frozen_on_clone(move: DatabaseMove, attempt: int, sequences: Mapping[str, str], listed: Section = frozen) -> Frozen:
    """Return the lines that the opening side would hear, with the last row put there by hand; pure.

    Args:
        move: with the clone as its target.
        attempt: as the cutover would have it.
        sequences: by database, where the source's stand, as JSON.
        listed: the section of the move's method.
    """
    section = listed(move, attempt)
    marks = {
        f"leaving/{database}": f"INSERT INTO {SCHEMA}.marker (n, sequences) VALUES ({attempt}, {literal(told)});"
        for database, told in sequences.items()
    }
    return replace(
        section,
        voices=tuple(each for each in section.voices if each.name.startswith(_OPENING)),
        lines=tuple(
            replace(line, voice=line.voice.replace(_LEAVING, _OPENING, 1), text=marks[line.voice])
            if line.name == _MARK
            else line
            for line in section.lines
            if _on_clone(line)
        ),
        claim=replace(section.claim, silence=()),
    )


class CloneRehearser:
    """The `Rehearser` port."""

    def __init__(self, move: DatabaseMove, attempt: int, sessions: Sessions, listed: Section = frozen) -> None:
        self._move = move
        self._attempt = attempt
        self._sessions = sessions
        self._clone = Clone.of(move, sessions)
        self._listed = listed
        self._before = 0  # every transaction older than this one is in the clone
        self._sequences: Mapping[str, str] = {}
        self._floor = 0.0

    def do(self, step: str) -> Sequence[CheckResult]:
        """Do a step."""
        doers: Mapping[str, Callable[[], Sequence[CheckResult] | None]] = {
            "room": self._clone.room,
            "reach": self._reach,
            "follow": self._follow,
            "copy": self._clone.copy,
            "start": self._clone.start,
            "isolated": self._clone.isolated,
            "unsubscribe": self._clone.unsubscribe,
            "sequences": self._read_sequences,
            "login": lambda: tuple(self._login()),
            "insert": lambda: tuple(self._insert()),
            "write": self._write,
            "compare": lambda: tuple(self._compare()),
        }
        return doers[step]() or ()

    def frozen(self) -> Frozen:
        """Return the lines that the side which opens would hear, with the last row put there by hand."""
        return frozen_on_clone(self._clone.move, self._attempt, self._sequences, self._listed)

    def floor(self) -> float:
        """Return the seconds that the lines which are not run take at least."""
        return self._floor

    def _reach(self) -> None:
        """Time an answer of every session whose lines hold clients and are not run."""
        asked = {pgbouncer.CONSOLE: "SHOW VERSION;", pgbouncer.SHELL: ":"}
        section = self._listed(self._move, self._attempt)
        voices = {each.name: each for each in section.voices}
        trips: dict[str, float] = {}
        for line in section.lines:
            if _on_clone(line) or line.beside or not line.counts:
                continue
            if line.voice not in trips:
                trips[line.voice] = self._trip(voices[line.voice], asked.get(line.voice, "SELECT 1;"))
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
        """Wait until the target has what is committed on the source now.

        Raises:
            MigrateError: `rehearsal.behind`.
        """
        source = self._sessions.open(admin(self._move.source, "postgres"), seconds=SECONDS)
        before, position = json.loads(source.ask(_POSITIONS, SECONDS))
        self._before, position = int(before), int(position)
        if position % _PAGE in _HEADS:
            position -= position % _PAGE
        ours = literal(f"^migrate_{self._move.name}_[0-9]+_[0-9]+$")
        asked = (
            f"SELECT count(*) FROM pg_stat_replication WHERE application_name ~ {ours} AND state = 'streaming'"
            f" AND pg_wal_lsn_diff(replay_lsn, '0/0') >= {position};"
        )
        until = running_seconds() + _FOLLOW
        links = 1 if self._move.method is Method.PHYSICAL else len(self._move.databases)
        while int(source.ask(asked, SECONDS)) < links:
            if running_seconds() > until:
                raise MigrateError("rehearsal.behind", seconds=f"{_FOLLOW:g}")
            time.sleep(0.1)

    def _read_sequences(self) -> None:
        self._sequences = {
            database: self._sessions.open(admin(self._move.source, database), seconds=SECONDS).ask(_SEQUENCES, SECONDS)
            for database in self._move.databases
        }

    def _login(self) -> Iterator[CheckResult]:
        """Log in to the clone as each application role, wherever the source lets it connect."""
        source = self._sessions.open(admin(self._move.source, "postgres"), seconds=SECONDS)
        for database in self._move.databases:
            for role in self._move.roles:
                asked = f"SELECT has_database_privilege({literal(role)}, {literal(database)}, 'CONNECT');"
                if source.ask(asked, SECONDS) != "t":
                    continue
                said = ""
                try:
                    session = self._sessions.open(self._application(database, role), seconds=SECONDS)
                    said = session.ask("SELECT session_user;", SECONDS)
                except MigrateError as error:
                    said = str(error.values.get("said", error.code))
                yield CheckResult.of("rehearsal.role", said == role, database, role=role, said=said)

    def _insert(self) -> Iterator[CheckResult]:
        for database in self._move.databases:
            session = self._sessions.open(admin(self._clone.server, database), seconds=SECONDS)
            yield from sequences(database, session)
            yield from insert(self._move, database, session)

    def _write(self) -> tuple[CheckResult]:
        """Write as an application would, row by row, and count what is there."""
        database = self._move.databases[0]
        role = next(iter(self._move.roles), self._move.prober)
        session = self._sessions.open(self._application(database, role), seconds=SECONDS)
        longest = 0.0
        for number in range(1, _ROWS + 1):
            began = time.monotonic()
            session.ask(f"INSERT INTO {SCHEMA}.probe (id) VALUES ({_PROBE + number});", SECONDS)
            longest = max(longest, time.monotonic() - began)
        written = Written(first=_PROBE, acknowledged=(_ROWS,), gaps=())
        found = count(written, self._clone.server, database, self._sessions)
        told = {"rows": _ROWS, "lost": found.lost, "duplicated": found.duplicated}
        good = not (found.lost or found.duplicated)
        return (CheckResult.of("rehearsal.written", good, database, longest=f"{longest * 1000:.0f}", **told),)

    def _compare(self) -> Iterator[CheckResult]:
        """Compare the clone with the source, which is written to meanwhile."""
        for database in self._move.databases:
            source = self._sessions.open(admin(self._move.source, database), seconds=SECONDS)
            copy = self._sessions.open(admin(self._clone.server, database), seconds=SECONDS)
            for session in (source, copy):
                session.ask(FIXED, SECONDS)
            there = {table.shown for table in tables(copy)}
            for table in tables(source):
                subject = f"{database}: {table.shown}"
                if table.shown not in there:
                    yield CheckResult.of(
                        "rehearsal.rows", False, subject, rows=table.rows, missing="-", since=0, gone=0
                    )
                    continue
                found = stood(table, source, copy, self._before)
                told = {"rows": found.rows, "missing": found.missing, "since": found.since, "gone": found.gone}
                yield CheckResult.of("rehearsal.rows", not found.missing, subject, **told)
            yield from shape(database, source, copy)

    def _application(self, database: str, role: str) -> Voice:
        return voice(f"application/{role}", self._clone.server, database, role=role)


def _on_clone(line: Line) -> bool:
    """Tell whether a line is run on the clone: what the opening side hears, and the row that it waits for."""
    return line.voice.startswith(_OPENING) or line.name == _MARK


def _step(name: str, place: Place, seconds: float, *, vital: bool = False, makes: bool = False) -> RehearsalStep:
    return RehearsalStep(name=name, place=place, limit=timedelta(seconds=seconds), vital=vital, makes=makes)
