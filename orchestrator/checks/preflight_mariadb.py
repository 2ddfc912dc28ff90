"""Preflight of a MariaDB move: what both sides said, judged. Pure; the questions are the mover's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from orchestrator.checks.preflight import (
    EVERY,
    LOG_HOURS,
    LOGICAL,
    Facts,
    Finding,
    Preflight,
    check,
    choose,
    finding,
    listed,
    number,
    texts,
)
from orchestrator.checks.preflight_proxy import route
from orchestrator.model.move import MariaMove, Method

_OLDEST = (10, 4)  # accounts can be locked


def preflight(
    move: MariaMove,
    source: Facts,
    target: Facts,
    *,
    override: Method | None = None,
    methods: tuple[Method, ...] = EVERY,
) -> Preflight:
    """Judge the facts and choose the method, of those that can be carried out."""
    findings = check(source, target, RULES)
    method = choose(findings, override, methods)
    roles = texts(source, "accounts") if "accounts" in source else move.roles
    return Preflight(
        move=replace(move, roles=roles, method=method or move.method), possible=method is not None, findings=findings
    )


def _version(source: Facts, target: Facts) -> Iterator[Finding]:
    for name, facts in (("source", source), ("target", target)):
        if "mariadb" not in str(facts["version"]).lower():
            yield finding("not-mariadb", name, *EVERY, version=facts["version"])
            return
    old, new = (_numbers(facts["version"]) for facts in (source, target))
    if min(old, new) < _OLDEST:
        yield finding("mariadb-old", "", LOGICAL, source=_shown(old), target=_shown(new))
    if new < old:
        yield finding("version-older", "", *EVERY, source=_shown(old), target=_shown(new))
    elif new != old:
        # A newer server's log is not for an older one: nobody could go back.
        yield finding("mariadb-back", "", LOGICAL, source=_shown(old), target=_shown(new))


def _log(source: Facts, target: Facts) -> Iterator[Finding]:
    for name, facts in (("source", source), ("target", target)):
        for setting in ("log_bin", "log_slave_updates", "gtid_strict_mode"):
            if number(facts, setting) != 1:
                yield finding("mariadb-setting", f"{name}: {setting}", LOGICAL, value=facts[setting], wanted="ON")
        for setting, wanted in (("binlog_format", "ROW"), ("binlog_row_image", "FULL")):
            if facts[setting] != wanted:
                yield finding("mariadb-setting", f"{name}: {setting}", LOGICAL, value=facts[setting], wanted=wanted)
    if number(source, "server_id") == number(target, "server_id"):
        yield finding("server-id", "", LOGICAL, value=source["server_id"])
    domains = {*texts(source, "domains"), str(source["gtid_domain_id"]), str(target["gtid_domain_id"])}
    if len(domains) > 1:
        yield finding("gtid-domains", "", LOGICAL, domains=" ".join(sorted(domains)))


def _alike(source: Facts, target: Facts) -> Iterator[Finding]:
    old, new = source["lower_case_table_names"], target["lower_case_table_names"]
    if old != new:
        yield finding("lower-case", "", *EVERY, source=old, target=new)
    for setting in ("sql_mode", "character_set_server", "time_zone"):
        if source[setting] != target[setting]:
            told = {"source": source[setting] or "-", "target": target[setting] or "-"}
            yield finding("mariadb-differs", setting, **told)
    if number(source, "time_zones") and not number(target, "time_zones"):
        yield finding("time-zones", "target")
    if texts(source, "events") and source["event_scheduler"] == "ON" and target["event_scheduler"] == "DISABLED":
        yield finding("events-disabled", "target", LOGICAL)


def _disk(source: Facts, target: Facts) -> Iterator[Finding]:
    needed = number(source, "log_bytes_hour") * LOG_HOURS
    if number(source, "free_bytes") < needed:
        yield finding("disk-binlog", "source", LOGICAL, needed=needed, free=number(source, "free_bytes"))
    size = number(source, "database_bytes") * 3 // 2
    if number(target, "free_bytes") < size:
        yield finding("disk-target", "target", *EVERY, needed=size, free=number(target, "free_bytes"))


def _sides(source: Facts, target: Facts) -> Iterator[Finding]:
    if number(source, "read_only"):
        yield finding("source-read-only", "source", *EVERY)
    if not target["dump_client"]:
        yield finding("no-dump-client", "target", *EVERY)
    for name in texts(target, "filled"):
        yield finding("target-not-empty", name, *EVERY)
    for name, facts in (("source", source), ("target", target)):
        for host in texts(facts, "replicates_from"):
            yield finding("replica-already", f"{name}: {host}", LOGICAL)
        for who in texts(facts, "prober_taken"):
            yield finding("prober-taken", f"{name}: {who}", LOGICAL)


def _encrypted(source: Facts, target: Facts) -> Iterator[Finding]:
    # Each is followed by the other in its turn.
    for name, facts in (("source", source), ("target", target)):
        if facts["have_ssl"] != "YES":
            yield finding("mariadb-plain", name, value=facts["have_ssl"])


def _proxy(source: Facts, target: Facts) -> Iterator[Finding]:
    del target
    declared, found = str(source["proxy_declared"]), texts(source, "proxy_maxconn")
    if found != (declared, declared):
        yield finding("proxy-maxconn", "", LOGICAL, declared=declared, found=" ".join(found) or "-")
    yield from route(source, LOGICAL)


def _numbers(version: object) -> tuple[int, int]:
    found = re.match(r"(\d+)\.(\d+)", str(version))
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _shown(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))


RULES: tuple[Callable[[Facts, Facts], Iterator[Finding]], ...] = (
    _version,
    _log,
    _alike,
    _disk,
    _sides,
    _encrypted,
    _proxy,
    listed("undeclared-database", "undeclared", LOGICAL),
    listed("absent-database", "absent", *EVERY),
    listed("not-transactional", "not_transactional", LOGICAL),
    listed("account-name", "unnamable", *EVERY),
    listed("old-secret", "old_secrets", *EVERY),
    listed("prepared-transaction", "prepared", LOGICAL),
    # Warnings: the move can be made, and a person must know.
    listed("keyless-slow", "keyless"),
    listed("unbound-account", "unbound"),
    listed("absent-definer", "absent_definers"),
    listed("event", "events"),
    listed("zero-date", "zero_dates"),
    listed("old-charset", "old_charset"),
    listed("short-row-format", "short_rows"),
    listed("direct-client-proxy", "direct_clients"),
)
