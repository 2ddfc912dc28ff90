"""Texts about a copy of a cluster that goes on by itself in a folder `$work`, also after whoever began it has gone."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

# A standby refuses to start with less of these than its source has.
AT_LEAST = (
    "max_connections", "max_worker_processes", "max_wal_senders", "max_prepared_transactions",
    "max_locks_per_transaction",
)  # fmt: skip
# A process is ours by the file that it runs.
RUNS = 'grep -aqF "$work/seed" "/proc/$(cat "$work/pid" 2>/dev/null)/cmdline" 2>/dev/null'
# Functions: `end` ends it with all that it started, `told` says what its programs said of a failure.
END = f"""end() {{
  if {RUNS}; then kill -TERM -- "-$(cat "$work/pid")"; fi
  n=0; while {RUNS} && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
}}"""
FAILING = """told() { grep -m 1 -iE "error|fatal" "$work/out" || tail -n 1 "$work/out"; }
trap 'if [ $? -ne 0 ]; then told >"$work/failed"; fi' EXIT"""


def begun(program: str) -> tuple[str, ...]:
    """Return texts that write a program down and begin it; at its end stands `$work/done` or `$work/failed`."""
    until = f'n=0; until {RUNS} || [ -e "$work/done" ] || [ -e "$work/failed" ] || [ $n -ge 100 ];'
    return (
        f'printf %s {shlex.quote(program)} >"$work/seed"',
        '(setsid sh "$work/seed" </dev/null >"$work/out" 2>&1 & echo $! >"$work/pid")',
        f"{until} do sleep 0.1; n=$((n + 1)); done",
    )


# Answers `done`, `running KIB`, `failed BASE64` or `none`.
STATE = (
    f'if {RUNS}; then echo "running $(du -sk "$work/new" 2>/dev/null | cut -f1)";'
    ' elif [ -e "$work/done" ]; then echo done;'
    ' elif [ -e "$work/failed" ]; then echo "failed $(head -c 300 "$work/failed" | base64 -w 0)";'
    " else echo none; fi"
)


def configured(settings: Mapping[str, str], auto: str) -> str:
    """Return a command that writes, to its standard output, a cluster's `postgresql.auto.conf` with these settings.

    Args:
        settings: by name; what the file says of them otherwise goes.
        auto: the file as the shell names it, quoted.
    """
    lines = "".join(f"{name} = '{_quoted(value)}'\n" for name, value in settings.items())
    names = "|".join(settings)
    return f"{{ sed -E '/^({names}) *=/d' {auto}; printf %s {shlex.quote(lines)}; }}"


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
