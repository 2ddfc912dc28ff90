"""The DNS as a route: a name's one address is changed at the server that takes changes, and every server is asked.

A change names what it expects to find (RFC 2136, 2.4.2), so what somebody else changed meanwhile is never written over,
and it can be said twice. Its words are those of `adapters.routes.name_session`.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import Reach
from orchestrator.model.routes import DnsRoute, NameSeen
from orchestrator.ports.move import Sessions

PROGRAM = "dns"
SECONDS = 10.0
_SEEN = TypeAdapter(NameSeen)


def voice(route: DnsRoute, server: str = "") -> Voice:
    """Return who speaks to a server of the zone, the one that takes changes where none is named."""
    server = server or route.servers[0]
    return Voice(
        name=f"{route.name}@{server}",
        reach=Reach(address=server, port=route.port),
        account=route.key,
        program=PROGRAM,
        role=route.zone,
    )


def lead(route: DnsRoute, *, back: bool) -> str:
    """Return the text that leads the name to the side that opens."""
    leaving, opening = route.addresses(back=back)
    return f"lead {route.name} {opening} {route.ttl} {leaving}"


def keep(route: DnsRoute, ttl: int) -> str:
    """Return the text that gives the name another TTL, whichever of the two sides it leads to."""
    return f"keep {route.name} {ttl} {route.source} {route.target}"


def seen(route: DnsRoute, sessions: Sessions) -> tuple[NameSeen, ...]:
    """Return what each server says of the name; one that does not answer has a fault."""
    return tuple(_seen(route, server, sessions) for server in route.servers)


def unusable(route: DnsRoute, sessions: Sessions) -> str:
    """Return why the route's key cannot be used here; empty where it can be read. Nothing is asked of anybody."""
    session = sessions.open(voice(route), seconds=SECONDS)
    try:
        session.ask("key", SECONDS)
    except MigrateError as error:
        return plain(str(error.values.get("reason", error.code)), 120)
    finally:
        session.close()
    return ""


def led_to(found: Sequence[NameSeen], address: str) -> bool:
    """Tell whether every server has that address for the name and nothing else."""
    return all(not each.fault and not each.alias and each.addresses == (address,) for each in found)


def _seen(route: DnsRoute, server: str, sessions: Sessions) -> NameSeen:
    try:
        session = sessions.open(voice(route, server), seconds=SECONDS)
        try:
            return _SEEN.validate_json(session.ask(f"look {route.name} {route.source}", SECONDS))
        finally:
            session.close()
    except (MigrateError, ValidationError) as error:
        said = str(error.values.get("said", "")) if isinstance(error, MigrateError) else ""
        return NameSeen(server=server, fault=plain(said, 80) or getattr(error, "code", "?"))
