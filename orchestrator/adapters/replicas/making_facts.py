"""Asks both machines what making a standby is judged by; changes nothing. What has no answer is left out: unknown."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import suppress
from pathlib import PurePosixPath

from orchestrator.adapters.movers.postgresql.access import SECONDS, admin, files
from orchestrator.adapters.movers.postgresql.observe import cluster_facts, machine_facts
from orchestrator.adapters.movers.postgresql.sql import literal
from orchestrator.adapters.replicas.seeding import Seed, place, runs, switch
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.standby import Make
from orchestrator.ports.move import Session, Sessions

MARK = "migrate dr prepare"  # what the role's comment says
_PROGRAMS = ("pg_basebackup", "pg_verifybackup", "pg_ctl", "postgres", "psql", "pg_isready")
# Of the source, beyond what every cluster is asked; each answers one JSON value.
_SOURCE = """SELECT jsonb_build_object(
 'recovery', pg_is_in_recovery(),
 'superuser', (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
 'identifier', (SELECT system_identifier::text FROM pg_control_system()),
 'ssl', current_setting('ssl') = 'on',
 'config', current_setting('config_file'),
 'hba', current_setting('hba_file'),
 'programs', (SELECT setting FROM pg_config WHERE name = 'BINDIR'),
 'size', (SELECT sum(pg_database_size(oid)) FROM pg_database),
 'slot', coalesce((SELECT CASE WHEN slot_type <> 'physical' THEN 'foreign' ELSE coalesce(wal_status, 'reserved') END
  FROM pg_replication_slots WHERE slot_name = {name}), 'absent'),
 'retained', (SELECT pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn()
  ELSE pg_current_wal_lsn() END, restart_lsn)::bigint FROM pg_replication_slots WHERE slot_name = {name}),
 'role', coalesce((SELECT CASE WHEN shobj_description(oid, 'pg_authid') = {mark} THEN 'ours' ELSE 'foreign' END
  FROM pg_roles WHERE rolname = {name}), 'absent'))"""


def source_facts(name: str, server: DatabaseServer, sessions: Sessions) -> dict[str, object]:
    """Return what the source and its machine answer; `silent`, with what was said, where they do not."""
    try:
        facts = cluster_facts(server, sessions)
        session = sessions.open(admin(server, "postgres"), seconds=SECONDS)
        told = json.loads(session.ask(_SOURCE.format(name=literal(name), mark=literal(MARK)), SECONDS))
        facts.update(told)
        shell = sessions.open(files(server), seconds=SECONDS)
        line = shlex.quote(f"# migrate {name} begins")
        facts["line"] = shell.ask(f"grep -cxF {line} {shlex.quote(str(told['hba']))} || :", SECONDS) == "1"
    except MigrateError as error:
        return {"silent": _said(error)}
    return facts


def place_facts(seed: Seed, make: Make, sessions: Sessions, version: int) -> dict[str, object]:
    """Return what the replica's machine answers.

    Args:
        seed: its `programs` are the source's; the place's own stand in the answer's.
        make: how it is made.
        sessions: to the machine.
        version: the source's, such as 150018; 0: nobody knows.
    """
    try:
        shell = sessions.open(files(seed.target), seconds=SECONDS)
        parent = str(PurePosixPath(seed.data).parent)
        facts = machine_facts(shell, parent)
        facts["data"], facts["switch"] = place(seed, sessions), switch(seed, sessions)
        facts["parent"] = shell.ask(f"[ -w {shlex.quote(parent)} ] && echo t || :", SECONDS) == "t"
        facts["folder"] = shell.ask(f"[ -e {shlex.quote(seed.work)} ] && echo t || :", SECONDS) == "t"
        facts["copied"] = int(shell.ask(f"du -sk {shlex.quote(seed.work)} 2>/dev/null | cut -f1", SECONDS) or 0) * 1024
        if make.config:
            facts["config"] = shell.ask(f"[ -r {shlex.quote(make.config)} ] && echo t || :", SECONDS) == "t"
        if version:
            facts.update(_programs(shell, seed, version // 10000))
    except MigrateError as error:
        return {"silent": _said(error)}
    return facts


def server_facts(seed: Seed, sessions: Sessions) -> dict[str, object]:
    """Return whether a server runs on the data, who else has its port, and how the source lets the role in."""
    facts: dict[str, object] = {"running": runs(seed, sessions)}
    shell = sessions.open(files(seed.target), seconds=SECONDS)
    folder, port = shlex.quote(seed.target.socket), seed.target.data_port
    facts["port"] = shell.ask(
        f"{shlex.quote(f'{seed.programs}/pg_isready')} -q -h {folder} -p {port} -t 5; echo $?", SECONDS
    )
    source = f"-h {shlex.quote(seed.source.address)} -p {seed.source.data_port}"
    facts["reach"] = shell.ask(f"{shlex.quote(f'{seed.programs}/pg_isready')} -q {source} -t 5; echo $?", SECONDS)
    facts["follows"] = followed(seed, sessions)
    if facts["running"] and facts["port"] == "0":
        with suppress(MigrateError):
            standby = sessions.open(admin(seed.target, "postgres"), seconds=SECONDS)
            facts["feeds"] = int(standby.ask("SELECT count(*) FROM pg_stat_replication;", SECONDS))
    return facts


def followed(seed: Seed, sessions: Sessions) -> str:
    """Return the identifier of the cluster that lets the role in to replicate, by its secret; empty: none does."""
    shell = sessions.open(files(seed.target), seconds=SECONDS)
    told = shlex.quote(f"{seed.following} replication=true")
    text = (
        f"{shlex.quote(f'{seed.programs}/psql')} -XAtqw -d {told} -c IDENTIFY_SYSTEM </dev/null 2>/dev/null | head -n 1"
    )
    found = re.match(r"(\d{1,20})\|", shell.ask(text, SECONDS))
    return found[1] if found else ""


def _programs(shell: Session, seed: Seed, major: int) -> dict[str, object]:
    """Return the first folder with programs of that version, and every version that was found."""
    folders = (
        seed.programs,
        f"/usr/lib/postgresql/{major}/bin",
        f"/usr/pgsql-{major}/bin",
        "/usr/local/pgsql/bin",
        "/usr/bin",
    )
    whole = " && ".join(f'[ -x "$d/{name}" ]' for name in _PROGRAMS)
    told = shell.ask(
        f'for d in {shlex.join(folders)}; do if {whole}; then echo "$d|$("$d/postgres" --version)"; fi; done', SECONDS
    )
    found: dict[str, str] = {}
    for line in told.splitlines():
        folder, _, text = line.partition("|")
        if version := re.search(r"\(PostgreSQL\) (\d{1,3})", text):
            found.setdefault(folder, version[1])
    mine = [folder for folder, version in found.items() if version == str(major)]
    return {"programs": mine[0] if mine else "", "versions": sorted(set(found.values()))}


def _said(error: MigrateError) -> str:
    return plain(str(error.values.get("said", error.code)), 200)
