"""The frozen section of a physical copy: the source is fenced, its last row replayed, the target promoted and opened.

A standby has nothing of its own, so the row of decision can only be written once it is promoted. One that was promoted
and not opened has never let anybody in; it is copied anew when all is settled.
"""

from __future__ import annotations

from datetime import timedelta

from orchestrator.adapters.movers.postgresql import frozen as logical
from orchestrator.adapters.movers.postgresql.dump_frozen import dump_frozen
from orchestrator.adapters.movers.postgresql.frozen import claim, early, hold, opened, prove_ended, prove_sessions
from orchestrator.adapters.movers.postgresql.sql import SCHEMA, do, literal, poll
from orchestrator.model.frozen import Claim, Expect, Frozen, Line
from orchestrator.model.move import DatabaseMove


def physical_frozen(move: DatabaseMove, attempt: int, *, back: bool = False) -> Frozen:
    """Return the list; pure. `back` swaps the ends: nothing follows back, so it is a dump's."""
    if back:
        return dump_frozen(move, attempt, back=True)
    section = logical.frozen(move, attempt)
    return Frozen(
        system=move.system,
        slug=move.slug,
        attempt=attempt,
        leaving=section.leaving,
        opening=section.opening,
        back=False,
        voices=section.voices,
        lines=(
            *early(move, move.source),
            *hold(move),
            *_last_row(move, attempt),
            _promote(move),
            *opened(move, attempt, move.target),
        ),
        claim=_claim(move, attempt),
        seconds=section.seconds,
        undecided=section.undecided,
    )


def _last_row(move: DatabaseMove, attempt: int) -> tuple[Line, ...]:
    """The last row that anybody writes on the source is replayed by the target: so is all that was written before it.

    It is also the border, in each database, between what came from the source and what the target's users write.
    """
    first, step = f"leaving/{move.databases[0]}", move.limits.step
    mark = (
        f"INSERT INTO {SCHEMA}.marker (n, sequences)"
        f" VALUES ({attempt}, jsonb_build_object('lsn', pg_current_wal_insert_lsn()));"
    )
    wait = f"""DECLARE t0 timestamptz := clock_timestamp(); BEGIN
{
        poll(
            f"EXISTS (SELECT FROM {SCHEMA}.marker WHERE n = {attempt})",
            move.limits.catch_up.total_seconds(),
            "the last row did not arrive",
        )
    }
END"""
    return (
        *(
            Line(name="mark", voice=f"leaving/{name}", text=mark, deadline=step, beside=bool(number))
            for number, name in enumerate(move.databases)
        ),
        Line(name="snapshot", voice=first, text=logical.SNAPSHOT, deadline=step),
        *(
            Line(
                name="replayed",
                voice=f"opening/{name}",
                text=do(wait),
                deadline=_waiting(move),
                beside=bool(number),
            )
            for number, name in enumerate(move.databases)
        ),
        prove_sessions(move),
        prove_ended(move),
        Line(
            name="prove-still",
            voice=first,
            text=logical.SNAPSHOT,
            deadline=step,
            expected=Expect.SAME,
            wanted=("snapshot",),
        ),
    )


def _promote(move: DatabaseMove) -> Line:
    body = f"""DECLARE t0 timestamptz := clock_timestamp(); BEGIN
IF pg_is_in_recovery() THEN PERFORM pg_promote(false); END IF;
{poll("NOT pg_is_in_recovery()", move.limits.catch_up.total_seconds(), "the target was not promoted in time")}
END"""
    return Line(name="promote", voice=f"opening/{move.databases[0]}", text=do(body), deadline=_waiting(move))


def _waiting(move: DatabaseMove) -> timedelta:
    return move.limits.catch_up + timedelta(seconds=0.5)


def _claim(move: DatabaseMove, attempt: int) -> Claim:
    """Return how the decision is asked for: what is still a standby has decided nothing.

    Whoever might have opened it is ended before. A promotion that was asked for may still come about; then nobody may
    log in, for the fence came along from the source.
    """
    told = claim(move, attempt)
    insert, select = told.text.rstrip(";").split("; ", 1)
    cells = ", ".join(
        f"CASE WHEN pg_is_in_recovery() THEN {standby} ELSE {literal(text)} END"
        for standby, text in (("NULL", insert), (literal("SELECT 'back'"), select.strip()))
    )
    return Claim(voice=told.voice, text=f"SELECT {cells} \\gexec\n;", silence=told.silence)
