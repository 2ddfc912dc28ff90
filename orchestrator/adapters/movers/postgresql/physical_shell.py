"""What the target's shell is told of a physical copy: a base backup beside its data, then one renamed into its place.

The target's own, empty cluster is put aside and never written to again, so that a drop gives back what there was. Each
step looks at what stands: a copy that was interrupted goes on where it was.
"""

from __future__ import annotations

import shlex
from hashlib import sha256
from pathlib import PurePosixPath

from orchestrator.adapters.movers.postgresql.access import connection, passfile
from orchestrator.adapters.movers.postgresql.background import END, FAILING, RUNS, STATE, begun, configured
from orchestrator.adapters.sessions import conninfo
from orchestrator.model.frozen import Voice
from orchestrator.model.move import DatabaseMove

_STOP, _START = 600, 3600  # seconds; a standby replays what was written during its backup before it answers


def root(move: DatabaseMove) -> Voice:
    """Return a shell of root on the target: a server that systemd has started is stopped and started by it."""
    return Voice(name=f"{move.target.name} root", reach=move.target.reach, account="root", program="sh")


def work(move: DatabaseMove) -> str:
    """Return our folder, beside the target's data folder and on its disk."""
    named = sha256(move.name.encode()).hexdigest()[:12]
    return str(PurePosixPath(move.folder).parent / f"migrate-physical-{named}")


def conninfo_of(move: DatabaseMove, slot: str) -> str:
    """Return how the target follows the source; holds no secret."""
    return f"{connection(move, move.source, 'postgres', move.folder)} application_name={conninfo(slot)}"


def ready(move: DatabaseMove, own: tuple[str, ...], program: str) -> str:
    """Return the command that makes our folder and writes down how the server is run; it must be running.

    Args:
        move: what moves.
        own: the server's configuration files, by path; those inside its data folder stay its own.
        program: the folder of the server's programs.
    """
    inside = [path.removeprefix(f"{move.folder}/") for path in own if path.startswith(f"{move.folder}/")]
    listed = shlex.quote("".join(f"{name}\n" for name in inside))
    return _script(
        move,
        'install -d -m 700 -o "$account" "$work"',
        f'printf %s {shlex.quote(program)} >"$work/bin"; printf %s {listed} >"$work/own"',
        'cp "$data/postmaster.opts" "$work/opts"',
        'pid=$(head -n 1 "$data/postmaster.pid")',
        r"""found=$(sed -n 's,.*/\(postgresql[A-Za-z0-9@._-]*\.service\)$,\1,p' "/proc/$pid/cgroup")""",
        'printf %s "$found" | head -n 1 >"$work/unit"',
        'chmod a+rx "$work"; chmod a+r "$work"/*',
    )


def begin(move: DatabaseMove, slot: str, least: dict[str, int], *, anew: bool) -> str:
    """Return the command that begins or goes on with a copy, which then goes on by itself.

    Args:
        move: what moves.
        slot: on the source, made already.
        least: what the server needs at least of some settings, by name.
        anew: what an earlier copy has left is not taken up; the target's data is replaced by a new one.
    """
    stale = '"$work/whole" "$work/new" "$work/done"' if anew else ""
    return _script(
        move,
        f'rm -rf "$work/failed" {stale}',
        *begun(_program(move, slot, least)),
    )


def state(move: DatabaseMove) -> str:
    """Return the command that answers `done`, `running BYTES`, `failed BASE64` or `none`."""
    return _script(move, STATE)


def restore(move: DatabaseMove) -> str:
    """Return the command that puts the target's own cluster back and takes the copy away."""
    return _script(
        move,
        _FUNCTIONS,
        'if [ -e "$work" ]; then end;'
        ' if [ -e "$work/before" ]; then down; rm -rf "$work/old";'
        ' if [ -e "$data" ]; then mv "$data" "$work/old"; fi; mv "$work/before" "$data"; fi;'
        ' if [ -e "$work/bin" ]; then up; fi; rm -rf "$work"; fi',
    )


def forget(move: DatabaseMove) -> str:
    """Return the command that takes what an opened target does not need any more: the empty cluster of before."""
    return _script(move, _FUNCTIONS, 'if [ -e "$work/bin" ]; then end; mend; fi; rm -rf "$work"')


def mend(move: DatabaseMove) -> str:
    """Return the command that has the server run, also after a copy that was interrupted while it took over."""
    return _script(move, _FUNCTIONS, f"if ! {RUNS}; then mend; fi")


_FUNCTIONS = f"""own() {{ runuser -u "$account" -- env LC_ALL=C "$@"; }}
if [ -e "$work/bin" ]; then bin=$(cat "$work/bin"); unit=$(cat "$work/unit"); fi
runs() {{ [ -e "$data" ] && own "$bin/pg_ctl" -D "$data" status >/dev/null; }}
down() {{
  if [ -n "$unit" ] && systemctl -q is-active "$unit"; then systemctl stop "$unit"; fi
  if runs; then own "$bin/pg_ctl" -D "$data" -m fast -w -t {_STOP} stop >/dev/null; fi
}}
up() {{
  if runs; then return 0; fi
  # `restart` takes the words that the server was started with before, from its own file.
  if [ -n "$unit" ]; then systemctl start "$unit";
  else own "$bin/pg_ctl" -D "$data" -l "$work.log" -w -t {_START} restart >/dev/null 2>&1; fi
  runs
}}
{END}
mend() {{
  if [ -e "$data" ]; then :
  elif [ -e "$work/whole" ] && [ -e "$work/new" ]; then mv "$work/new" "$data"
  elif [ -e "$work/old" ]; then mv "$work/old" "$data"
  elif [ -e "$work/before" ]; then mv "$work/before" "$data"
  fi
  up
}}"""


def _program(move: DatabaseMove, slot: str, least: dict[str, int]) -> str:
    told = conninfo_of(move, slot)
    settings = {
        "primary_conninfo": told,
        "primary_slot_name": slot,
        "hot_standby": "on",
        "wal_receiver_status_interval": "1s",
        **{name: str(value) for name, value in least.items()},
    }
    auto = configured(settings, '"$data/postgresql.auto.conf"')
    secret = shlex.quote(passfile(move, "").lstrip("/"))
    return f"""set -eu; umask 077; cd /
{_names(move)}
{FAILING}
{_FUNCTIONS}
if [ ! -e "$work/whole" ]; then
  rm -rf "$work/new"
  own "$bin/pg_basebackup" -D "$work/new" -d {shlex.quote(told)} -w -X stream -S {shlex.quote(slot)} -c fast
  while read -r name; do own cp -p "$data/$name" "$work/new/$name"; done <"$work/own"
  own cp -p "$data/"{secret} "$work/new/"{secret}
  {auto} >"$work/auto"
  chown "$account" "$work/auto"; mv "$work/auto" "$work/new/postgresql.auto.conf"
  install -m 600 -o "$account" "$work/opts" "$work/new/postmaster.opts"
  own touch "$work/new/standby.signal"
  sync "$work/new"
  : >"$work/whole"
fi
if [ -e "$work/new" ]; then
  if [ -e "$data" ]; then
    down
    if [ -e "$work/before" ]; then rm -rf "$work/old"; mv "$data" "$work/old"; else mv "$data" "$work/before"; fi
  fi
  mv "$work/new" "$data"
fi
up
rm -rf "$work/old"
: >"$work/done"
"""


def _names(move: DatabaseMove) -> str:
    told = {"data": move.folder, "work": work(move), "account": move.target.account, "bin": "", "unit": ""}
    return " ".join(f"{name}={shlex.quote(value)}" for name, value in told.items())


def _script(move: DatabaseMove, *parts: str) -> str:
    """Return commands that run one after the other, and end at the first that fails, in a shell of their own."""
    text = "\n".join(("set -eu; umask 077; cd /", _names(move), *parts))
    return f"sh -c {shlex.quote(text)} </dev/null"
