"""10: would what takes the source away leave the replica? Another machine, another site, another city."""

from __future__ import annotations

from collections.abc import Mapping

from orchestrator.checks.replicas.verdict import verdict
from orchestrator.model.replica import Aspect, Away, Replica, Site
from orchestrator.model.result import CheckResult, CheckStatus


def check_independence(replica: Replica, sites: Mapping[str, Site], away: Away) -> CheckResult:
    """Return how far the replica is from its source, as the programme's sites say."""
    system, mine, other = replica.system, sites.get(replica.source.site), sites.get(replica.replica.site)
    if replica.source.reach.address == replica.replica.reach.address:
        address = replica.source.reach.address
        return verdict(Aspect.INDEPENDENCE, "same-machine", CheckStatus.FAIL, system, evidence=address)
    if mine is None or other is None:
        return verdict(Aspect.INDEPENDENCE, "no-site", CheckStatus.UNKNOWN, system, threshold=away)
    apart = _apart(mine, other)
    told = {"measured": apart or "-", "threshold": away, "evidence": f"{mine.name} → {other.name}"}
    if apart is None:
        return verdict(Aspect.INDEPENDENCE, "same-site", CheckStatus.FAIL, system, **told)
    if list(Away).index(apart) < list(Away).index(away):
        return verdict(Aspect.INDEPENDENCE, "too-near", CheckStatus.FAIL, system, **told)
    return verdict(Aspect.INDEPENDENCE, "away", CheckStatus.PASS, system, **told)


def _apart(one: Site, other: Site) -> Away | None:
    if one.province != other.province:
        return Away.PROVINCE
    if one.city != other.city:
        return Away.CITY
    return Away.SITE if one.name != other.name else None
