"""What is done for a system, as a value: legs of steps that a person can read, a digest covers and the engine walks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import groupby


class Verb(StrEnum):
    """What a step does; the name of the handler and, where it is a playbook, of its task file."""

    PRECHECK = "precheck"
    PROBE_SOURCES = "probe_sources"
    ENSURE_ACCESS = "ensure_access"
    ENSURE_STORAGE = "ensure_storage"
    ENSURE_PORTS = "ensure_ports"
    ENSURE_SERVERS = "ensure_servers"
    ENSURE_ATTACHMENTS = "ensure_attachments"
    ENSURE_FLOATING_IPS = "ensure_floating_ips"
    AWAIT_GUESTS = "await_guests"
    CONFIGURE = "configure"
    VERIFY = "verify"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One sentence of a pipeline: do `verb`, within `timeout`.

    Attributes:
        place: where it stands in the literal tuple it comes from, counting also what this system does not need;
            so "from that step on" means the same in every leg.
    """

    verb: Verb
    timeout: timedelta
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """Steps with no wait between them.

    Attributes:
        cloud: of the part that they are about; empty for the whole system. Legs of clouds that follow each
            other go side by side.
    """

    name: str
    steps: tuple[Step, ...]
    cloud: str = ""


Pipeline = tuple[Leg, ...]


def stages(pipeline: Pipeline) -> Iterator[tuple[Leg, ...]]:
    """Yield the legs that begin together; the next begin when all of these have ended."""
    for on_clouds, found in groupby(pipeline, key=lambda leg: bool(leg.cloud)):
        legs = tuple(found)
        yield from [legs] if on_clouds else ((leg,) for leg in legs)


def verbs(pipeline: Iterable[Leg]) -> tuple[Verb, ...]:
    """Return every verb once, in the order of their places."""
    places = {step.verb: step.place for leg in pipeline for step in leg.steps}
    return tuple(sorted(places, key=places.__getitem__))
