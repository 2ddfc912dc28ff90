"""Government websites: moved to a platform or closed, with proof and by their day."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.checks.audit.levels import check_unit_levels
from orchestrator.checks.audit.question import Question
from orchestrator.checks.audit.shares import check_levels, of_level, share, unplaced
from orchestrator.checks.audit.times import check_later
from orchestrator.model.figures import Exclusion, Finding, Ratio, finding
from orchestrator.model.site import Website, WebsiteKind, WebsiteState

_DONE = frozenset({WebsiteState.MOVED, WebsiteState.CLOSED})


def rate_websites(ask: Question) -> Iterator[Ratio]:
    """Yield the sites moved over those to be moved, and those closed with proof over those filed as closed.

    Sub-sites of a portal move with it: they are a population of their own, and never added to it.
    """
    sites = of_level(ask.census.websites, ask.level)
    others = {one.id: _outside(one) for one in sites if _outside(one)}
    nowhere = unplaced(ask.census.websites, ask.level)
    yield share(
        "website.moved",
        "website",
        (one for one in sites if one.id not in others),
        lambda one: one.state is WebsiteState.MOVED and _proven(ask, one),
        excluded=(*(Exclusion(id=id_, reason=f"audit.excluded.{why}") for id_, why in others.items()), *nowhere),
    )
    yield share(
        "website.closed",
        "website",
        (one for one in sites if one.state is WebsiteState.CLOSED),
        lambda one: _proven(ask, one),
        excluded=nowhere,
    )


def _outside(site: Website) -> str:
    if site.kind is WebsiteKind.SUBSITE:
        return "sub-site"
    return "website-closed" if site.state is WebsiteState.CLOSED else ""


def _proven(ask: Question, site: Website) -> bool:
    return site.done_on is not None and site.done_on <= ask.at and bool(site.evidence)


def check_websites(ask: Question) -> Iterator[Finding]:
    """Yield sites past their day, done without day or proof, and of which state and day contradict each other."""
    yield from check_levels(ask.census.websites, ask.level)
    yield from check_unit_levels(ask, ask.census.websites)
    sites = of_level(ask.census.websites, ask.level)
    yield from check_later(ask, "audit.website-later", sites, "done_on")
    for site in sites:
        done = site.state in _DONE
        if done and site.done_on is None:
            yield finding("audit.website-no-day", site.id)
        if done and not site.evidence:
            yield finding("audit.website-no-evidence", site.id)
        if not done and site.done_on is not None and site.done_on <= ask.known:
            yield finding("audit.website-two-states", site.id, day=site.done_on.isoformat())
        if not done and site.due is not None and site.due < ask.at:
            days = str((ask.at - site.due).days)
            yield finding("audit.website-overdue", site.id, day=site.due.isoformat(), days=days)
