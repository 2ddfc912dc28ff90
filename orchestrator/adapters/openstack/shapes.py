"""What the answers we read must look like; a field that is not named here is not read, and not looked at.

The fields are those of the services' API references. Everything a cloud says passes here once, below
openstacksdk, so that a wrong type is told as the cloud's fault at the place where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from orchestrator.model.addresses import reachable

_LARGEST: Final = 2**53
_MOST_ADDRESSES: Final = 2**128
_OPTIONAL: Final = "?"

# A field's name ends in `?` where it may be missing or null. A set of words names a scalar.
TEXT: Final = "text"
NUMBER: Final = "number"
COUNT: Final = "count"
FLAG: Final = "flag"
ADDRESS: Final = "address"
TEXTS: Final = "map of text"
ANY: Final = "anything"
Shape = str | dict[str, Any] | list[Any]

_ID: Shape = {"id": TEXT}
_RULE: Shape = {
    "id": TEXT, "direction": TEXT, "protocol?": ANY, "ethertype?": TEXT, "port_range_min?": NUMBER,
    "port_range_max?": NUMBER, "remote_ip_prefix?": TEXT, "remote_group_id?": TEXT, "remote_address_group_id?": TEXT,
}  # fmt: skip
_SERVER: Shape = {
    "id": TEXT, "name?": TEXT, "status?": TEXT, "metadata?": TEXTS, "tags?": [TEXT], "key_name?": TEXT,
    "fault?": {"message?": TEXT}, "flavor?": {"original_name?": TEXT, "name?": TEXT},
    "OS-EXT-STS:task_state?": TEXT, "OS-SRV-USG:launched_at?": TEXT, "OS-EXT-AZ:availability_zone?": TEXT,
    "os-extended-volumes:volumes_attached?": [_ID],
}  # fmt: skip
_VOLUME: Shape = {
    "id": TEXT, "name?": TEXT, "status": TEXT, "size": NUMBER, "metadata?": TEXTS, "volume_type?": TEXT,
    "volume_image_metadata?": TEXTS, "bootable?": ANY, "attachments?": [{"server_id": TEXT, "device?": TEXT}],
    "encrypted?": FLAG,
}  # fmt: skip
_BACKUP: Shape = {
    "id": TEXT, "name?": TEXT, "status": TEXT, "size": NUMBER, "volume_id?": TEXT, "snapshot_id?": TEXT,
    "is_incremental?": FLAG, "has_dependent_backups?": FLAG, "created_at?": TEXT, "updated_at?": TEXT,
    "data_timestamp?": TEXT, "fail_reason?": TEXT, "encryption_key_id?": TEXT,
}  # fmt: skip
_PORT: Shape = {
    "id": TEXT, "name?": TEXT, "status?": TEXT, "description?": TEXT, "network_id": TEXT, "device_id?": TEXT,
    "security_groups?": [TEXT], "tags?": [TEXT], "fixed_ips?": [{"ip_address": ADDRESS, "subnet_id?": TEXT}],
}  # fmt: skip
_NETWORK: Shape = {
    "id": TEXT, "name?": TEXT, "status?": TEXT, "router:external?": FLAG, "subnets?": [TEXT], "project_id?": TEXT,
    "admin_state_up?": FLAG, "port_security_enabled?": FLAG,
}  # fmt: skip
_SUBNET: Shape = {
    "id": TEXT, "network_id": TEXT, "ip_version": NUMBER, "enable_dhcp?": FLAG, "ipv6_address_mode?": TEXT,
    "allocation_pools?": [{"start": ADDRESS, "end": ADDRESS}], "service_types?": [TEXT],
}  # fmt: skip
_IP_SUM: Shape = {
    "network_id": TEXT,
    "subnet_ip_availability?": [{"ip_version?": NUMBER, "total_ips": COUNT, "used_ips": COUNT}],
}  # fmt: skip
_GROUP: Shape = {
    "id": TEXT, "name?": TEXT, "description?": TEXT, "tags?": [TEXT], "security_group_rules?": [_RULE],
}  # fmt: skip
_FLOATING_IP: Shape = {
    "id": TEXT, "description?": TEXT, "status?": TEXT, "floating_ip_address": ADDRESS, "floating_network_id?": TEXT,
    "port_id?": TEXT, "tags?": [TEXT], "fixed_ip_address?": ADDRESS, "revision_number?": NUMBER,
}  # fmt: skip
_IMAGE: Shape = {
    "id": TEXT, "name?": TEXT, "status": TEXT, "min_disk?": NUMBER, "min_ram?": NUMBER, "size?": NUMBER,
    "virtual_size?": NUMBER, "os_hash_algo?": TEXT, "os_hash_value?": TEXT, "disk_format?": TEXT,
    "container_format?": TEXT, "created_at?": TEXT, "protected?": FLAG, "visibility?": TEXT, "source_image_id?": TEXT,
}  # fmt: skip
_FLAVOR: Shape = {
    "id": TEXT, "name": TEXT, "vcpus": NUMBER, "ram": NUMBER, "disk": NUMBER, "OS-FLV-DISABLED:disabled?": FLAG,
}  # fmt: skip
_KEYPAIR: Shape = {"name": TEXT, "public_key": TEXT, "fingerprint?": TEXT}
_TOKEN: Shape = {
    "expires_at": TEXT, "project?": _ID, "user?": _ID,
    "catalog?": [{"type": TEXT, "endpoints": [{"url": TEXT, "interface": TEXT, "region?": TEXT, "region_id?": TEXT}]}],
}  # fmt: skip

# The path's word → key of a listing, key of one ("" where it stands without a key), shape of one.
_KINDS: Final[dict[str, tuple[str, str, Shape]]] = {
    "servers": ("servers", "server", _SERVER),
    "flavors": ("flavors", "flavor", _FLAVOR),
    "os-keypairs": ("keypairs", "keypair", _KEYPAIR),
    "os-server-groups": ("server_groups", "server_group", {"id": TEXT, "name?": TEXT}),
    "os-availability-zone": (
        "availabilityZoneInfo", "", {"zoneName": TEXT, "zoneState?": {"available?": FLAG}},
    ),
    "os-volume_attachments": ("volumeAttachments", "volumeAttachment", {"volumeId": TEXT, "device?": TEXT}),
    "os-instance-actions": ("instanceActions", "instanceAction", {"action": TEXT, "start_time?": TEXT}),
    "volumes": ("volumes", "volume", _VOLUME),
    "backups": ("backups", "backup", _BACKUP),
    "types": ("volume_types", "volume_type", {"id": TEXT, "name": TEXT}),
    "images": ("images", "", _IMAGE),
    "networks": ("networks", "network", _NETWORK),
    "subnets": ("subnets", "subnet", _SUBNET),
    "network-ip-availabilities": ("network_ip_availabilities", "network_ip_availability", _IP_SUM),
    "ports": ("ports", "port", _PORT),
    "security-groups": ("security_groups", "security_group", _GROUP),
    "security-group-rules": ("security_group_rules", "security_group_rule", _RULE),
    "floatingips": ("floatingips", "floatingip", _FLOATING_IP),
}  # fmt: skip
_AMOUNTS: Final = "map of numbers"


def shape_of(verb: str, path: str) -> Shape | None:
    """Return the shape of a good answer to a request, None where its body is not read."""
    words = [word for word in path.split("/") if word]
    if words and words[-1] == "detail":
        words.pop()
    last, before = (["", "", *words])[:-3:-1]
    if verb == "POST" and last == "action":
        return {"output?": TEXT}
    if verb == "POST" and words[-2:] == ["auth", "tokens"]:
        return {"token": _TOKEN}
    if last == "limits":
        return {"limits": {"absolute": _AMOUNTS}}
    if before == "quotas" or "quotas" in words[-3:-1]:
        return {"quota": ANY}
    if verb == "DELETE" or not {last, before} & _KINDS.keys():
        return None
    if last in _KINDS:
        many, one, shape = _KINDS[last]
        if verb == "GET":
            return {many: [{"keypair": shape} if many == "keypairs" else shape]}
        if verb == "POST" and last == "security-group-rules":  # one, or several at a time
            return {f"{one}?": shape, f"{many}?": [shape]}
        # Nova's answer to a create tells little more than the id.
        return {one: _ID if one == "server" else shape} if one else shape
    _, one, shape = _KINDS[before]
    return {one: shape} if one else shape


def faults(answer: object, shape: Shape, place: str = "") -> Iterator[str]:
    """Give each place where an answer is not of its shape, with what stands there; lazily, the first says enough."""
    if isinstance(shape, list):
        if not isinstance(answer, list):
            yield _wrong(place, answer, "list")
            return
        for position, item in enumerate(answer):
            yield from faults(item, shape[0], f"{place}[{position}]")
    elif isinstance(shape, dict):
        if not isinstance(answer, dict):
            yield _wrong(place, answer, "object")
            return
        for name, inner in shape.items():
            field = name.removesuffix(_OPTIONAL)
            value = answer.get(field)
            if value is not None or field == name:
                yield from faults(value, inner, f"{place}.{field}" if place else field)
    elif not _is(answer, shape):
        yield _wrong(place, answer, shape)


def _is(value: object, kind: str) -> bool:
    if kind == TEXT:
        return isinstance(value, str)
    if kind == NUMBER:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST
    if kind == COUNT:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_ADDRESSES
    if kind == FLAG:
        return isinstance(value, bool)
    if kind == ADDRESS:
        return bool(reachable(value))
    if kind in (TEXTS, _AMOUNTS):
        inner = TEXT if kind == TEXTS else NUMBER
        return isinstance(value, dict) and all(_is(item, inner) for item in value.values())
    return True


def _wrong(place: str, value: object, wanted: str) -> str:
    told = "missing or null" if value is None else ascii(value)
    return f"{place or 'answer'}: {told if len(told) <= 60 else told[:59] + '…'} ({wanted} expected)"
