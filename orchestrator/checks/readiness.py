"""Whether a batch may start: nothing on the list that may not be there, everything offered, and all of it fits.

What could not be seen is unknown, and unknown is never pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from orchestrator.checks.offered import check_offers
from orchestrator.model.plan import BatchPlan, QuotaLine
from orchestrator.model.programme import Hold
from orchestrator.model.result import CheckResult, CheckStatus, CloudView


def check_batch(plan: BatchPlan, views: Sequence[CloudView] | None) -> tuple[CheckResult, ...]:
    """Return every verdict on a batch; it may start only if all of them pass.

    Args:
        plan: the batch as it would run now.
        views: the clouds the plan was made against; None when nothing was asked, so nothing can pass.
    """
    return (
        *_check_list(plan),
        *_check_clouds(plan, views),
        *check_offers(plan, views or ()),
        *_check_quotas(plan.quotas, {view.cloud for view in views or ()}),
    )


def blocking(checks: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
    """Return the verdicts that forbid acting: everything but pass."""
    return tuple(check for check in checks if check.status is not CheckStatus.PASS)


def _check_list(plan: BatchPlan) -> Iterator[CheckResult]:
    if plan.excluded_count:
        # Rule P0: such a system is counted and never named.
        values = {"count": str(plan.excluded_count)}
        yield CheckResult(code="plan.classified-on-list", status=CheckStatus.FAIL, values=values)
    refused = [system for system in plan.systems if system.hold is Hold.REFUSE]
    for system in refused:
        codes = ", ".join(dict.fromkeys(reason.code for reason in system.reasons))
        yield CheckResult(
            code="plan.system-refused", status=CheckStatus.FAIL, subject=system.system, values={"reasons": codes}
        )
    if not plan.excluded_count and not refused:
        yield CheckResult(code="plan.list-agrees", status=CheckStatus.PASS)


def _check_clouds(plan: BatchPlan, views: Sequence[CloudView] | None) -> Iterator[CheckResult]:
    needed = {part.cloud for system in plan.systems if system.spec for part in system.spec.parts}
    unseen = {
        reason.values["cloud"]
        for system in plan.systems
        for reason in system.reasons
        if reason.code == "plan.cloud-not-seen"
    }
    seen = {view.cloud for view in views or ()}
    for cloud in sorted(needed | unseen):
        status = CheckStatus.PASS if cloud in seen else CheckStatus.UNKNOWN
        yield CheckResult(code="plan.cloud-seen", status=status, subject=cloud)


def _check_quotas(quotas: Iterable[QuotaLine], seen: set[str]) -> Iterator[CheckResult]:
    for line in quotas:
        if not line.needed or line.cloud not in seen:
            continue  # nothing is asked for, or the whole cloud is unknown and said to be so
        if line.network and (line.limit is None or line.used is None):
            continue  # told beside the plan, see `planning.addresses`
        if line.limit is None or line.used is None:
            status = CheckStatus.UNKNOWN
        else:
            status = CheckStatus.FAIL if line.missing else CheckStatus.PASS
        values = {
            "cloud": line.cloud,
            "resource": line.resource,
            "used": "" if line.used is None else str(line.used),
            "needed": str(line.needed),
            "limit": "" if line.limit is None else str(line.limit),
            "missing": str(line.missing),
        }
        if line.network:
            values["network"] = line.network
        code = "plan.addresses" if line.network else "plan.quota"
        yield CheckResult(code=code, status=status, subject=line.cloud, values=values)
