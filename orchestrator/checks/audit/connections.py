"""Systems for the public that use the unified identity service, the service portal and the exchange platform."""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.checks.audit.question import Question
from orchestrator.checks.audit.shares import of_level, share, unplaced
from orchestrator.model.figures import MISSING, Exclusion, Finding, Ratio, finding
from orchestrator.model.system import Audience, Disposition, Status, System

_PUBLIC = frozenset({Audience.PUBLIC, Audience.ENTERPRISE})
_ENDED = frozenset({Status.RETIRED, Status.MERGED})
# What a system may be connected to → whether only those for the public have to be.
_TO = {"identity": True, "portal": True, "exchange": False}


def rate_connections(ask: Question) -> Iterator[Ratio]:
    """Yield the systems connected over those in use (for the two services: in use by the public).

    A system of which nobody says whether it is connected is in neither number, and shown beside it.
    """
    nowhere = unplaced(ask.census.listing.systems, ask.level)
    for name, public in _TO.items():
        systems = tuple(_in_use(ask, public=public))
        told = tuple(one for one in systems if getattr(one, name) is not None)
        silent = (one.id for one in systems if getattr(one, name) is None)
        missing = (Exclusion(id=id_, reason=MISSING, values={"unit": "system"}) for id_ in silent)
        yield share(
            f"connection.{name}",
            "system",
            told,
            lambda one, name=name: bool(getattr(one, name)),  # type: ignore[misc]
            excluded=(*missing, *nowhere),
        )


def _in_use(ask: Question, *, public: bool) -> Iterator[System]:
    for system in of_level(ask.census.listing.systems, ask.level):
        stays = system.status not in _ENDED and system.disposition not in {Disposition.RETIRE, Disposition.MERGE}
        if stays and not (public and system.audience.isdisjoint(_PUBLIC)):
            yield system


def check_connections(ask: Question) -> Iterator[Finding]:
    """Yield systems for the public that are connected to neither the identity service nor the portal by their row."""
    for system in _in_use(ask, public=True):
        for name in ("identity", "portal"):
            if getattr(system, name) is False:
                yield finding(f"audit.not-connected-{name}", system.id)
