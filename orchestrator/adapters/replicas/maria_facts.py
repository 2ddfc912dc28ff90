"""Asks both machines what making a MariaDB replica is judged by; changes nothing. What has no answer is left out."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import suppress
from pathlib import PurePosixPath

from orchestrator.adapters.movers.mariadb.sql import SECONDS, admin, files, literal
from orchestrator.adapters.movers.postgresql.observe import machine_facts
from orchestrator.adapters.replicas.maria_seeding import (
    CLIENT,
    FOLLOWED,
    PATH,
    SERVER,
    MariaSeed,
    answers,
    asked,
    place,
    runs,
)
from orchestrator.adapters.replicas.mariadb import SETTINGS, feed_of
from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.machines import DatabaseServer
from orchestrator.model.maria_replica import Feed
from orchestrator.model.standby import Make
from orchestrator.ports.move import Session, Sessions

# What is copied byte by byte is read by these; beside them stand those that a replica must agree in.
_BYTES = ("innodb_data_file_path", "innodb_undo_tablespaces")
_VALUE = re.compile(r"[A-Za-z0-9_,:;+/. -]*")  # of settings that are written into a file
_TOLD = ", ".join(f"'{name}', CAST(@@GLOBAL.{name} AS CHAR)" for name in (*SETTINGS, *_BYTES))
_OURS = "('mysql', 'information_schema', 'performance_schema', 'sys')"
_SOURCE = f"""SELECT JSON_OBJECT('version', @@GLOBAL.version, 'server', @@GLOBAL.server_id,
 'log_bin', @@GLOBAL.log_bin + 0, 'read_only', @@GLOBAL.read_only + 0, 'ssl', @@GLOBAL.have_ssl = 'YES',
 'folder', @@GLOBAL.datadir, 'kept', @@GLOBAL.binlog_expire_logs_seconds,
 'homes', CONCAT(COALESCE(@@GLOBAL.innodb_data_home_dir, ''), '|', COALESCE(@@GLOBAL.innodb_undo_directory, '')),
 'size', (SELECT CAST(SUM(file_size) AS INT) FROM information_schema.innodb_sys_tablespaces),
 'outside', (SELECT COUNT(*) FROM information_schema.innodb_sys_tablespaces
  WHERE filename NOT LIKE './%' AND filename NOT LIKE 'innodb_%' AND filename NOT LIKE 'ibdata%')
  + (@@GLOBAL.innodb_data_file_path LIKE '%/%'),
 'encrypted', (SELECT COUNT(*) FROM information_schema.innodb_tablespaces_encryption WHERE encryption_scheme <> 0),
 'galera', (SELECT COUNT(*) FROM information_schema.global_variables
  WHERE variable_name = 'WSREP_ON' AND variable_value = 'ON'),
 'plain', (SELECT COUNT(*) FROM information_schema.tables WHERE table_type = 'BASE TABLE'
  AND engine NOT IN ('InnoDB', 'SEQUENCE') AND table_schema NOT IN {_OURS}),
 'rights', (SELECT COUNT(*) FROM information_schema.user_privileges WHERE is_grantable = 'YES'
  AND grantee = CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')
  AND privilege_type IN ('CREATE USER', 'RELOAD', 'REPLICATION SLAVE', 'PROCESS', 'SELECT')),
 'role', (SELECT COUNT(*) FROM mysql.user WHERE user = {{name}}),
 'settings', JSON_OBJECT({_TOLD}));"""
_BACKUP = "mariadb-backup --version 2>&1 | sed -n 's/.*server \\([0-9.]*\\)-MariaDB.*/\\1/p'"
_VERSION = "sed -n 's/.*Ver \\([0-9.]*\\)-MariaDB.*/\\1/p'"
_PROGRAMS = (
    ("mariadbd", "mysqld"), ("mariadb", "mysql"), ("mariadb-dump", "mysqldump"),
    ("mariadb-install-db", "mysql_install_db"),
)  # fmt: skip


def source_facts(name: str, server: DatabaseServer, sessions: Sessions) -> dict[str, object]:
    """Return what the source and its machine answer; `silent`, with what was said, where they do not."""
    try:
        session = sessions.open(admin(server), seconds=SECONDS)
        facts: dict[str, object] = json.loads(session.ask(_SOURCE.format(name=literal(name)), SECONDS))
        facts["feeds"] = len(feeds(session))
        facts["role"] = "ours" if facts["role"] else "absent"  # the name has its hash: nobody else's is called so
        settings: dict[str, object] = json.loads(json.dumps(facts["settings"]))
        facts["odd"] = sorted(name for name, value in settings.items() if not _VALUE.fullmatch(str(value)))
        shell = sessions.open(files(server), seconds=SECONDS)
        facts.update(machine_facts(shell, str(facts["folder"])))
        facts["backup"] = shell.ask(f"({PATH}; {_BACKUP})", SECONDS)
        first = shlex.quote(f"{facts['folder']}/ibdata1")
        facts["readable"] = shell.ask(f"[ -r {first} ] && echo t || :", SECONDS) == "t"
    except MigrateError as error:
        return {"silent": _said(error)}
    return facts


def place_facts(seed: MariaSeed, make: Make, sessions: Sessions) -> dict[str, object]:
    """Return what the replica's machine answers; `silent`, with what was said, where it does not."""
    try:
        shell = sessions.open(files(seed.target), seconds=SECONDS)
        parent = str(PurePosixPath(seed.data).parent)
        facts = machine_facts(shell, parent)
        facts["data"] = place(seed, sessions)
        facts["parent"] = shell.ask(f"[ -w {shlex.quote(parent)} ] && echo t || :", SECONDS) == "t"
        facts["folder"] = shell.ask(f"[ -e {shlex.quote(seed.work)} ] && echo t || :", SECONDS) == "t"
        facts["copied"] = int(shell.ask(f"du -sk {shlex.quote(seed.work)} 2>/dev/null | cut -f1", SECONDS) or 0) * 1024
        owner = 'if [ "$(id -un)" = "$user" ] || { [ "$(id -u)" = 0 ] && id -u "$user" >/dev/null 2>&1; }'
        facts["user"] = asked(seed, sessions, f"{owner}; then echo t; fi") == "t"
        folder = shlex.quote(str(PurePosixPath(seed.target.socket).parent))
        able = 'w() { if [ "$(id -u)" = 0 ]; then su "$user" -s /bin/sh -c "$1"; else sh -c "$1"; fi; }'
        writes = f"if w {shlex.quote(f'[ -d {folder} ] && [ -w {folder} ]')} >/dev/null 2>&1; then echo t; fi"
        facts["socket"] = asked(seed, sessions, able, writes) == "t"
        if make.config:
            facts["config"] = shell.ask(f"[ -r {shlex.quote(make.config)} ] && echo t || :", SECONDS) == "t"
        missing = [f"command -v {new} || command -v {old} || echo missing {new}" for new, old in _PROGRAMS]
        told = asked(seed, sessions, PATH, *missing).splitlines()
        facts["missing"] = [line.partition(" ")[2] for line in told if line.startswith("missing ")]
        facts["version"] = asked(seed, sessions, PATH, SERVER, f'"$server" --no-defaults --version | {_VERSION}')
        facts["backup"] = asked(seed, sessions, PATH, f"if command -v mbstream >/dev/null; then {_BACKUP}; fi")
        if not facts["missing"]:
            facts.update(_server_facts(seed, sessions, data=str(facts["data"])))
    except MigrateError as error:
        return {"silent": _said(error)}
    return facts


def _server_facts(seed: MariaSeed, sessions: Sessions, *, data: str) -> dict[str, object]:
    """Return whether a server runs on the data and follows, who else has its port, and how the source lets us in."""
    facts: dict[str, object] = {"running": runs(seed, sessions)}
    here = (f"--host={seed.target.address}", f"--port={seed.target.data_port}", "--protocol=tcp")
    facts["port"] = answers(seed, sessions, f"--socket={seed.target.socket}") or answers(seed, sessions, *here)
    there = (f"--host={seed.source.address}", f"--port={seed.source.data_port}", "--protocol=tcp")
    facts["reach"] = answers(seed, sessions, *there)
    facts["follows"] = followed(seed, sessions)
    facts["following"] = False
    if data == "ours" and facts["running"]:
        del facts["following"]  # unknown, where it does not answer
        with suppress(MigrateError):
            facts.update(_following(seed, sessions))
    return facts


def _following(seed: MariaSeed, sessions: Sessions) -> dict[str, object]:
    session = sessions.open(admin(seed.target), seconds=SECONDS)
    found, before = feeds(session), followed_before(seed, sessions)
    facts: dict[str, object] = {"following": before and bool(found)}
    source = (seed.source.address, seed.source.data_port)
    facts["elsewhere"] = sorted(f"{one.address}:{one.port}" for one in found if (one.address, one.port) != source)
    facts["feeds"] = len(session.ask("SHOW SLAVE HOSTS;", SECONDS).splitlines())
    # Whoever made it write, or forget whom it followed, made a server of its own of it.
    if before and (not found or session.ask("SELECT @@GLOBAL.read_only + 0;", SECONDS) == "0"):
        facts["data"] = "promoted"
    return facts


def followed_before(seed: MariaSeed, sessions: Sessions) -> bool:
    """Tell whether the data was led to its source once."""
    return asked(seed, sessions, f'if [ -e "$data/{FOLLOWED}" ]; then echo t; fi') == "t"


def followed(seed: MariaSeed, sessions: Sessions) -> str:
    """Return the id of the server that lets the account in by its secret; empty: none does."""
    text = f'"$client" {seed.connecting} --connect-timeout=5 -BN -e "SELECT @@GLOBAL.server_id" 2>/dev/null || :'
    said = asked(seed, sessions, f"{PATH}; {CLIENT}", text)
    return said if re.fullmatch(r"\d{1,10}", said) else ""


def feeds(session: Session) -> tuple[Feed, ...]:
    """Return whom a server follows."""
    return tuple(feed_of(line) for line in session.ask("SHOW ALL SLAVES STATUS;", SECONDS).splitlines() if line)


def _said(error: MigrateError) -> str:
    return plain(str(error.values.get("said", error.code)), 200)
