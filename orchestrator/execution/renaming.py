"""Holds a system that looks like a built one under a new id: what is there already is never built twice in silence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from orchestrator.errors import Refused
from orchestrator.execution.prepare import LOOKS_RENAMED, Prepared
from orchestrator.model.plan import Mark, Reason, SystemPlan
from orchestrator.model.programme import Hold
from orchestrator.model.result import CloudView
from orchestrator.model.system import MigrationList
from orchestrator.planning.renaming import Built, Likeness, likenesses, marked, still_there

NOT_RENAMED = "plan.not-renamed"


def held_as_renamed(
    prepared: Prepared, listing: MigrationList, record: Callable[[], Iterable[Built]], others: Collection[str] = ()
) -> Prepared:
    """Return the plan with every system held that is to be made anew and looks like one built under another id.

    Args:
        prepared: a plan, and what its clouds said.
        listing: the migration list.
        record: what earlier runs of any batch built; only asked when anything is to be made anew.
        others: the systems of which a person says that they are others; those that look like nothing are no fault.

    Raises:
        Refused: `batch.no-system`: `others` names what the plan does not have.
    """
    plan = prepared.plan
    missing = sorted(set(others) - {system.system for system in plan.systems})
    if missing:
        raise Refused("batch.no-system", batch=plan.batch, systems=", ".join(missing))
    if not any(_anew(system) for system in plan.systems):
        return prepared
    found = renamed(listing, prepared.views, record)
    systems = tuple(_held(system, found, plan.batch, others) for system in plan.systems)
    return replace(prepared, plan=replace(plan, systems=systems))


def renamed(
    listing: MigrationList, views: Collection[CloudView], record: Callable[[], Iterable[Built]]
) -> Mapping[str, Likeness]:
    """Return, by its id, each system of the list that looks like a built one that is on it no more.

    Args:
        listing: the migration list.
        views: the clouds that were asked and answered; of any other cloud nobody knows what is there.
        record: as `held_as_renamed` takes it.
    """
    recorded = tuple(still_there(record(), views))
    slugs = {each.slug for each in recorded}
    return likenesses(listing, (*recorded, *(each for each in marked(views) if each.slug not in slugs)))


def _anew(system: SystemPlan) -> bool:
    return system.spec is not None and system.mark is Mark.CREATE


def _held(system: SystemPlan, found: Mapping[str, Likeness], batch: int, others: Collection[str]) -> SystemPlan:
    like = found.get(system.system)
    if like is None or not _anew(system):
        return system
    values = {"system": system.system, "former": like.former, "by": ", ".join(like.by), "batch": str(batch)}
    if system.system in others:
        return replace(system, reasons=(Reason(code=NOT_RENAMED, values=values), *system.reasons))
    reason = Reason(code=LOOKS_RENAMED, values=values)
    return replace(system, mark=Mark.HOLD, hold=Hold.BLOCK, items=(), spec=None, reasons=(reason, *system.reasons))
