"""Takes over the new host key of a server that was rebuilt: only one that its own console tells and that it shows."""

from __future__ import annotations

from collections.abc import Iterable

from orchestrator.checks.hosts import fingerprint, host_keys
from orchestrator.errors import Refused
from orchestrator.execution.prepare import Prepared
from orchestrator.model.plan import CloudPart, GuestSpec, ServerSpec, SystemPlan
from orchestrator.model.result import CheckStatus, Guest, Observed
from orchestrator.model.seen import NewKey
from orchestrator.planning.differences import Sight
from orchestrator.planning.pipelines import is_configured
from orchestrator.ports import Cloud, Evidence, GuestProbe, HostKeys


def find_new_keys(
    prepared: Prepared, systems: Iterable[SystemPlan], guests: GuestProbe, pins: HostKeys
) -> tuple[NewKey, ...]:
    """Return the keys that may be taken over; nothing is.

    The console is the hypervisor's word, not the network's, and an old boot may still stand on it: the server has
    to show a key that its console tells, and to let us in.

    Raises:
        Refused: `repin.no-key`: a console tells none; `repin.other-key`: a server shows a key that is not on its
            console; `repin.not-reached`: nobody can tell what it shows; `repin.not-let-in`.
        CloudError: a console cannot be read.
    """
    sight = Sight.of(prepared.views)
    found = []
    for system in systems:
        for part in system.spec.parts if system.spec else ():
            servers = {item.name: item for item in part.objects if isinstance(item, ServerSpec)}
            for spec in filter(is_configured, part.guests):
                for server in sight.of_object(part.cloud, servers[spec.server])[:1]:
                    found += _new_key(prepared.clouds[part.cloud], part, spec, server, guests, pins)
    return tuple(found)


def take_over(keys: Iterable[NewKey], pins: HostKeys, evidence: Evidence) -> None:
    """Pin new keys; each is on record before it counts."""
    for key in keys:
        evidence.record(
            "guest.repinned",
            cloud=key.cloud,
            server=key.server,
            id=key.id,
            pinned=list(map(fingerprint, key.pinned)),
            keys=list(key.told),
        )
        pins.pin(key.cloud, key.id, key.told)


def _new_key(
    cloud: Cloud, part: CloudPart, spec: GuestSpec, server: Observed, guests: GuestProbe, pins: HostKeys
) -> list[NewKey]:
    about = {"server": spec.server, "cloud": part.cloud}
    told = host_keys(cloud.console(server))
    if not told:
        raise Refused("repin.no-key", **about)
    pinned = pins.known(part.cloud, server.id)
    if set(told) == set(pinned):
        return []
    seen = guests.identify(Guest(server=spec.server, address=cloud.address(server), host_keys=told), spec.user)
    if seen.status is not CheckStatus.PASS:
        answer = seen.values.get("answer", "")
        code = {"other-key": "repin.other-key", "not-let-in": "repin.not-let-in"}.get(answer, "repin.not-reached")
        shown = seen.values.get("seen", "")
        raise Refused(code, **about, told=", ".join(map(fingerprint, told)), seen=shown, answer=answer)
    return [NewKey(cloud=part.cloud, server=spec.server, id=server.id, pinned=pinned, told=told)]
