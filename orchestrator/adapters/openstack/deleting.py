"""Deleting one of our objects: only if it still carries the mark it was seen with, and until it is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from openstack.exceptions import ConflictException, NotFoundException

from orchestrator.adapters.openstack import compute, network, storage
from orchestrator.adapters.openstack.api import Api
from orchestrator.adapters.openstack.marks import read_key
from orchestrator.model.plan import Kind, Owner
from orchestrator.model.result import Observed


def delete(api: Api, observed: Observed) -> None:
    """Delete the object; one that is gone already is no error.

    Raises:
        CloudError: `cloud.not-ours` if it carries another mark by now, or what the cloud refuses.
    """
    get, owner_of, remove = _ways(api, Kind(observed.kind))
    found = _found(get, observed.id)
    if found is None:
        return
    owner = owner_of(found)
    if owner is None or (owner.system, owner.key) != (observed.system, observed.key):
        raise api.error("cloud.not-ours", subject=observed.name, id=observed.id)
    # What used it may be gone for us and not yet for the service, so a conflict is waited out; sending a
    # DELETE again is harmless.
    if api.within(api.timeouts.grace).until(lambda: _removed(remove, observed.id)) is None:
        remove(observed.id)
    if api.until(lambda: _found(get, observed.id) is None or None) is None:
        raise api.late(observed.name, "deleting")


def _ways(api: Api, kind: Kind) -> tuple[Callable[[str], Any], Callable[[Any], Owner | None], Callable[[str], Any]]:
    nova, cinder, neutron = api.connection.compute, api.cinder, api.connection.network
    ways: dict[Kind, tuple[Callable[[str], Any], Callable[[Any], Owner | None], Callable[[str], Any]]] = {
        Kind.KEYPAIR: (nova.get_keypair, lambda pair: read_key(pair.public_key), nova.delete_keypair),
        Kind.SECURITY_GROUP: (neutron.get_security_group, network.owner_of, neutron.delete_security_group),
        Kind.VOLUME: (cinder.get_volume, storage.owner_of, cinder.delete_volume),
        Kind.PORT: (neutron.get_port, network.owner_of, neutron.delete_port),
        Kind.SERVER: (nova.get_server, compute.owner_of, nova.delete_server),
        Kind.FLOATING_IP: (neutron.get_ip, network.owner_of, neutron.delete_ip),
    }
    if kind not in ways:
        raise api.error("cloud.not-an-object", subject=kind)
    return ways[kind]


def _found(get: Callable[[str], Any], identity: str) -> Any | None:
    try:
        found = get(identity)
    except NotFoundException:
        return None
    return None if getattr(found, "status", "") == "DELETED" else found


def _removed(remove: Callable[[str], Any], identity: str) -> bool | None:
    try:
        remove(identity)
    except ConflictException:
        return None
    return True
