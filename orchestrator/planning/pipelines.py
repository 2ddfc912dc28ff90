"""The steps of a move, as literal tuples that can be read aloud; which handler does a step is not known here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

from orchestrator.model.pipeline import Leg, Pipeline, Step, Verb
from orchestrator.model.plan import CloudPart, FloatingIpSpec, GuestSpec, ServerSpec, SystemSpec, VolumeSpec
from orchestrator.model.programme import Limits
from orchestrator.model.system import Workload

# A question, or a short series of API calls whose answers come at once.
CALLS = timedelta(minutes=5)


def provisioning(spec: SystemSpec, limits: Limits) -> Pipeline:
    """Return how a system comes to be: nothing of `before` writes, each part looks before it creates."""
    parts = tuple((one.cloud, has_volumes(one), has_data_volumes(one), has_floating_ips(one)) for one in spec.parts)
    return _provisioning(
        parts, limits.server_minutes, limits.playbook_minutes, sources=bool(spec.sources), workload=has_workload(spec)
    )


@lru_cache(maxsize=1024)  # thousands of systems come to be in a few dozen ways
def _provisioning(
    parts: tuple[tuple[str, bool, bool, bool], ...],
    server_minutes: int,
    playbook_minutes: int,
    *,
    sources: bool,
    workload: bool,
) -> Pipeline:
    servers, playbook = timedelta(minutes=server_minutes), timedelta(minutes=playbook_minutes)
    before = (
        (True, Verb.PRECHECK, CALLS),
        (sources, Verb.PROBE_SOURCES, CALLS),
    )

    def part(*, volumes: bool, data_volumes: bool, floating_ips: bool) -> tuple[tuple[bool, Verb, timedelta], ...]:
        return (
            (True, Verb.ENSURE_ACCESS, CALLS),
            (volumes, Verb.ENSURE_STORAGE, servers),
            (True, Verb.ENSURE_PORTS, CALLS),
            (True, Verb.ENSURE_SERVERS, servers),
            (data_volumes, Verb.ENSURE_ATTACHMENTS, servers),
            (floating_ips, Verb.ENSURE_FLOATING_IPS, CALLS),
        )

    after = (
        (workload, Verb.AWAIT_GUESTS, servers),
        (workload, Verb.CONFIGURE, playbook),
        (True, Verb.VERIFY, CALLS),
        (True, Verb.RECORD, CALLS),
    )
    first = len(before)
    last = first + len(part(volumes=True, data_volumes=True, floating_ips=True))
    return (
        _leg("before", before, 0),
        *(
            _leg("provision", part(volumes=volumes, data_volumes=data, floating_ips=floating), first, cloud)
            for cloud, volumes, data, floating in parts
        ),
        _leg("after", after, last),
    )


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
