"""10: would what takes the source away leave the replica? Another machine, another site, another city."""

from __future__ import annotations

from collections.abc import Mapping

from orchestrator.checks.replicas.chains import needed_of
from orchestrator.checks.replicas.verdict import verdict
from orchestrator.model.copies import Stock
from orchestrator.model.observed import Observed
from orchestrator.model.replica import Aspect, Away, Replica, Site
from orchestrator.model.result import CheckResult, CheckStatus

_SHOWN = 3


def check_independence(replica: Replica, sites: Mapping[str, Site], away: Away) -> CheckResult:
    """Return how far the replica is from its source, as the programme's sites say."""
    system, mine, other = replica.system, sites.get(replica.source.site), sites.get(replica.replica.site)
    if replica.source.where == replica.replica.where:
        address = replica.source.where
        return verdict(Aspect.INDEPENDENCE, "same-machine", CheckStatus.FAIL, system, evidence=address)
    if mine is None or other is None:
        return verdict(Aspect.INDEPENDENCE, "no-site", CheckStatus.UNKNOWN, system, threshold=away)
    return _distance(system, mine, other, away)


def check_cloud(seen: Observed, sites: Mapping[str, Site], away: Away) -> CheckResult:
    """Return whether what leads to a copy is left when the source's cloud is gone, and how far away its bytes are.

    Whatever store holds the bytes, the record that says what they are is in the cloud that lists it.
    """
    system, ends = seen.replica.system, (seen.replica.source, seen.replica.replica)
    stocks = seen.source.stock, seen.target.stock
    same = stocks[0] is not None and stocks[1] is not None and stocks[0].cloud == stocks[1].cloud
    if ends[0].cloud == ends[1].cloud or same:
        evidence = f"{ends[0].cloud} = {ends[1].cloud}"
        if not ends[1].records:
            return verdict(Aspect.INDEPENDENCE, "record-at-source", CheckStatus.FAIL, system, evidence=evidence)
        needed, recorded = _needed(*stocks), stocks[1].recorded if stocks[1] else frozenset()
        if not needed:
            return verdict(Aspect.INDEPENDENCE, "unseen", CheckStatus.UNKNOWN, system, evidence=evidence)
        lacking = sorted(needed - recorded)
        if lacking:
            return verdict(
                Aspect.INDEPENDENCE, "unrecorded", CheckStatus.FAIL, system, measured=len(needed) - len(lacking),
                threshold=len(needed), evidence=ends[1].records, first=", ".join(lacking[:_SHOWN]),
            )  # fmt: skip
    mine, other = (sites.get(end.site) for end in ends)
    if mine is None or other is None:
        return verdict(Aspect.INDEPENDENCE, "no-site", CheckStatus.UNKNOWN, system, threshold=away)
    return _distance(system, mine, other, away)


def _needed(source: Stock | None, target: Stock | None) -> frozenset[str]:
    if source is None or target is None:
        return frozenset()
    return needed_of([each for each in target.backups if each.volume == source.volumes[0].id])


def _distance(system: str, mine: Site, other: Site, away: Away) -> CheckResult:
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
