"""What a system looks like whose id was changed on the list: built already, and about to be built again. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from orchestrator.model.plan import Kind, SystemSpec
from orchestrator.model.result import CloudView
from orchestrator.model.system import MigrationList, Server
from orchestrator.planning.rules import servers_by_system
from orchestrator.planning.specs import server_slug, slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A system that the record of runs or a cloud's marks know.

    Attributes:
        system: its id; of one that only marks know its slug, which is all that they have.
        servers: slugs of its servers within it.
        sources: address and port of the machines it comes from; none of one that only marks know.
        clouds: where it has, or may have, objects.
    """

    system: str
    slug: str
    servers: frozenset[str]
    sources: frozenset[tuple[str, int]] = frozenset()
    clouds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A system of the list that looks like one that is on it no more, by these servers' ids and source addresses."""

    system: str
    former: str
    former_slug: str
    by: tuple[str, ...]


def built_of(spec: SystemSpec) -> Built:
    """Return what a specification that was run makes known of its system."""
    return Built(
        system=spec.system,
        slug=spec.slug,
        servers=frozenset(guest.host for part in spec.parts for guest in part.guests),
        sources=frozenset((source.address, source.port) for source in spec.sources),
        clouds=frozenset(part.cloud for part in spec.parts),
    )


def marked(views: Iterable[CloudView]) -> tuple[Built, ...]:
    """Return the systems that the marks on clouds know, by their servers."""
    servers, clouds = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for view in views:
        for seen in view.objects:
            if seen.kind == Kind.SERVER and seen.system:
                servers[seen.system].add(seen.key.partition("/")[0])
                clouds[seen.system].add(view.cloud)
    return tuple(
        Built(system=found, slug=found, servers=frozenset(servers[found]), clouds=frozenset(clouds[found]))
        for found in sorted(servers)
    )


def still_there(built: Iterable[Built], views: Collection[CloudView]) -> Iterator[Built]:
    """Give those of which anything may still be on a cloud: all, but those of which every cloud says that it has none.

    Args:
        built: systems that the record knows.
        views: the clouds that answered just now.
    """
    seen = {view.cloud for view in views}
    there = {each.system for view in views for each in view.objects}
    yield from (each for each in built if each.slug in there or not each.clouds <= seen)


def likenesses(listing: MigrationList, built: Iterable[Built]) -> dict[str, Likeness]:
    """Return, by its id, each system of the list that nobody built and that looks like a built one that is not on it.

    A server's id says it, which no other server of a list has; so does the address of the machine it comes from,
    unless several systems of the list come from there.
    """
    known, listed = list(built), {slug(system.id) for system in listing.systems}
    former = [each for each in known if each.slug not in listed]
    if not former:
        return {}
    servers = servers_by_system(listing)
    coming = defaultdict[tuple[str, int], set[str]](set)
    for system, own in servers.items():
        for server in own:
            coming[server.source_address, server.source_port].add(system)
    had = {each.slug for each in known}
    found: dict[str, Likeness] = {}
    for listed_system in listing.systems:
        own = servers.get(listed_system.id, ())
        for each in former if slug(listed_system.id) not in had else ():
            ids = [server.id for server in own if _same(server, each)]
            shared = [
                server.source_address
                for server in own
                if (server.source_address, server.source_port) in each.sources
                and len(coming[server.source_address, server.source_port]) == 1
            ]
            if ids or shared:
                found.setdefault(
                    listed_system.id,
                    Likeness(
                        system=listed_system.id,
                        former=each.system,
                        former_slug=each.slug,
                        by=tuple(dict.fromkeys((*ids, *shared))),
                    ),
                )
    return found


def _same(server: Server, built: Built) -> bool:
    """Tell whether a server has the id that one of a built system has: whole, or without the system's before it."""
    whole = slug(server.id)
    alone = whole in built.servers and whole == server_slug(server)
    return alone or whole in {f"{built.slug}-{each}" for each in built.servers}
