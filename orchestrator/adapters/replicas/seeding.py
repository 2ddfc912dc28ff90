"""Makes a PostgreSQL standby's data: a base backup by itself, verified, then renamed into its place and marked as ours.

Whoever makes a standby calls this: also of an old primary that is to follow, once its data has been put aside. Nothing
is written over: the data folder is absent or empty, or it has our mark and nothing is left to do.
"""

from __future__ import annotations

import json
import shlex
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from orchestrator.adapters.movers.postgresql.access import SECONDS, admin, connecting, files
from orchestrator.adapters.movers.postgresql.background import AT_LEAST, END, FAILING, STATE, begun, configured
from orchestrator.adapters.movers.postgresql.sql import literal, names
from orchestrator.adapters.sessions import conninfo, plain
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.standby import Seeding
from orchestrator.ports.move import Sessions

MARK = "migrate_replica"  # the file in the data folder that tells whose it is
START, STOP = 3600, 600  # seconds; a standby replays what was written during its backup before it answers
# Of a data folder: what it is to us.
PLACE = f"""if [ -L "$data" ]; then echo link; elif [ ! -e "$data" ]; then echo absent; elif [ ! -d "$data" ]; then
 echo file; elif [ "$(cat "$data/{MARK}" 2>/dev/null)" = "$name" ]; then if [ -e "$data/standby.signal" ]; then
 echo ours; else echo promoted; fi; elif ! l=$(ls -A "$data" 2>/dev/null); then echo closed; elif [ -n "$l" ]; then
 echo foreign; elif mountpoint -q "$data"; then echo mount; else echo empty; fi"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A standby and what it is copied from.

    Attributes:
        name: of the slot and the role on the source, and the mark of the data.
        source: must let the role in, to replicate, from the target's machine.
        target: whose account runs the programs.
        data: the target's data folder.
        programs: the folder of the target's programs, of the source's version.
        tls: whether replication is encrypted.
        rate_kib: the most KiB a second; None: as fast as it goes.
        settings: what the standby's `postgresql.auto.conf` says beyond what makes it one.
        stale: folders beside the data that tell of an earlier copy, and go with it.
    """

    name: str
    source: DatabaseServer
    target: DatabaseServer
    data: str
    programs: str
    tls: bool
    rate_kib: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    stale: tuple[str, ...] = ()

    @property
    def work(self) -> str:
        """Our folder, beside the data and on its disk."""
        return str(PurePosixPath(self.data).parent / self.name.replace("_", "-"))

    @property
    def secret(self) -> str:
        """The file with the role's secret on the target's machine; its account's alone, and never in a copy."""
        return f"{self.work}/pass"

    @property
    def following(self) -> str:
        """How the standby connects to its source; holds no secret."""
        mode = "require" if self.tls else "disable"
        where = connecting(self.source, self.name, "postgres", self.secret)
        return f"{where} application_name={conninfo(self.name)} sslmode={conninfo(mode)}"


def place(seed: Seed, sessions: Sessions) -> str:
    """Return what the data folder is.

    `ours`, or `promoted` where it is and follows nobody any more; `absent`, `empty`; `foreign`, `closed`, `mount`,
    `link`, `file`: nothing that may be written into.
    """
    return asked(seed, sessions, PLACE)


def switch(seed: Seed, sessions: Sessions) -> str:
    """Return what a switch to this very copy is at: `held` while one goes on, `decided`, or empty."""
    return asked(seed, sessions, _switched(seed), 'echo "$switch"')


def ensure_slot(seed: Seed, sessions: Sessions) -> None:
    """Have the source keep its log for the standby from now on."""
    source = sessions.open(admin(seed.source, "postgres"), seconds=SECONDS)
    source.ask(
        f"SELECT 'SELECT pg_create_physical_replication_slot(' || quote_literal({literal(seed.name)}) || ', true)'"
        f" WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = {literal(seed.name)}) \\gexec\n;",
        SECONDS,
    )


def ensure_begun(seed: Seed, sessions: Sessions) -> None:
    """Begin the copy, or go on with one that was interrupted; it goes on by itself, and is not started at its end.

    The slot and the role are there, the secret is in its file, and `place` says absent or empty.
    """
    if seeding(seed, sessions).state in {"running", "placed"}:
        return
    source = sessions.open(admin(seed.source, "postgres"), seconds=SECONDS)
    question = f"SELECT jsonb_object_agg(name, setting::int) FROM pg_settings WHERE name IN ({names(AT_LEAST)});"
    least = {str(name): str(int(value)) for name, value in json.loads(source.ask(question, SECONDS)).items()}
    # What is whole and was not put into its place yet is put there; anything less is begun anew.
    anew = 'rm -f "$work/failed" "$work/done"; if [ ! -e "$work/new" ]; then rm -f "$work/whole"; fi'
    asked(seed, sessions, anew, *begun(_program(seed, least)))


def seeding(seed: Seed, sessions: Sessions) -> Seeding:
    """Tell how far the copy is."""
    word, _, told = asked(
        seed, sessions, f'if [ "$(cat "$data/{MARK}" 2>/dev/null)" = "$name" ]; then echo placed; else {STATE}; fi'
    ).partition(" ")
    if word == "failed":
        return Seeding(state="failed", said=plain(b64decode(told).decode(errors="replace")))
    source = sessions.open(admin(seed.source, "postgres"), seconds=SECONDS)
    whole = int(source.ask("SELECT sum(pg_database_size(oid)) FROM pg_database;", SECONDS))
    if word == "placed":
        return Seeding(state=word, done=whole, whole=whole)
    done = min(1024 * int(told), whole) if told.isdecimal() else 0
    return Seeding(state="running" if word == "running" else "none", done=done, whole=whole)


def runs(seed: Seed, sessions: Sessions) -> bool:
    """Tell whether a server runs on the data."""
    return asked(seed, sessions, 'if "$bin/pg_ctl" -D "$data" status >/dev/null 2>&1; then echo t; fi') == "t"


def start(seed: Seed, sessions: Sessions, config: str) -> None:
    """Start the standby by the server's own program; it answers once what was copied is whole."""
    own = f"-c config_file={shlex.quote(config)} -c data_directory={shlex.quote(seed.data)}" if config else ""
    options = f"-o {shlex.quote(own)}" if own else ""
    said = '{ tail -n 3 "$work/log" | grep -m 1 -E "FATAL|PANIC|ERROR" || tail -n 1 "$work/log"; false; }'
    asked(
        seed,
        sessions,
        'mkdir -p "$work"',  # somebody else may have made it
        f'LC_ALL=C "$bin/pg_ctl" -D "$data" -l "$work/log" {options} -w -t {START} start >/dev/null 2>&1 || {said}',
        seconds=START + SECONDS,
    )


def stop(seed: Seed, sessions: Sessions) -> None:
    """Stop the server on the data."""
    text = f'"$bin/pg_ctl" -D "$data" -m fast -w -t {STOP} stop >/dev/null'
    asked(seed, sessions, text, seconds=STOP + SECONDS)


def remove(seed: Seed, sessions: Sessions) -> None:
    """Take away the data, where it is ours, still follows and no switch to it goes on; looked at again right before."""
    ours = f'[ "$({PLACE})" = ours ]'
    aside = f'if {ours}; then [ -z "$switch" ]; mv "$data" "$work/old"; fi; rm -rf "$work/old"'
    asked(seed, sessions, 'mkdir -p "$work"', _switched(seed), aside, without_stale(seed), seconds=STOP)


def forget(seed: Seed, sessions: Sessions) -> None:
    """End a copy that is under way, and take our folder away."""
    asked(seed, sessions, END, 'if [ -e "$work" ]; then end; rm -rf "$work"; fi', seconds=STOP)


def following(seed: Seed) -> dict[str, str]:
    """Return the settings that make a server follow the source."""
    return {
        "primary_conninfo": seed.following,
        "primary_slot_name": seed.name,
        "hot_standby": "on",
        "wal_receiver_status_interval": "1s",
    }


def _program(seed: Seed, least: Mapping[str, str]) -> str:
    settings = {
        **seed.settings,
        **least,
        **following(seed),
    }
    rate = f" --max-rate={seed.rate_kib}" if seed.rate_kib else ""
    copy = f"-d {shlex.quote(seed.following)} -w -X stream -S {shlex.quote(seed.name)} -c fast"
    return f"""set -eu; umask 077; cd /; export LC_ALL=C
{_names(seed)}
{FAILING}
if [ ! -e "$work/whole" ]; then
  rm -rf "$work/new"
  "$bin/pg_basebackup" -D "$work/new" {copy} --manifest-checksums=SHA256{rate}
  "$bin/pg_verifybackup" -q "$work/new"
  {configured(settings, '"$work/new/postgresql.auto.conf"')} >"$work/auto"
  mv "$work/auto" "$work/new/postgresql.auto.conf"
  : >"$work/new/standby.signal"
  printf %s "$name" >"$work/new/{MARK}"
  sync "$work/new"
  : >"$work/whole"
fi
if [ -e "$data" ]; then rmdir "$data"; fi
{without_stale(seed)}
mv "$work/new" "$data"
: >"$work/done"
"""


def without_stale(seed: Seed) -> str:
    """Return the command that takes away what tells of an earlier copy."""
    folder = PurePosixPath(seed.data).parent
    return f"rm -rf -- {shlex.join(str(folder / name) for name in seed.stale)}" if seed.stale else ":"


def _switched(seed: Seed) -> str:
    """Return text that sets `switch`: whether a failover or a failback to this very copy goes on, or was decided."""
    folder = PurePosixPath(seed.data).parent
    paths = shlex.join(str(folder / name) for name in seed.stale)
    return f"""switch=; copy=$(stat -c %i:%W -- "$data/PG_VERSION" 2>/dev/null) || copy=none
for f in {paths}; do if [ -d "$f" ]; then if ! flock -n "$f" true; then switch=held
elif [ -e "$f/decision" ] && [ "$(cut -d ' ' -f 5 "$f/decision")" = "$copy" ]; then switch=decided; fi; fi; done"""


def _names(seed: Seed) -> str:
    told = {"data": seed.data, "work": seed.work, "name": seed.name, "bin": seed.programs}
    return " ".join(f"{name}={shlex.quote(value)}" for name, value in told.items())


def asked(seed: Seed, sessions: Sessions, *parts: str, seconds: float = SECONDS) -> str:
    """Have the target's account run commands one after the other, in a shell of their own, to the first that fails."""
    text = "\n".join(("set -eu; umask 077; cd /", _names(seed), *parts))
    shell = sessions.open(files(seed.target), seconds=SECONDS)
    return shell.ask(f"sh -c {shlex.quote(text)} </dev/null", seconds)
