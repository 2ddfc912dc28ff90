"""Makes a batch's plan and its checks from the list and from what the clouds say; shared by dry runs and runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from orchestrator.checks.readiness import check_batch
from orchestrator.cli.output import Shell
from orchestrator.cli.wiring import clouds_of, look, roles
from orchestrator.errors import Locked, Refused
from orchestrator.model.plan import BatchPlan, Mark
from orchestrator.model.programme import Programme
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.system import MigrationList
from orchestrator.planning.batches import plan_batch
from orchestrator.ports import Cloud, Evidence

# So much of a digest names a plan beyond doubt; a person may give the beginning of it.
SHORT_DIGEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A plan, its checks, and the clouds it was made against."""

    plan: BatchPlan
    checks: tuple[CheckResult, ...]
    clouds: Mapping[str, Cloud]

    @property
    def blocked(self) -> bool:
        """Tell whether a check forbids to run. Offline, what was not asked is unknown and is no fault yet."""
        told = {CheckStatus.PASS} if self.plan.observed else {CheckStatus.PASS, CheckStatus.UNKNOWN}
        return any(check.status not in told for check in self.checks)

    @property
    def pending(self) -> bool:
        """Tell whether anything is to create or to change."""
        return any(system.mark in {Mark.CREATE, Mark.CHANGE} for system in self.plan.systems)

    @property
    def obstructed(self) -> tuple[str, ...]:
        """Name the systems that a cloud object stands in the way of, such as a server that somebody switched off.

        A system held by its row or by a rule has no objects yet: that is the plan's business, this is a fault.
        """
        return tuple(system.system for system in self.plan.systems if system.mark is Mark.HOLD and system.items)


def prepare(
    shell: Shell,
    programme: Programme,
    listing: MigrationList,
    number: int,
    *,
    offline: bool = False,
    public_key: str = "",
    evidence: Evidence | None = None,
) -> Prepared:
    """Return what the batch would do now; a cloud that does not answer is told and stays unknown.

    Raises:
        Refused: the programme has no such batch.
    """
    plan = plan_batch(programme, listing, number, None, roles=roles())
    clouds: Mapping[str, Cloud] = {}
    if offline:
        return Prepared(plan=plan, checks=check_batch(plan, None), clouds=clouds)
    # Only the clouds the plan speaks of are asked: another cloud's outage is not this batch's affair.
    clouds = clouds_of(shell, programme, _needed(plan), public_key=public_key, evidence=evidence)
    views, errors = look(clouds, programme)
    plan = plan_batch(programme, listing, number, views, roles=roles())
    more = clouds_of(shell, programme, _needed(plan) - set(clouds), public_key=public_key, evidence=evidence)
    if more:
        found, failed = look(more, programme)
        views, errors, clouds = views + found, errors + failed, {**clouds, **more}
        plan = plan_batch(programme, listing, number, views, roles=roles())
    for error in errors:
        shell.tell_error(error)
    return Prepared(plan=plan, checks=check_batch(plan, views), clouds=clouds)


def require_digest(plan: BatchPlan, wanted: str) -> None:
    """Check that the plan is the one that was approved.

    Raises:
        Locked: `batch.stale-plan`.
    """
    asked = wanted.lower().removeprefix("sha256:")
    if wanted and not (len(asked) >= SHORT_DIGEST and plan.digest.startswith(asked)):
        raise Locked("batch.stale-plan", wanted=wanted, digest=plan.digest)


def only(plan: BatchPlan, systems: Sequence[str]) -> BatchPlan:
    """Return the plan with these systems alone; all of it when none is named.

    Raises:
        Refused: `batch.no-system`.
    """
    missing = sorted(set(systems) - {system.system for system in plan.systems})
    if missing:
        raise Refused("batch.no-system", batch=plan.batch, systems=", ".join(missing))
    chosen = tuple(system for system in plan.systems if not systems or system.system in systems)
    return replace(plan, systems=chosen)


def _needed(plan: BatchPlan) -> set[str]:
    parts = {part.cloud for system in plan.systems if system.spec for part in system.spec.parts}
    unseen = {
        reason.values["cloud"]
        for system in plan.systems
        for reason in system.reasons
        if reason.code == "plan.cloud-not-seen"
    }
    return parts | unseen
