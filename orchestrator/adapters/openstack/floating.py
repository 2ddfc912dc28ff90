"""A floating IP that leads people to one of two ports: seen, and associated with the other one.

A change names the revision that was seen (`If-Match`), so what somebody else changed meanwhile is never written over,
and a request whose answer was lost cannot come late and turn it back.
"""

from __future__ import annotations

import re

from keystoneauth1.exceptions import ClientException
from openstack.exceptions import SDKException
from openstack.network.v2.floating_ip import FloatingIP
from requests import RequestException

from orchestrator.adapters.openstack.api import Api
from orchestrator.errors import CloudError
from orchestrator.model.routes import FloatingSeen

_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_NOWHERE = ("", "")


def seen(api: Api, address: str, target: str) -> FloatingSeen:
    """Return what the cloud says of a floating IP, and of the port with that fixed address; empty: none is asked."""
    ip = _find(api, address)
    if ip is None:
        return FloatingSeen()
    port, fixed = _end(api, ip)
    there = _port(api, target)
    others = list(api.connection.network.ips(port_id=there)) if there else []
    return FloatingSeen(
        known=True,
        port=port,
        fixed=fixed,
        target_port=there,
        taken=next((found for other in others if (found := _taken(api, ip, other, target))), ""),
    )


def ensure_led(api: Api, address: str, leaving: tuple[str, str], opening: tuple[str, str]) -> None:
    """Associate a floating IP with one port, if it has the other or none.

    Args:
        api: the operation.
        address: the floating IP.
        leaving: port and fixed address that it may have.
        opening: those that it gets.

    Raises:
        CloudError: `cloud.missing`; `cloud.changed`: it has another one, or did not get this one; or what the cloud
            refused it with.
    """
    ip = _known(api, address)
    found = _end(api, ip)
    if found == opening:
        return
    if found not in (leaving, _NOWHERE):
        raise _elsewhere(api, address, leaving, found)
    port, fixed = opening
    try:
        api.connection.network.update_ip(ip.id, if_revision=ip.revision_number, port_id=port, fixed_ip_address=fixed)
    except (SDKException, ClientException, RequestException):
        # It may have come through all the same, or an earlier one may have: only what is there now tells.
        if _end(api, _known(api, address)) != opening:
            raise
        return
    found = _end(api, _known(api, address))
    if found != opening:
        raise _elsewhere(api, address, opening, found)


def _elsewhere(api: Api, address: str, wanted: tuple[str, str], found: tuple[str, str]) -> CloudError:
    return api.error(
        "cloud.changed", subject=address, field="port", wanted=" ".join(wanted), found=" ".join(found).strip() or "-"
    )


def _known(api: Api, address: str) -> FloatingIP:
    found = _find(api, address)
    if found is None:
        raise api.error("cloud.missing", subject=address)
    return found


def _find(api: Api, address: str) -> FloatingIP | None:
    """Return our project's floating IP of that address; an address of one external network is there once."""
    listed = api.connection.network.ips(floating_ip_address=address, project_id=api.project)
    found = {ip.id: ip for ip in listed if api.address(address, ip.floating_ip_address) == address}
    if len(found) > 1:
        raise api.error("cloud.ambiguous", subject=address, mark=address, ids=", ".join(sorted(found)))
    return next(iter(found.values()), None)


def _end(api: Api, ip: FloatingIP) -> tuple[str, str]:
    """Return port and fixed address that it is associated with; both empty where it has none."""
    if not ip.port_id:
        return _NOWHERE
    return _identity(api, ip.port_id), api.address(str(ip.floating_ip_address), ip.fixed_ip_address)


def _port(api: Api, fixed: str) -> str:
    """Return our project's only port with that fixed address; empty where there is none, or several."""
    if not fixed:
        return ""
    listed = api.connection.network.ports(fixed_ips=f"ip_address={fixed}", project_id=api.project)
    found = {
        port.id
        for port in listed
        if any(api.address(port.id, each["ip_address"]) == fixed for each in port.fixed_ips or [])
    }
    return _identity(api, found.pop()) if len(found) == 1 else ""


def _taken(api: Api, ip: FloatingIP, other: FloatingIP, fixed: str) -> str:
    """Return the address of another floating IP that keeps this one from a fixed address: one of each network."""
    same = other.floating_network_id == ip.floating_network_id and other.id != ip.id
    return api.address(fixed, other.floating_ip_address) if same and _end(api, other)[1] == fixed else ""


def _identity(api: Api, text: str) -> str:
    """Return an id as it may stand in a line."""
    if not _ID.fullmatch(text):
        raise api.error("cloud.answer-malformed", request="floatingips", message=ascii(text)[:80])
    return text
