"""Makes a batch's plan and its checks from the list and from what the clouds say; shared by dry runs and runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from orchestrator.checks.credentials import check_credentials, expiring
from orchestrator.checks.readiness import check_batch
from orchestrator.errors import Locked, Refused
from orchestrator.model.canonical import digest
from orchestrator.model.cloud import CloudIdentity
from orchestrator.model.plan import BatchPlan, Mark, Reason
from orchestrator.model.programme import Programme
from orchestrator.model.result import CheckResult, CheckStatus, CloudView
from orchestrator.model.seen import Seen
from orchestrator.model.system import MigrationList
from orchestrator.planning.batches import plan_batch
from orchestrator.planning.specs import Roles
from orchestrator.ports import Cloud

# Opens clouds by their names and looks at them; one that does not answer is opened and has no view.
Look = Callable[[Collection[str]], tuple[Mapping[str, Cloud], Sequence[CloudView]]]

# Why a system is held that looks like a built one; see `renaming`.
LOOKS_RENAMED = "plan.looks-renamed"
# So much of a digest names a plan beyond doubt; a person may give the beginning of it.
SHORT_DIGEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A plan, its checks, and the clouds it was made against.

    Attributes:
        views: what those clouds said.
        seen: what was seen from outside of each system that is as planned by what they said; see `seeing`.
    """

    plan: BatchPlan
    checks: tuple[CheckResult, ...]
    clouds: Mapping[str, Cloud]
    views: tuple[CloudView, ...] = ()
    seen: Mapping[str, Seen] = field(default_factory=dict)

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
        return tuple(
            system.system
            for system in self.plan.systems
            if system.mark is Mark.HOLD and system.items and system.system not in self.fallen
        )

    @property
    def fallen(self) -> tuple[str, ...]:
        """Name the systems of the plan that were seen not to be as planned, though their clouds know of no change."""
        return self._seen(CheckStatus.FAIL, CheckStatus.ERROR)

    @property
    def unseen(self) -> tuple[str, ...]:
        """Name the systems of the plan that nobody could look at: they are as planned by the record alone."""
        return self._seen(CheckStatus.UNKNOWN)

    @property
    def renamed(self) -> tuple[str, ...]:
        """Name the systems that are held because they look like built ones whose id was changed on the list."""
        told = {each.system: {reason.code for reason in each.reasons} for each in self.plan.systems}
        return tuple(system for system, codes in told.items() if LOOKS_RENAMED in codes)

    def _seen(self, *status: CheckStatus) -> tuple[str, ...]:
        planned = (system.system for system in self.plan.systems)
        return tuple(system for system in planned if system in self.seen and self.seen[system].status in status)


def prepare(
    programme: Programme,
    listing: MigrationList,
    number: int,
    *,
    roles: Roles,
    look: Look | None = None,
    known: Mapping[str, CloudIdentity] = MappingProxyType({}),
    now: datetime | None = None,
) -> Prepared:
    """Return what the batch would do now; a cloud that does not answer stays unknown. Without `look`, offline.

    Only the clouds the plan speaks of are looked at: another cloud's outage is not this batch's affair. What one
    cloud says may bring in another, so they are asked until the plan speaks of none that was not.

    Args:
        programme: as `plan_batch` takes it, like the next three.
        listing: the migration list.
        number: the batch.
        roles: what configures each workload now.
        look: asks clouds; None asks none.
        known: the clouds that earlier runs named, by their names; they are meant where none is asked.
        now: what the end of a credential is judged by; None judges none.

    Raises:
        Refused: the programme has no such batch.
    """
    plan = plan_batch(programme, listing, number, None, roles=roles)
    if look is None:
        return Prepared(plan=_unasked(_naming(plan, known)), checks=check_batch(plan, None), clouds={})
    clouds: Mapping[str, Cloud] = {}
    views: tuple[CloudView, ...] = ()
    missing = _needed(plan)
    while True:
        more, seen = look(missing) if missing else ({}, ())
        clouds, views = {**clouds, **more}, (*views, *seen)
        plan = plan_batch(programme, listing, number, views, roles=roles)
        missing = _needed(plan) - set(clouds)
        if not missing:
            break
    checks = check_batch(plan, views)
    if now is not None:
        plan = replace(plan, notes=(*plan.notes, *expiring(views, now, plan.deadline)))
        checks = (*checks, *check_credentials(views, now))
    plan = _naming(plan, {view.cloud: view.identity for view in views if view.identity})
    return Prepared(plan=plan, checks=checks, clouds=clouds, views=views)


def _naming(plan: BatchPlan, identities: Mapping[str, CloudIdentity]) -> BatchPlan:
    """Return the plan with the clouds that it means, so that who approves it approves them too."""
    clouds = tuple(identities[name] for name in sorted(_needed(plan) & identities.keys()))
    return replace(plan, clouds=clouds, digest=digest([plan.digest, clouds])) if clouds else plan


def _unasked(plan: BatchPlan) -> BatchPlan:
    """Return a plan that no cloud was asked for, with a note on those of its clouds that no run has named yet.

    Only a cloud's own token says which project it is; until a run has kept that, the digest of the plan that names it
    is another one, and this one would approve any cloud of that name.
    """
    unnamed = sorted(_needed(plan) - {cloud.name for cloud in plan.clouds})
    note = Reason(code="plan.clouds-unnamed", values={"clouds": ", ".join(unnamed), "batch": str(plan.batch)})
    return replace(plan, notes=(*plan.notes, note)) if unnamed else plan


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
