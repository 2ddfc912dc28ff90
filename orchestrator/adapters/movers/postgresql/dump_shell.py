"""What the target's shell is told: dump the source, restore it here, add it up; by the target's own, newer programs.

Everything runs as PostgreSQL's own user, in a folder beside the data folder. Nothing secret is said: the source is
asked as the follower, whose secret stands in a file that only that user reads.
"""

from __future__ import annotations

import shlex
from hashlib import sha256

from orchestrator.adapters.movers.postgresql.comparing import FIXED
from orchestrator.adapters.movers.postgresql.sql import SCHEMA, do
from orchestrator.adapters.sessions import FROZEN, OURS, conninfo
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.move import DatabaseMove

_JOBS = 4  # more seldom help one server; a small machine takes as many as it has processors
_RUNS = 'grep -aqF "$work/trial" "/proc/$(cat "$work/pid" 2>/dev/null)/cmdline" 2>/dev/null'
_LOCK = 10_000  # ms that the dump waits for a table's lock; nobody else should hold one
# What both sides are added up by: text that does not depend on the version. Before 12 a float's shortest form is
# unknown, so its digits are those that every version prints.
_PLAIN = f"{FIXED} SET extra_float_digits = 0; SET client_min_messages = error;"
_HASH = "coalesce(sum(('x' || substr(md5({text}), 1, 15))::bit(60)::bigint), 0)"
_USER = f"n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', '{SCHEMA}')"
_RELATIONS = f"""SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relkind AS kind FROM pg_class c
 JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'S') AND c.relpersistence IN ('p', 'u')
 AND ({_USER} OR n.nspname = '{SCHEMA}' AND c.relname = 'probe')
 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
 ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C\""""


def summed() -> str:
    """Return SQL that answers one word for all rows, sequences and large objects of a database, in whatever order."""
    row = _HASH.format(text="t::text")
    large = _HASH.format(text="oid::text || md5(lo_get(oid))")
    body = f"""DECLARE r record; told text; all_told text := ''; BEGIN
FOR r IN {_RELATIONS} LOOP
  IF r.kind = 'S' THEN EXECUTE 'SELECT concat(last_value, is_called) FROM ' || r.name INTO told;
  ELSE EXECUTE 'SELECT concat(count(*), ''/'', {row.replace("'", "''")}) FROM ONLY ' || r.name || ' t' INTO told;
  END IF;
  all_told := md5(concat(all_told, r.name, told));
END LOOP;
SELECT concat(count(*), '/', {large}) INTO told FROM pg_largeobject_metadata;
PERFORM set_config('migrate.summed', md5(concat(current_database(), all_told, told)), false);
END"""
    return f"{_PLAIN} {do(body)} SELECT current_setting('migrate.summed');"


def work(move: DatabaseMove) -> str:
    """Return the shell's word for our folder, once `inside` has found the data folder."""
    return f'"$(dirname "$data")/migrate-dump-{sha256(move.name.encode()).hexdigest()[:12]}"'


def inside(move: DatabaseMove, *parts: str) -> str:
    """Return commands that run one after the other while each succeeds, with `data`, `bin`, `work` and `jobs` set."""
    ask = f"LC_ALL=C psql -XAtqw -d {_local(move.target, 'postgres', OURS)} </dev/null -c"
    first = (
        f"data=$({ask} 'SHOW data_directory')",
        f"""bin=$({ask} "SELECT setting FROM pg_config WHERE name = 'BINDIR'")""",
        f"work={work(move)}",
        f'jobs=$(nproc) && {{ [ "$jobs" -le {_JOBS} ] || jobs={_JOBS}; }}',
        f'export LC_ALL=C PGPASSFILE="$data/{move.follower}.pass"',
    )
    return "(" + " && ".join((*first, *parts)) + ")"


def dump(move: DatabaseMove, number: int, *, mark: str = FROZEN) -> tuple[str, str, str]:
    """Return the commands that dump the database of that number, each table by itself, and our probe's rows."""
    database = move.databases[number]
    source = shlex.quote(_conninfo(
        host=move.source.address, port=str(move.source.data_port), user=move.follower, dbname=database,
        application_name=mark, connect_timeout="5", keepalives_idle="5", keepalives_interval="2", keepalives_count="3",
    ))  # fmt: skip
    return (
        f'mkdir -p "$work" && rm -rf "$work/{number}"',
        _told(
            f'"$bin/pg_dump" -w -Fd -j "$jobs" -Z 1 --no-sync --lock-wait-timeout={_LOCK} --no-publications'
            f' --no-subscriptions -N {SCHEMA} -f "$work/{number}" -d {source} </dev/null'
        ),
        _told(
            f"psql -XAtqw -v ON_ERROR_STOP=1 -d {source} -c 'COPY {SCHEMA}.probe TO STDOUT' </dev/null"
            f' >"$work/{number}.probe"'
        ),
    )


def restore(move: DatabaseMove, number: int, *, mark: str = FROZEN) -> tuple[str, str, str, str]:
    """Return the commands that restore it into its empty database, count for the planner, and clear the dump away."""
    database = _local(move.target, move.databases[number], mark)
    return (
        _told(
            f'"$bin/pg_restore" -w -j "$jobs" --exit-on-error --no-tablespaces -d {database} "$work/{number}"'
            " </dev/null >/dev/null"
        ),
        _told(
            f"psql -XAtqw -v ON_ERROR_STOP=1 -d {database} -c 'COPY {SCHEMA}.probe FROM STDIN'"
            f""" -c "SELECT setval('{SCHEMA}.probe_n_seq', max(n)) FROM {SCHEMA}.probe" """
            f'<"$work/{number}.probe" >/dev/null'
        ),
        # Without statistics the first queries of the day would scan whole tables.
        _told(f'"$bin/vacuumdb" -w -q -Z -j "$jobs" -d {database} </dev/null'),
        f'rm -rf "$work/{number}" "$work/{number}.probe"',
    )


def trial(move: DatabaseMove) -> str:
    """Return the program of a trial: everything once, with the seconds of each part written down at the end."""
    numbers = range(len(move.databases))
    copied = [command for number in numbers for command in dump(move, number, mark=OURS)]
    put = [command for number in numbers for command in restore(move, number, mark=OURS)]
    added = [
        _told(
            f"printf %s {shlex.quote(summed())} | psql -XAtqw -v ON_ERROR_STOP=1"
            f" -d {_local(move.target, name, OURS)} >/dev/null"
        )
        for name in move.databases
    ]
    parts = (*_clock("a"), *copied, *_clock("b"), *put, *_clock("c"), *added, *_clock("d"))
    done = 'echo "$a $b $c $d" >"$work/done.new" && mv -f "$work/done.new" "$work/done"'
    return f'{inside(move, *parts, done)} >"$0.out" 2>&1 || tail -n 1 "$0.out" >"${{0%/*}}/failed"\n'


def begin(move: DatabaseMove) -> str:
    """Return the command that begins a trial, which goes on by itself."""
    return inside(
        move,
        'rm -rf "$work" && mkdir -m 700 "$work"',
        f'printf %s {shlex.quote(trial(move))} >"$work/trial"',
        '{ (sh "$work/trial" </dev/null >/dev/null 2>&1 & echo $! >"$work/pid"); n=0;'
        # Until it is the program of that name: whoever looks next must not think that it has ended.
        f' until {_RUNS} || [ -f "$work/done" ] || [ -f "$work/failed" ] || [ $n -ge 100 ];'
        " do sleep 0.1; n=$((n + 1)); done; }",
    )


def state(move: DatabaseMove) -> str:
    """Return the command that answers `done` with four moments, `running`, `failed` with base64, or `none`."""
    return inside(
        move,
        # In this order: one that ends between two looks has written down how.
        f"if {_RUNS}; then echo running;"
        ' elif [ -f "$work/done" ]; then echo "done $(cat "$work/done")";'
        ' elif [ -f "$work/failed" ]; then echo "failed $(head -c 300 "$work/failed" | base64 -w 0)";'
        " else echo none; fi",
    )


def room(move: DatabaseMove) -> str:
    """Return the command that answers how many bytes are free beside the data folder."""
    return inside(move, """df -Pk "$(dirname "$data")" | awk 'NR == 2 { printf "%d", $4 * 1024 }'""")


def clear(move: DatabaseMove, *, everything: bool = False) -> str:
    """Return the command that takes dumps away; what a trial wrote down stays unless `everything` goes."""
    dumps = " ".join(f'"$work/{number}" "$work/{number}.probe"' for number in range(len(move.databases)))
    return inside(move, 'rm -rf "$work"' if everything else f"rm -rf {dumps}")


def _clock(name: str) -> tuple[str]:
    # Not the time of day, which may be set meanwhile.
    return (f"read -r {name} _ </proc/uptime",)


def _told(command: str) -> str:
    """Run a command so that of what it complains of one line is told: the rest may hold rows."""
    return f'{{ {command} 2>"$work/log" || {{ grep -m 1 -i error "$work/log"; false; }}; }}'


def _local(server: DatabaseServer, database: str, mark: str) -> str:
    return shlex.quote(_conninfo(
        host=server.socket, port=str(server.data_port), user=server.superuser, dbname=database, application_name=mark
    ))  # fmt: skip


def _conninfo(**where: str) -> str:
    return " ".join(f"{name}={conninfo(value)}" for name, value in where.items())
