"""The frozen section of a dump: clients wait while everything is copied, so every line proves that it may go on.

There is no replication, so nothing follows afterwards: both sides are added up before the target opens, and a rollback
opens the source as it was left, with no more lost than a person accepted.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from orchestrator.adapters.movers.postgresql import dump_shell as shell
from orchestrator.adapters.movers.postgresql.access import files
from orchestrator.adapters.movers.postgresql.frozen import (
    claim,
    early,
    end_sessions,
    opened,
    prove_ended,
    prove_sessions,
    voice,
)
from orchestrator.adapters.movers.postgresql.sql import SCHEMA, do, ident
from orchestrator.adapters.routes import pgbouncer
from orchestrator.model.frozen import Expect, Frozen, Line, Voice
from orchestrator.model.move import Copying, DatabaseMove

FILES = "opening-files"
_UNTRIED = Copying(dump=0, restore=0, compare=0, patience=0)
# Twice the trial, for a busier day, and what starting takes where the trial took next to nothing.
_TWICE, _LEAST = 2.0, 30.0
_USER = f"n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', '{SCHEMA}')"
_WRITES = "(SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::text FROM pg_stat_user_tables)"
_NEXT = "txid_snapshot_xmax(txid_current_snapshot())::text"


def copying_limit(move: DatabaseMove) -> timedelta:
    """Return how long dump, restore and comparison may take while clients wait."""
    taken = (move.copying or _UNTRIED).seconds
    return move.limits.copy or timedelta(seconds=round(_TWICE * taken + _LEAST))


def dump_frozen(move: DatabaseMove, attempt: int, *, back: bool = False) -> Frozen:
    """Return the list; pure. `back` swaps the ends, and copies nothing."""
    leaving, opening = move.ends(back=back)
    first = move.databases[0]
    console, route = pgbouncer.voices(move.pooler)
    copies = () if back else (files_voice(move),)
    voices = (
        *(voice(f"leaving/{name}", leaving, name) for name in move.databases),
        *(voice(f"opening/{name}", opening, name) for name in move.databases),
        voice("login", leaving, first),
        voice("application", leaving, first, role=move.prober),
        console,
        route,
        *copies,
    )
    long = timedelta() if back else copying_limit(move)
    refusing = _refuses(move, long)
    end = opened(move, attempt, opening)
    resume = next(number for number, line in enumerate(end) if line.name == "resume")
    return Frozen(
        system=move.system,
        slug=move.slug,
        attempt=attempt,
        leaving=leaving.name,
        opening=opening.name,
        back=back,
        voices=voices,
        lines=(
            *early(move, leaving),
            *_hold(move, refusing=refusing),
            end_sessions(move),
            # Never beside what it is about: a session that is still there would write.
            replace(prove_ended(move), beside=False),
            *(_accepted(move) if back else _copied(move, attempt)),
            replace(prove_sessions(move), beside=False),
            *end[:resume],
            *(_admit(move) if refusing else ()),
            *end[resume:],
        ),
        claim=claim(move, attempt),
        seconds=(move.limits.frozen + long).total_seconds(),
        undecided=move.limits.undecided.total_seconds(),
    )


def files_voice(move: DatabaseMove) -> Voice:
    """Return the shell on the target in which everything is copied."""
    return replace(files(move.target), name=FILES)


def copy_lines(move: DatabaseMove) -> tuple[Line, ...]:
    """Return the lines that dump and restore each database; what they leave is cleared away when all is settled."""
    limit = copying_limit(move)
    return tuple(
        Line(name=name, voice=FILES, text=shell.inside(move, *part(move, number)), deadline=limit)
        for number in range(len(move.databases))
        for name, part in (("dump", shell.dump), ("restore", shell.restore))
    )


def sum_lines(move: DatabaseMove) -> tuple[Line, ...]:
    """Return the lines that add up both sides of each database, at the same time."""
    limit = copying_limit(move)
    return tuple(
        Line(name=name, voice=f"{side}/{database}", text=shell.summed(), deadline=limit, beside=side == "opening")
        for database in move.databases
        for side, name in (("leaving", "sum"), ("opening", "prove-same"))
    )


def _copied(move: DatabaseMove, attempt: int) -> tuple[Line, ...]:
    return (
        *_readable(move),
        *_snapshot(move),
        *copy_lines(move),
        *(
            replace(line, expected=Expect.SAME, wanted=("sum",)) if line.name == "prove-same" else line
            for line in sum_lines(move)
        ),
        *_still(move),
        *(
            Line(
                name="border",
                voice=f"opening/{name}",
                text=f"INSERT INTO {SCHEMA}.marker (n) VALUES ({attempt}) ON CONFLICT DO NOTHING;",
                deadline=move.limits.step,
            )
            for name in move.databases
        ),
    )


def _refuses(move: DatabaseMove, long: timedelta) -> bool:
    """Tell whether new clients are sent away at once: those that wait longer than the pooler lets them fail anyway."""
    known = move.copying or _UNTRIED
    return not known.shared or 0 < known.patience < (move.limits.frozen + long).total_seconds()


def _hold(move: DatabaseMove, *, refusing: bool) -> tuple[Line, ...]:
    shared = (move.copying or _UNTRIED).shared
    lines = [
        Line(
            name="refuse",
            voice=pgbouncer.CONSOLE,
            text=pgbouncer.refuse(name),
            deadline=move.limits.step,
            undo=pgbouncer.admit(name),
        )
        for name in move.databases
        if refusing
    ]
    lines += [
        Line(
            name="hold" if shared else "send-away",
            voice=pgbouncer.CONSOLE,
            text=pgbouncer.pause(name) if shared else pgbouncer.kill(name),
            deadline=move.limits.hold,
            undo=pgbouncer.resume(name),
            beside=bool(number),
        )
        for number, name in enumerate(move.databases)
    ]
    return tuple(lines)


def _admit(move: DatabaseMove) -> tuple[Line, ...]:
    return tuple(
        Line(name="admit", voice=pgbouncer.CONSOLE, text=pgbouncer.admit(name).text, deadline=move.limits.step)
        for name in move.databases
    )


def readable(move: DatabaseMove, database: str) -> str:
    """Return SQL that lets the follower read a database, also what was made since it was last said."""
    follower = ident(move.follower)
    grants = "\n".join(
        f"EXECUTE format('GRANT {what} SCHEMA %I TO {follower.replace(chr(39), chr(39) * 2)}', r.nspname);"
        for what in ("USAGE ON", "SELECT ON ALL TABLES IN", "SELECT ON ALL SEQUENCES IN")
    )
    return do(
        f"DECLARE r record; BEGIN FOR r IN SELECT n.nspname FROM pg_namespace n WHERE {_USER} OR n.nspname ="
        f" '{SCHEMA}' LOOP\n{grants}\nEND LOOP; GRANT CONNECT ON DATABASE {ident(database)} TO {follower}; END"
    )


def _readable(move: DatabaseMove) -> tuple[Line, ...]:
    return tuple(
        Line(name="readable", voice=f"leaving/{name}", text=readable(move, name), deadline=move.limits.step)
        for name in move.databases
    )


def _snapshot(move: DatabaseMove) -> tuple[Line, ...]:
    """Remember the next transaction and how many rows were ever written; before 15 the count arrives a little late."""
    text = (
        "SELECT pg_sleep(CASE WHEN current_setting('server_version_num')::int < 150000 THEN 1 ELSE 0 END);"
        f" SELECT set_config('migrate.next', {_NEXT}, false), set_config('migrate.writes', {_WRITES}, false);"
    )
    return tuple(
        Line(name="snapshot", voice=f"leaving/{name}", text=text, deadline=move.limits.step) for name in move.databases
    )


def _still(move: DatabaseMove) -> tuple[Line, ...]:
    """Prove that nobody wrote meanwhile: the server's own housekeeping takes transactions, but writes no user's row."""
    text = do(
        f"BEGIN IF {_NEXT} <> current_setting('migrate.next') AND {_WRITES} <> current_setting('migrate.writes')"
        " THEN RAISE EXCEPTION 'somebody has written to the side that is left'; END IF; END"
    )
    return tuple(
        Line(name="prove-still", voice=f"leaving/{name}", text=text, deadline=move.limits.step)
        for name in move.databases
    )


def written() -> str:
    """Return SQL that answers, by table, the rows of a database that were written since the target opened.

    A row's `xmin` is the transaction that wrote it as it is; our marker's was the last one before anybody could.
    """
    since = f"(SELECT age(xmin) FROM {SCHEMA}.marker ORDER BY n DESC LIMIT 1)"
    body = f"""DECLARE r record; told bigint; since int := {since}; found jsonb := '{{}}'; BEGIN
IF since IS NULL THEN RAISE EXCEPTION 'nothing says since when'; END IF;
FOR r IN SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND c.relpersistence IN ('p', 'u')
 AND {_USER}
 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') LOOP
  EXECUTE format('SELECT count(*) FROM ONLY %I.%I t WHERE age(t.xmin) < $1', r.nspname, r.relname)
    INTO told USING since;
  IF told > 0 THEN found := found || jsonb_build_object(r.nspname || '.' || r.relname, told); END IF;
END LOOP;
PERFORM set_config('migrate.written', found::text, false);
END"""
    return f"SET statement_timeout = 0; {do(body)} SELECT current_setting('migrate.written');"


def _accepted(move: DatabaseMove) -> tuple[Line, ...]:
    """Prove, now that nobody writes, that no more would be lost than was accepted."""
    total = (
        "(SELECT coalesce(sum(v::bigint), 0) FROM jsonb_each_text(current_setting('migrate.written')::jsonb) e(k, v))"
    )
    lines = []
    for number, name in enumerate(move.databases):
        most = move.lose[number] if move.lose else 0
        judge = do(
            f"BEGIN IF {total} > {most} THEN RAISE EXCEPTION 'more rows were written than accepted'; END IF; END"
        )
        text = f"{written()} {judge}"
        lines.append(Line(name="accepted", voice=f"leaving/{name}", text=text, deadline=move.limits.frozen))
    return tuple(lines)
