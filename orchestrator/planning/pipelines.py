"""The steps of a move, in literal tuples that can be read aloud; which handler does a step is not known here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeVar

from orchestrator.model.plan import CloudPart, FloatingIpSpec, GuestSpec, ServerSpec, Step, SystemSpec, Verb, VolumeSpec
from orchestrator.model.programme import Limits
from orchestrator.model.system import Workload

T = TypeVar("T")

# A question, or a short series of API calls whose answers come at once.
CALLS = timedelta(minutes=5)


def before(spec: SystemSpec) -> tuple[Step, ...]:
    """Return what is done before anything is created. Nothing here writes."""
    return _chosen(
        spec,
        (always, _step(Verb.PRECHECK, CALLS)),
        (has_sources, _step(Verb.PROBE_SOURCES, CALLS)),
    )


def provision(part: CloudPart, limits: Limits) -> tuple[Step, ...]:
    """Return how one cloud part comes to be; every step looks before it creates."""
    servers = timedelta(minutes=limits.server_minutes)
    return _chosen(
        part,
        (always, _step(Verb.ENSURE_ACCESS, CALLS)),
        (has_volumes, _step(Verb.ENSURE_STORAGE, servers)),
        (always, _step(Verb.ENSURE_PORTS, CALLS)),
        (always, _step(Verb.ENSURE_SERVERS, servers)),
        (has_data_volumes, _step(Verb.ENSURE_ATTACHMENTS, servers)),
        (has_floating_ips, _step(Verb.ENSURE_FLOATING_IPS, CALLS)),
    )


def after(spec: SystemSpec, limits: Limits) -> tuple[Step, ...]:
    """Return how a provisioned system is configured, verified and put on record."""
    servers = timedelta(minutes=limits.server_minutes)
    return _chosen(
        spec,
        (has_workload, _step(Verb.AWAIT_GUESTS, servers)),
        (has_workload, _step(Verb.CONFIGURE, timedelta(minutes=limits.playbook_minutes))),
        (always, _step(Verb.VERIFY, CALLS)),
        (always, _step(Verb.RECORD, CALLS)),
    )


def always(_: object) -> bool:
    """Hold for every system and part."""
    return True


def has_sources(spec: SystemSpec) -> bool:
    """Tell whether the system comes from machines that can be looked at."""
    return bool(spec.sources)


def has_volumes(part: CloudPart) -> bool:
    """Tell whether a server of the part has a volume, to boot from or for data."""
    return any(isinstance(item, VolumeSpec) for item in part.objects)


def has_data_volumes(part: CloudPart) -> bool:
    """Tell whether a server of the part has a volume that is attached once it runs."""
    return any(item.volumes for item in part.objects if isinstance(item, ServerSpec))


def has_floating_ips(part: CloudPart) -> bool:
    """Tell whether the part's zone gives its servers floating IPs."""
    return any(isinstance(item, FloatingIpSpec) for item in part.objects)


def has_workload(spec: SystemSpec) -> bool:
    """Tell whether a server of the system is configured by us."""
    return any(is_configured(guest) for part in spec.parts for guest in part.guests)


def is_configured(guest: GuestSpec) -> bool:
    """Tell whether we install something; a bare server (仅资源) is its vendor's, and we never log in to it."""
    return guest.workload is not Workload.NONE


def verbs(spec: SystemSpec, limits: Limits) -> tuple[Verb, ...]:
    """Return the verbs of the whole move once each, in the order of their steps."""
    steps = [*before(spec), *(step for part in spec.parts for step in provision(part, limits)), *after(spec, limits)]
    wanted = {step.verb for step in steps}
    return tuple(verb for verb in Verb if verb in wanted)


def _step(verb: Verb, timeout: timedelta) -> Step:
    return Step(verb=verb, timeout=timeout, reason=f"step.{verb}.reason")


def _chosen(subject: T, *offered: tuple[Callable[[T], bool], Step]) -> tuple[Step, ...]:
    pairs: Iterable[tuple[Callable[[T], bool], Step]] = offered
    return tuple(step for holds, step in pairs if holds(subject))
