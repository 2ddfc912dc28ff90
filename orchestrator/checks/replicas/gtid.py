"""What two MariaDB servers say of each other: whose replica it is, and what keeps it from following.

While a link is cut, both threads say `Yes` and the delay is 0 until a time-out of a minute: only what arrives proves
that something arrives. The heartbeat's row does; without one it is unknown whether an idle replica still follows.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.checks.replicas.verdict import Fault, continuity_of, span, unlike, verdict
from orchestrator.model.maria_replica import Feed, MariaServer, show
from orchestrator.model.observed import Observed
from orchestrator.model.replica import Aspect
from orchestrator.model.result import CheckResult, CheckStatus

_SHOWN = 3
_SLACK = 5.0  # seconds that a heartbeat may be late, beyond three intervals
_STATUS = "SHOW ALL SLAVES STATUS"
# Cause before effect.
_CAUSES = ("promoted", "stopped", "paused", "not-applying", "no-sender", "silent-source")
_AT_LEAST = frozenset({"max_allowed_packet", "max_connections"})


def check_origin(seen: Observed, source: MariaServer, target: MariaServer) -> CheckResult:
    """Return whether a server follows this source: by its id, by who is connected there, and by its transactions."""
    system, feed = seen.replica.system, target.feed_from(source)
    told: dict[str, object] = {"threshold": f"server {source.server}", "evidence": _STATUS}
    if feed is None:
        follows = next((each for each in target.feeds), None)
        if follows is None:
            return verdict(Aspect.IDENTITY, "unproved", CheckStatus.UNKNOWN, system, **told)
        told["measured"] = f"server {follows.server}, {follows.address}"
        return verdict(Aspect.IDENTITY, "another-server", CheckStatus.FAIL, system, **told)
    told["measured"] = f"server {feed.server}, {feed.address}"
    end = seen.replica.source
    here = (feed.address, feed.port) == (end.reach.address, end.port)
    # Ids are often 1 everywhere: who receives and is not connected to this source follows another one of that id.
    if not here and feed.receiving == "Yes" and target.server not in source.followers:
        return verdict(Aspect.IDENTITY, "another-server", CheckStatus.FAIL, system, **told)
    if not here and target.server not in source.followers:
        return verdict(Aspect.IDENTITY, "unproved", CheckStatus.UNKNOWN, system, **told)
    if source.written is None:
        return verdict(Aspect.IDENTITY, "no-log", CheckStatus.FAIL, system, **told)
    if source.feeds and source.read_only:
        return verdict(Aspect.IDENTITY, "source-is-standby", CheckStatus.FAIL, system, **told)
    return verdict(Aspect.IDENTITY, "same", CheckStatus.PASS, system, **told)


def check_following(seen: Observed, source: MariaServer | None, target: MariaServer) -> CheckResult:
    """Return what keeps a replica from following, cause before effect."""
    system = seen.replica.system
    feed = target.feed_from(source) if source else next(iter(target.feeds), None)
    faults = [] if source and feed is None and target.feeds else list(_own(feed))  # another's is told as whose it is
    if source is not None and feed is not None:
        faults += _common(seen, source, target, feed)
    if (fault := continuity_of(system, faults, _CAUSES)) is not None:
        return fault
    if source is None or feed is None:
        return verdict(Aspect.CONTINUITY, "unseen", CheckStatus.UNKNOWN, system)
    if seen.replica.heartbeat is None or not source.beat or not target.beat:
        return verdict(Aspect.CONTINUITY, "unproved", CheckStatus.UNKNOWN, system, evidence=_STATUS)
    return verdict(
        Aspect.CONTINUITY, "follows", CheckStatus.PASS, system,
        evidence=f"{show(target.applied)}, heartbeat {target.beat.n} of {source.beat.n}",
    )  # fmt: skip


def _own(feed: Feed | None) -> Iterator[Fault]:
    if feed is None:
        yield "promoted", {"evidence": _STATUS}
        return
    if feed.receiving != "Yes":
        yield "stopped", {"measured": feed.receiving, "said": feed.error or "-", "evidence": _STATUS}
    if feed.applying != "Yes":
        reason = "not-applying" if feed.error else "paused"
        measured = feed.error or f"Slave_SQL_Running: {feed.applying}"
        yield reason, {"measured": measured, "evidence": _STATUS}


def _common(seen: Observed, source: MariaServer, target: MariaServer, feed: Feed) -> Iterator[Fault]:
    if feed.receiving == "Yes" and target.server not in source.followers:
        yield "no-sender", {"evidence": "SHOW SLAVE HOSTS"}
    beat = seen.replica.heartbeat
    if beat and source.beat and target.beat:
        late = source.beat.ts - target.beat.ts - feed.delay
        limit = 3 * beat.every.total_seconds() + _SLACK
        if late > limit and feed.applying == "Yes":
            yield "silent-source", {
                "measured": span(late), "threshold": span(limit), "clock": "source", "evidence": "heartbeat",
            }  # fmt: skip


def check_strangers(system: str, source: MariaServer, target: MariaServer) -> CheckResult | None:
    """Return transactions that the replica has and its source never had: somebody wrote to it."""
    found = target.strangers(source)
    if not found:
        return None
    return verdict(
        Aspect.CONTENT, "strangers", CheckStatus.FAIL, system,
        measured=len(found), threshold=0, first=", ".join(found[:_SHOWN]), evidence="gtid_binlog_state",
    )  # fmt: skip


def differences(source: MariaServer, target: MariaServer) -> list[str]:
    """Return what would make a replica run otherwise than its source, or keep it from being whole."""
    found = [] if source.version == target.version else [f"version {source.version}/{target.version}"]
    found += [] if target.read_only else ["read_only -/0"]
    found += [f"{name} -" for feed in target.feeds for name in feed.filters]
    found += [f"Using_Gtid -/No {feed.name}".rstrip() for feed in target.feeds if not feed.gtid]
    return [
        *found,
        *(
            f"{name} {mine or '-'}/{other or '-'}"
            for name, mine, other in unlike(source.settings, target.settings, _AT_LEAST)
        ),
    ]


def encrypted(source: MariaServer, target: MariaServer) -> bool | None:
    """Tell whether what the replica receives is encrypted; None: nobody can tell.

    A replica that asks for TLS may get none from a source that offers none: only an account that is let in by TLS alone
    proves it.
    """
    feed = target.feed_from(source)
    if feed is None:
        return None
    if not feed.tls:
        return False
    return True if (source.demanding or {}).get(feed.user) else None
