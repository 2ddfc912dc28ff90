"""5: are the bytes those of the source, as read there now, whatever the tool that copied them says?"""

from __future__ import annotations

from orchestrator.checks.replicas.gtid import check_strangers
from orchestrator.checks.replicas.trees import damaged, unread
from orchestrator.checks.replicas.verdict import verdict
from orchestrator.model.observed import Cluster, Observed, Tree
from orchestrator.model.replica import Aspect
from orchestrator.model.result import CheckResult, CheckStatus

_SHOWN = 3


def check_content(seen: Observed, comparable: CheckResult, drilled: CheckResult) -> CheckResult:
    """Return what hashes say of files, and page checksums of a database.

    A standby's bytes are not read here: its content passes by a drill in time, in which it was opened and asked.
    """
    system = seen.replica.system
    source, target = seen.source.tree, seen.target.tree
    if source and target and source.entries and not target.entries:
        told = {"measured": 0, "threshold": len(source.entries), "evidence": "manifest"}
        return verdict(Aspect.CONTENT, "nothing", CheckStatus.FAIL, system, **told)
    if source and target and comparable.status is CheckStatus.PASS:
        return _trees(system, source, target)
    if seen.source.server and seen.target.server and comparable.status is CheckStatus.PASS:
        found = check_strangers(system, seen.source.server, seen.target.server)
        return found or verdict(Aspect.CONTENT, "not-compared", CheckStatus.UNKNOWN, system)
    if seen.target.cluster:
        return _pages(system, seen.target.cluster, drilled)
    return verdict(Aspect.CONTENT, "unseen", CheckStatus.UNKNOWN, system)


def _trees(system: str, source: Tree, target: Tree) -> CheckResult:
    wrong = damaged(source, target)
    both = source.entries.keys() & target.entries.keys()
    told = {"measured": len(wrong), "threshold": 0, "evidence": f"SHA-256 of {len(both)} entries"}
    if wrong:
        first = ", ".join(wrong[:_SHOWN])
        return verdict(Aspect.CONTENT, "damaged", CheckStatus.FAIL, system, first=first, **told)
    missed = unread(source, target)
    if missed:
        first = ", ".join(missed[:_SHOWN])
        told["measured"] = len(missed)
        return verdict(Aspect.CONTENT, "unread", CheckStatus.UNKNOWN, system, first=first, **told)
    return verdict(Aspect.CONTENT, "same", CheckStatus.PASS, system, **told)


def _pages(system: str, target: Cluster, drilled: CheckResult) -> CheckResult:
    told = {"measured": target.page_failures, "threshold": 0, "evidence": "pg_stat_database.checksum_failures"}
    if target.page_failures:
        return verdict(Aspect.CONTENT, "pages-damaged", CheckStatus.FAIL, system, **told)
    if not target.page_checksums:
        return verdict(Aspect.CONTENT, "no-checksums", CheckStatus.UNKNOWN, system, **told)
    if drilled.status is not CheckStatus.PASS:
        return verdict(Aspect.CONTENT, "not-read", CheckStatus.UNKNOWN, system, **told)
    return verdict(Aspect.CONTENT, "drilled", CheckStatus.PASS, system, **told, clock="checker")
