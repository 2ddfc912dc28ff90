"""What a cloud offers by name, and how it stands: whether a server, volume, port or floating IP can be made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from openstack.compute.v2.flavor import Flavor
from openstack.network.v2 import network as sdk
from openstack.resource import Body

from orchestrator.adapters.openstack.addresses import Addresses
from orchestrator.adapters.openstack.api import Api
from orchestrator.model.result import Offer

_GIB = 2**30


class Network(sdk.Network):
    """A network as Neutron tells it: openstacksdk calls port security off where the extension is not loaded."""

    is_port_security_enabled = Body("port_security_enabled", type=bool)


def list_networks(api: Api) -> list[Network]:
    """Return every network that the project sees."""
    return list(Network.list(api.connection.network))


def offered(
    api: Api,
    flavors: Iterable[Flavor],
    images: Iterable[Any],
    networks: Iterable[Network],
    addresses: Addresses | None = None,
) -> Iterator[Offer]:
    """Give every offer; detail that the cloud does not tell is empty. Without `addresses`, subnets are not told of."""
    for flavor in flavors:
        detail = {"vcpus": str(flavor.vcpus), "ram_mib": str(flavor.ram), "disk_gib": str(flavor.disk)}
        detail["disabled"] = _told(flavor.is_disabled)
        yield Offer(kind="flavor", name=flavor.name, id=flavor.id, detail=detail)
    for image in images:
        yield Offer(kind="image", name=image.name or "", id=image.id, detail=_image(image))
    for net in networks:
        detail = {
            "status": net.status or "",
            "admin_up": _told(net.is_admin_state_up),
            "external": "yes" if net.is_router_external else "no",
            "port_security": _told(net.is_port_security_enabled),
            **(addresses.detail(net) if addresses else {}),
        }
        yield Offer(kind="network", name=net.name or "", id=net.id, detail=detail)
    for kind in api.cinder.types():
        yield Offer(kind="volume-type", name=kind.name, id=kind.id)
    for zone in api.connection.compute.availability_zones():
        available = _told((zone.state or {}).get("available"))
        yield Offer(kind="availability-zone", name=zone.name, id=zone.name, detail={"available": available})


def _image(image: Any) -> dict[str, str]:
    """Return how an image stands and what it needs.

    Nova and Cinder compare a disk with `min_disk`, with the image's size, and when they unpack it with its virtual
    size, so the largest of them counts.
    """
    size_gib = -(-max(image.size or 0, image.virtual_size or 0) // _GIB)
    return {
        "status": image.status,
        "min_disk_gib": str(max(image.min_disk or 0, size_gib)),
        "min_ram_mib": str(image.min_ram or 0),
    }


def _told(flag: bool | None) -> str:
    return "" if flag is None else "yes" if flag else "no"
