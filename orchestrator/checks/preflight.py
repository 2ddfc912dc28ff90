"""Preflight of a PostgreSQL move: what both sides said, judged. Pure; the questions are the mover's.

Each rule says what it speaks against: a method, or the move as a whole. A question that had no answer is unknown, and
unknown is never pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from orchestrator.model.move import AnyMove, DatabaseMove, Method
from orchestrator.model.result import CheckResult, CheckStatus

Facts = Mapping[str, object]
LOGICAL, PHYSICAL, DUMP = Method.LOGICAL, Method.PHYSICAL, Method.DUMP
EVERY = (LOGICAL, PHYSICAL, DUMP)
LOG_HOURS = 24
_EARLIEST = 100000  # what both sides are asked has other names before, and no rows follow
_BOUNDED = 130000  # since then what a slot keeps can be limited
_FULL_BYTES = 1 << 30  # a table without a key above this size costs a whole scan for each changed row


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check's result and the methods it speaks against; none: it is a warning."""

    result: CheckResult
    against: tuple[Method, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What was found out before anything was touched, and the method that follows from it.

    Attributes:
        move: with its roles and its method filled in.
        possible: whether there is a method, or the one a person wants can be.
        findings: everything that was found; a warning speaks against no method.
    """

    move: AnyMove
    possible: bool
    findings: tuple[Finding, ...]

    def against(self, method: Method) -> tuple[CheckResult, ...]:
        """Return what speaks against a method."""
        return tuple(finding.result for finding in self.findings if method in finding.against)


def preflight(
    move: DatabaseMove,
    source: Facts,
    target: Facts,
    *,
    override: Method | None = None,
    methods: tuple[Method, ...] = EVERY,
) -> Preflight:
    """Judge the facts and choose the method, of those that can be carried out."""
    findings = check(source, target)
    method = choose(findings, override, methods)
    roles = texts(source, "logins") if "logins" in source else move.roles
    move = replace(move, roles=roles, method=method or move.method)
    if method is PHYSICAL:
        move = replace(move, folder=str(target["folder"]))
    return Preflight(move=move, possible=method is not None, findings=findings)


Rule = Callable[[Facts, Facts], Iterator[Finding]]


def check(
    source: Facts, target: Facts, rules: Sequence[Rule] | None = None, methods: tuple[Method, ...] = EVERY
) -> tuple[Finding, ...]:
    """Return what every rule found, in the rules' order.

    Args:
        source: facts by name, as `tests/cases/preflight` has them; a missing one could not be asked.
        target: the same of the other side.
        rules: of the kind of move; PostgreSQL's when not given.
        methods: that a question without an answer speaks against.
    """
    if rules is None:
        return (*_check(source, target, _RULES, EVERY), *_check(source, target, _PHYSICAL_RULES, (PHYSICAL,)))
    return _check(source, target, rules, methods)


def _check(source: Facts, target: Facts, rules: Sequence[Rule], methods: tuple[Method, ...]) -> tuple[Finding, ...]:
    """Return what rules found; a fact that is missing speaks against these methods."""
    findings: list[Finding] = []
    for rule in rules:
        try:
            findings += rule(source, target)
        except KeyError as error:
            code = f"move.preflight.{rule.__name__.strip('_').replace('_', '-')}"
            result = CheckResult(code="move.preflight.unknown", status=CheckStatus.UNKNOWN, subject=code,
                                 values={"fact": str(error.args[0])})  # fmt: skip
            findings.append(Finding(result=result, against=methods))
    return tuple(findings)


def choose(
    findings: tuple[Finding, ...], override: Method | None = None, methods: tuple[Method, ...] = EVERY
) -> Method | None:
    """Return the best method that nothing speaks against, or the one a person wants; None where that cannot be."""
    against = {method for finding in findings for method in finding.against}
    for method in methods if override is None else (override,):
        if method not in against:
            return method
    return None


def finding(code: str, subject: str, *against: Method, **values: object) -> Finding:
    """Return a finding; without methods that it speaks against, a warning."""
    told = {name: str(value) for name, value in values.items()}
    result = CheckResult(code=f"move.preflight.{code}", status=CheckStatus.FAIL, subject=subject, values=told)
    return Finding(result=result, against=against)


def texts(facts: Facts, name: str) -> tuple[str, ...]:
    """Return a fact that is a list.

    Raises:
        KeyError: nobody told it.
    """
    value = facts[name]
    return tuple(str(each) for each in value) if isinstance(value, (list, tuple)) else ()


def number(facts: Facts, name: str) -> int:
    """Return a fact that is a number.

    Raises:
        KeyError: nobody told it.
    """
    return int(str(facts[name]))


def listed(code: str, fact: str, *against: Method) -> Callable[[Facts, Facts], Iterator[Finding]]:
    """Return a rule: each thing on the source's list of that name is a finding."""

    def rule(source: Facts, target: Facts) -> Iterator[Finding]:
        del target
        for subject in texts(source, fact):
            yield finding(code, subject, *against)

    rule.__name__ = code
    return rule


def _version(source: Facts, target: Facts) -> Iterator[Finding]:
    old, new = number(source, "version"), number(target, "version")
    told: dict[str, object] = {"source": old // 10000, "target": new // 10000}
    if old < _EARLIEST:
        yield finding("version-early", "", *EVERY, **told)
    if new // 10000 < old // 10000:
        yield finding("version-older", "", *EVERY, **told)
    if new // 10000 != old // 10000:
        yield finding("version-physical", "", PHYSICAL, **told)
    if source["architecture"] != target["architecture"]:
        yield finding("architecture", "", PHYSICAL, source=source["architecture"], target=target["architecture"])
    if source["glibc"] != target["glibc"]:
        yield finding("glibc", "", PHYSICAL, source=source["glibc"], target=target["glibc"])


def _replication(source: Facts, target: Facts) -> Iterator[Finding]:
    for name, facts in (("source", source), ("target", target)):
        if facts["wal_level"] != "logical":
            against = (LOGICAL, PHYSICAL) if facts["wal_level"] == "minimal" else (LOGICAL,)
            yield finding("wal-level", name, *against, wal_level=facts["wal_level"])
        for code in ("slots", "senders"):
            if number(facts, f"free_{code}") < 1:
                yield finding(f"no-{code}", name, LOGICAL, PHYSICAL)
    if number(target, "free_workers") < 2:
        yield finding("no-workers", "target", LOGICAL)


def _disk(source: Facts, target: Facts) -> Iterator[Finding]:
    needed, keep = number(source, "wal_bytes_hour") * LOG_HOURS, number(source, "wal_keep_bytes")
    kept = min(needed, keep) if keep >= 0 else needed
    if number(source, "free_bytes") < kept:
        yield finding("disk-wal", "source", LOGICAL, PHYSICAL, needed=kept, free=number(source, "free_bytes"))
    size = number(source, "database_bytes") * 3 // 2
    if number(target, "free_bytes") < size:
        yield finding("disk-target", "target", *EVERY, needed=size, free=number(target, "free_bytes"))


def _slot(source: Facts, target: Facts) -> Iterator[Finding]:
    """What a slot keeps while its follower is away: all of it until the disk is full, or less than a day's."""
    hour = number(source, "wal_bytes_hour")  # what is written on the source is written on the target afterwards
    for name, facts in (("source", source), ("target", target)):
        keep, free = number(facts, "wal_keep_bytes"), number(facts, "free_bytes")
        if keep < 0 or keep > free:
            yield finding("slot-unbounded", name, free=free, hours=free // hour if hour else "-")
        elif keep < hour * LOG_HOURS:
            yield finding("slot-short", name, keep=keep, hours=keep // hour)


def _keys(source: Facts, target: Facts) -> Iterator[Finding]:
    """A table without identity refuses UPDATE and DELETE on the *source* as soon as it is published."""
    del target
    tables = source["keyless"]
    for table in tables if isinstance(tables, (list, tuple)) else ():
        name, identity, changed, size = table["table"], table["identity"], int(table["changed"]), int(table["bytes"])
        if identity == "full":
            if table.get("generated"):
                yield finding("full-generated", name, LOGICAL)
            elif size > _FULL_BYTES and changed:
                yield finding("full-large", name, LOGICAL, bytes=size, changed=changed)
        elif changed:
            yield finding("no-key", name, LOGICAL, changed=changed)
        else:
            yield finding("no-key-yet", name)


def _extensions(source: Facts, target: Facts) -> Iterator[Finding]:
    available = target["extensions_available"]
    offered = available if isinstance(available, Mapping) else {}
    for text in texts(source, "extensions"):
        name, _, version = text.partition(" ")
        if name not in offered:
            yield finding("extension-missing", name, *EVERY, version=version)
        elif version not in offered[name]:
            yield finding("extension-version", name, version=version, offered=" ".join(offered[name]))


def _collations(source: Facts, target: Facts) -> Iterator[Finding]:
    offered = set(texts(target, "collations_available"))
    for name in texts(source, "collations"):
        if name not in offered:
            yield finding("collation-missing", name, *EVERY)


def _occupied(source: Facts, target: Facts) -> Iterator[Finding]:
    del source
    for name in texts(target, "occupied"):
        yield finding("occupied", name, *EVERY)


def _pooler(source: Facts, target: Facts) -> Iterator[Finding]:
    del target
    if source["pool_mode"] != "transaction":
        yield finding("pool-mode", "", LOGICAL, PHYSICAL, mode=source["pool_mode"])
    for name in texts(source, "unroutable"):
        yield finding("unroutable", name, *EVERY)


def _same_build(source: Facts, target: Facts) -> Iterator[Finding]:
    """Files are taken as they are: both servers must read them alike, and a slot must know an end."""
    version = number(source, "version")
    if version < _BOUNDED:
        yield finding("slot-endless", "source", PHYSICAL, version=version // 10000)
    if source["blocks"] != target["blocks"]:
        yield finding("block-size", "", PHYSICAL, source=source["blocks"], target=target["blocks"])
    offered = {_locale(name) for name in texts(target, "locales_available")}
    for name in texts(source, "locales"):
        if _locale(name) not in offered | {"c", "posix"}:
            yield finding("locale-missing", name, PHYSICAL)
    if target["checksums"] == "on" and source["checksums"] != "on":
        yield finding("checksums-lost", "target")


def _whole_cluster(source: Facts, target: Facts) -> Iterator[Finding]:
    """All databases of a cluster go together, and the target's own go away."""
    for name in texts(source, "other_databases"):
        yield finding("other-database", name, PHYSICAL)
    for name in texts(target, "holding"):
        yield finding("target-holds", name, PHYSICAL)
    if not str(target["folder"]).startswith("/"):
        raise KeyError("folder")


def _locale(name: str) -> str:
    # `C.UTF-8` and `C.utf8` are the same to the C library.
    return name.lower().replace("-", "")


_RULES: tuple[Callable[[Facts, Facts], Iterator[Finding]], ...] = (
    _version,
    _replication,
    _disk,
    _slot,
    _occupied,
    _keys,
    _extensions,
    _collations,
    _pooler,
    listed("large-objects", "large_objects", LOGICAL),
    listed("unlogged", "unlogged", LOGICAL, PHYSICAL),
    listed("superuser-application", "superuser_applications", *EVERY),
    listed("prepared-transaction", "prepared", LOGICAL, PHYSICAL),
    # Warnings: the move can be made, and a person must know.
    listed("materialised-view", "materialised_views"),
    listed("always-trigger", "always_triggers"),
    listed("event-trigger", "event_triggers"),
    listed("foreign-server", "foreign_servers"),
    listed("session-feature", "session_features"),
    listed("direct-client", "direct_clients"),
    listed("tablespace", "tablespaces", PHYSICAL),
    listed("own-replication", "own_replication"),
    listed("scheduled-job", "scheduled_jobs"),
)
# What speaks against a physical copy alone, also where it could not be asked.
_PHYSICAL_RULES: tuple[Rule, ...] = (_same_build, _whole_cluster)
