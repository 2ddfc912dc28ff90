"""The steps of a move, as literal tuples that can be read aloud; which handler does a step is not known here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from orchestrator.model.pipeline import Leg, Pipeline, Step, Verb
from orchestrator.model.plan import CloudPart, FloatingIpSpec, GuestSpec, ServerSpec, SystemSpec, VolumeSpec
from orchestrator.model.programme import Limits
from orchestrator.model.system import Workload

# A question, or a short series of API calls whose answers come at once.
CALLS = timedelta(minutes=5)


def provisioning(spec: SystemSpec, limits: Limits) -> Pipeline:
    """Return how a system comes to be: nothing of `before` writes, each part looks before it creates."""
    servers = timedelta(minutes=limits.server_minutes)
    playbook = timedelta(minutes=limits.playbook_minutes)
    before = (
        (True, Verb.PRECHECK, CALLS),
        (bool(spec.sources), Verb.PROBE_SOURCES, CALLS),
    )
    part: tuple[tuple[Callable[[CloudPart], bool], Verb, timedelta], ...] = (
        (always, Verb.ENSURE_ACCESS, CALLS),
        (has_volumes, Verb.ENSURE_STORAGE, servers),
        (always, Verb.ENSURE_PORTS, CALLS),
        (always, Verb.ENSURE_SERVERS, servers),
        (has_data_volumes, Verb.ENSURE_ATTACHMENTS, servers),
        (has_floating_ips, Verb.ENSURE_FLOATING_IPS, CALLS),
    )
    after = (
        (has_workload(spec), Verb.AWAIT_GUESTS, servers),
        (has_workload(spec), Verb.CONFIGURE, playbook),
        (True, Verb.VERIFY, CALLS),
        (True, Verb.RECORD, CALLS),
    )
    first, last = len(before), len(before) + len(part)
    return (
        _leg("before", before, 0),
        *(
            _leg("provision", [(holds(one), verb, timeout) for holds, verb, timeout in part], first, one.cloud)
            for one in spec.parts
        ),
        _leg("after", after, last),
    )


def always(_: object) -> bool:
    """Hold for every system and part."""
    return True


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


def _leg(name: str, offered: Sequence[tuple[bool, Verb, timedelta]], first: int, cloud: str = "") -> Leg:
    steps = (
        Step(verb=verb, timeout=timeout, place=place)
        for place, (wanted, verb, timeout) in enumerate(offered, start=first)
        if wanted
    )
    return Leg(name=name, steps=tuple(steps), cloud=cloud)
