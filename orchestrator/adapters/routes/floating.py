"""A floating IP as a route: the cloud is asked what it is associated with, and has it associated with the other port.

Its words are those of `adapters.openstack.floating_session`.
"""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from orchestrator.adapters.sessions import plain
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import Reach
from orchestrator.model.routes import FloatingRoute, FloatingSeen
from orchestrator.ports.move import Sessions

PROGRAM = "neutron"
SECONDS = 30.0
_SEEN = TypeAdapter(FloatingSeen)


def voice(route: FloatingRoute) -> Voice:
    """Return who speaks to the cloud of the address."""
    return Voice(
        name=route.address,
        reach=Reach(address=route.address),
        account=route.clouds,
        program=PROGRAM,
        role=route.cloud,
    )


def lead(route: FloatingRoute, *, back: bool) -> str:
    """Return the text that associates the address with the port of the side that opens."""
    leaving, opening = route.ends(back=back)
    return " ".join(("lead", route.address, *opening, *leaving))


def seen(route: FloatingRoute, sessions: Sessions) -> FloatingSeen:
    """Return what the cloud says of the address; one that does not answer has a fault."""
    try:
        session = sessions.open(voice(route), seconds=SECONDS)
        try:
            return _SEEN.validate_json(session.ask(f"look {route.address} {route.target}", SECONDS))
        finally:
            session.close()
    except (MigrateError, ValidationError) as error:
        said = str(error.values.get("said", "")) if isinstance(error, MigrateError) else ""
        return FloatingSeen(fault=plain(said, 120) or getattr(error, "code", "?"))
