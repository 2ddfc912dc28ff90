"""A small OpenStack in memory, over real HTTP: the endpoints the adapter uses, with the real codes and bodies.

It exists so that the real openstacksdk, the real adapter and the fault front can be tried by the hundred in
seconds. What it says about a service was read from that service's API reference; the end-to-end tests say
the same of real ones.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from hashlib import sha512
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import yaml

Json = dict[str, Any]
Reply = tuple[int, Json]
PROJECT = "11111111111111111111111111111111"
_NOVA = ("2.1", "2.93")
_CINDER = ("3.0", "3.70")


class Refusal(Exception):
    """An error answer."""

    def __init__(self, status: int, body: Json) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


def nova_error(status: int, message: str) -> Refusal:
    """Return an error as Nova and Cinder word it."""
    names = {400: "badRequest", 403: "forbidden", 404: "itemNotFound", 409: "conflictingRequest", 413: "overLimit"}
    return Refusal(status, {names[status]: {"code": status, "message": message}})


def neutron_error(status: int, kind: str, message: str) -> Refusal:
    """Return an error as Neutron words it."""
    return Refusal(status, {"NeutronError": {"type": kind, "message": message, "detail": ""}})


def subnet(identity: str, network: str, first: str, last: str, **changes: object) -> Json:
    """Return a subnet with one pool."""
    pools = [{"start": first, "end": last}]
    return {
        "id": identity, "name": identity, "network_id": network, "ip_version": ip_address(first).version,
        "enable_dhcp": True, "allocation_pools": pools, "service_types": [], **changes,
    }  # fmt: skip


@dataclass
class FakeOpenStack:
    """One cloud with one project.

    Attributes:
        spoiled: what becomes of an image's bytes on their way.
        images_in_use: ids of those that cannot be deleted.
        polls: how many times a new server or volume is seen unfinished before it is done.
        build_seconds: how long it is unfinished at least, however often it is looked at.
        zone: its only availability zone.
        failing: name of a server or volume → fault message with which its build ends in an error.
        quotas: resource → limit, by the services' own names.
        project: the id that the token names.
        expires: when its application credential ends, as Keystone writes it.
        refused: status that Keystone answers every login with, and that revokes what it gave out; 0 lets in.
        token: what it gives out and takes; another one revokes those that it gave out before.
        unlisted: services that its catalogue does not name.
        closed: beginning of a path, or of method and path → status that is answered to whoever has a token.
        endless: `same` or `new`: every page of servers has a next one, with the same marker or with a new one.
        watch: is told method and path of each request before it is answered.
        subnets: all of them; one whose `hidden` is true is not shown, only its id in its network.
        ip_sums: what `network-ip-availabilities` answers; None refuses it, as is usual.
        ahead: seconds that its clock is before ours; None: its answers have no date.
        backups: all backups of volumes, as they are listed.
    """

    polls: int = 2
    build_seconds: float = 0
    zone: str = "nova"
    spoiled: Callable[[bytes], bytes] = lambda content: content
    images_in_use: frozenset[str] = frozenset()
    failing: dict[str, str] = field(default_factory=dict)
    endless: str = ""
    watch: Callable[[str, str], None] = lambda *_: None
    project: str = PROJECT
    expires: str | None = None
    refused: int = 0
    token: str = "token"
    ahead: float | None = 0
    unlisted: frozenset[str] = frozenset()
    closed: dict[str, int] = field(default_factory=dict)
    quotas: dict[str, int] = field(
        default_factory=lambda: {
            "instances": 10, "cores": 20, "ram": 51200, "key_pairs": 100, "server_groups": 10,
            "volumes": 10, "gigabytes": 1000, "backups": 10, "backup_gigabytes": 1000, "port": 500, "floatingip": 50,
            "security_group": 10, "security_group_rule": 100,
        }
    )  # fmt: skip

    def __post_init__(self) -> None:
        self._moments = 0
        self.mutex = threading.RLock()
        self.things: dict[str, dict[str, Json]] = {}
        self.reset()
        self.gone = False
        self._bind(0)

    def _bind(self, port: int) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def hang_up(self) -> None:
        """Be gone: what is connected is cut, and nobody listens any more."""
        self.gone = True
        self.__exit__()

    def come_back(self) -> None:
        """Listen again, at the same address."""
        self.gone = False
        self._bind(self._server.server_address[1])
        self.__enter__()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def clouds_yaml(self, path: Path, **extra: object) -> Path:
        """Write a clouds.yaml with this cloud, named `fake`."""
        auth = {
            "auth_url": f"{self.url}/identity/v3", "username": "u", "password": "p", "project_name": "p",
            "user_domain_name": "Default", "project_domain_name": "Default",
        }  # fmt: skip
        document = {"clouds": {"fake": {"auth": auth, "region_name": "RegionOne", **extra}}}
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        path.chmod(0o600)
        return path

    def reset(self) -> None:
        """Be empty again, but for what the cloud offers."""
        kinds = ("keypairs", "server-groups", "servers", "volumes", "ports", "security-groups", "rules", "floatingips")
        with self.mutex:
            self.things = {kind: {} for kind in kinds}
            self.flavors = [
                {"id": "f1", "name": "gov.small", "vcpus": 1, "ram": 512, "disk": 3},
                {"id": "f2", "name": "gov.medium", "vcpus": 2, "ram": 1024, "disk": 5},
            ]
            self.images = [{"id": "i1", "name": "debian-12", "status": "active", "min_disk": 2, "min_ram": 256}]
            on: Json = {"status": "ACTIVE", "admin_state_up": True, "port_security_enabled": True}
            self.networks: list[Json] = [
                {"id": "n1", "name": "internet", "router:external": False, "project_id": PROJECT, **on},
                {"id": "n2", "name": "provider", "router:external": True, "project_id": "cloud", "shared": True, **on},
            ]
            self.subnets = [
                subnet("s1", "n1", "10.0.0.10", "10.0.99.250"),
                subnet("s2", "n2", "172.30.0.10", "172.30.9.250"),
            ]
            self.ip_sums: list[Json] | None = None
            self.backups: list[Json] = []

    def moment(self) -> str:
        """Return a time as Nova writes it, later than any that was returned before."""
        self._moments += 1
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=self._moments)
        return at.replace(tzinfo=None).isoformat(timespec="microseconds")

    def relaunch(self, server: Json, action: str) -> None:
        """Let somebody have a server launched again, for the reason that Nova keeps; its metadata stay."""
        with self.mutex:
            asked = {"action": action, "start_time": self.moment(), "request_id": f"req-{uuid4()}"}
            server["_actions"].insert(0, asked)
            server["OS-SRV-USG:launched_at"] = self.moment()

    def of(self, kind: str) -> list[Json]:
        """Return all objects of a kind."""
        with self.mutex:
            return list(self.things[kind].values())

    def handle(self, method: str, target: str, headers: Mapping[str, str], body: Json, content: bytes = b"") -> Reply:
        """Answer one request."""
        parts = urlsplit(target)
        self.watch(method, parts.path)
        values = parse_qs(parts.query)
        query = {name: each[0] for name, each in values.items()}
        for verb, pattern, answer in _ROUTES:
            found = re.fullmatch(pattern, unquote(parts.path).rstrip("/"))
            if found and verb == method:
                open_to_all = "/identity" in pattern or parts.path.rstrip("/").count("/") <= 2
                asked = f"{method} {parts.path}"
                shut = next((self.closed[key] for key in self.closed if asked.startswith((key, f"{method} {key}"))), 0)
                if shut and not open_to_all:
                    return shut, {"error": {"code": shut, "message": "not you", "title": "No"}}
                if not open_to_all and (self.refused or headers.get("X-Auth-Token") != self.token):
                    return 401, {"error": {"code": 401, "message": "unauthenticated", "title": "Unauthorized"}}
                with self.mutex:
                    return answer(self, Request(found.groups(), query, headers, body, content, values))
        return 404, {"error": f"{method} {parts.path} is not part of this fake"}


@dataclass(frozen=True)
class Request:
    """One request, taken apart."""

    ids: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Json
    content: bytes = b""
    values: Mapping[str, list[str]] = field(default_factory=dict)


Answer = Callable[[FakeOpenStack, Request], Reply]
_ROUTES: list[tuple[str, str, Answer]] = []


def route(verb: str, pattern: str) -> Callable[[Answer], Answer]:
    """Register an answer."""

    def registered(answer: Answer) -> Answer:
        _ROUTES.append((verb, pattern, answer))
        return answer

    return registered


def _one(cloud: FakeOpenStack, kind: str, identity: str) -> Json:
    found = cloud.things[kind].get(identity)
    if found is None:
        raise (
            nova_error(404, f"{kind} {identity} could not be found.")
            if kind in ("servers", "server-groups", "volumes", "keypairs")
            else neutron_error(404, "NotFound", f"{kind} {identity} could not be found.")
        )
    return found


def _matching(things: list[Json], request: Request, *names: str) -> list[Json]:
    """Return what has, of each filter that is given, one of its values."""
    wanted = {name: request.values[name] for name in names if name in request.values}
    return [thing for thing in things if all(str(thing.get(name)) in values for name, values in wanted.items())]


# Keystone and the version documents


@route("GET", "/identity/v3")
def identity_version(cloud: FakeOpenStack, _: Request) -> Reply:
    return 200, {"version": _version(f"{cloud.url}/identity/v3", "v3.14", "stable")}


@route("POST", "/identity/v3/auth/tokens")
def token(cloud: FakeOpenStack, request: Request) -> Reply:
    if cloud.refused:
        return cloud.refused, {"error": {"code": cloud.refused, "message": "The request you have made is refused."}}
    identity = request.body["auth"]["identity"]
    applied = identity.get("application_credential", {})
    if (applied.get("secret") or identity.get("password", {}).get("user", {}).get("password")) != "p":
        return 401, {"error": {"code": 401, "message": "The request you have made requires authentication."}}
    paths = {"identity": "identity", "compute": "compute/v2.1", "volumev3": f"volume/v3/{cloud.project}"}
    paths |= {"network": "network", "image": "image"}
    catalogue = [
        {
            "type": kind, "name": kind, "id": kind,
            "endpoints": [{
                "interface": "public", "region": "RegionOne", "region_id": "RegionOne", "id": kind,
                "url": f"{cloud.url}/{path}",
            }],
        }
        for kind, path in paths.items()
        if kind not in cloud.unlisted
    ]  # fmt: skip
    return 201, {
        "token": {
            "methods": identity["methods"],
            "expires_at": "2099-01-01T00:00:00.000000Z",
            "issued_at": "2026-01-01T00:00:00.000000Z",
            **({"application_credential": {"id": applied["id"], "name": "a", "restricted": True}} if applied else {}),
            "project": {"id": cloud.project, "name": "p", "domain": {"id": "default", "name": "Default"}},
            "user": {"id": "u", "name": "u", "domain": {"id": "default", "name": "Default"}},
            "roles": [{"id": "m", "name": "member"}],
            "catalog": catalogue,
        }
    }


@route("GET", "/identity/v3/users/u/application_credentials/([^/]+)")
def application_credential(cloud: FakeOpenStack, request: Request) -> Reply:
    return 200, {"application_credential": {"id": request.ids[0], "name": "a", "expires_at": cloud.expires}}


def _version(url: str, identity: str, status: str, span: tuple[str, str] = ("", "")) -> Json:
    told = {"id": identity, "status": status, "links": [{"rel": "self", "href": f"{url}/"}]}
    return told | {"min_version": span[0], "version": span[1]}


@route("GET", "/compute/v2.1")
def compute_version(cloud: FakeOpenStack, _: Request) -> Reply:
    return 200, {"version": _version(f"{cloud.url}/compute/v2.1", "v2.1", "CURRENT", _NOVA)}


@route("GET", "/volume/v3")
def volume_version(cloud: FakeOpenStack, _: Request) -> Reply:
    return 200, {"versions": [_version(f"{cloud.url}/volume/v3", "v3.0", "CURRENT", _CINDER)]}


@route("GET", "/network")
def network_version(cloud: FakeOpenStack, _: Request) -> Reply:
    return 200, {"versions": [_version(f"{cloud.url}/network/v2.0", "v2.0", "CURRENT")]}


@route("GET", "/image")
def image_version(cloud: FakeOpenStack, _: Request) -> Reply:
    return 300, {"versions": [_version(f"{cloud.url}/image/v2", "v2.16", "CURRENT")]}


# Nova


@route("GET", "/compute/v2.1/flavors/detail")
def flavors(cloud: FakeOpenStack, _: Request) -> Reply:
    return 200, {"flavors": cloud.flavors}


@route("GET", "/compute/v2.1/os-availability-zone")
def zones(cloud: FakeOpenStack, _: Request) -> Reply:
    return 200, {"availabilityZoneInfo": [{"zoneName": cloud.zone, "zoneState": {"available": True}, "hosts": None}]}


@route("GET", "/compute/v2.1/limits")
def compute_limits(cloud: FakeOpenStack, _: Request) -> Reply:
    used = _compute_used(cloud)
    names = {"instances": "Instances", "cores": "Cores", "ram": "RAM"}
    absolute = {f"maxTotal{name}{'Size' if name == 'RAM' else ''}": cloud.quotas[key] for key, name in names.items()}
    absolute |= {f"total{name}Used": used[key] for key, name in names.items()}
    return 200, {"limits": {"rate": [], "absolute": absolute | {"maxTotalKeypairs": cloud.quotas["key_pairs"]}}}


def _compute_used(cloud: FakeOpenStack) -> dict[str, int]:
    flavors = [server["flavor"] for server in cloud.of("servers")]
    cores, ram = sum(flavor["vcpus"] for flavor in flavors), sum(flavor["ram"] for flavor in flavors)
    return {"instances": len(flavors), "cores": cores, "ram": ram}


@route("GET", "/compute/v2.1/os-keypairs")
def keypairs(cloud: FakeOpenStack, _: Request) -> Reply:
    return 200, {"keypairs": [{"keypair": pair} for pair in cloud.of("keypairs")]}


@route("GET", "/compute/v2.1/os-keypairs/([^/]+)")
def keypair(cloud: FakeOpenStack, request: Request) -> Reply:
    return 200, {"keypair": _one(cloud, "keypairs", request.ids[0])}


@route("POST", "/compute/v2.1/os-keypairs")
def create_keypair(cloud: FakeOpenStack, request: Request) -> Reply:
    pair = request.body["keypair"]
    if pair["name"] in cloud.things["keypairs"]:
        raise nova_error(409, f"Key pair '{pair['name']}' already exists.")
    made = {
        "name": pair["name"],
        "public_key": pair.get("public_key", "ssh-ed25519 made"),
        "fingerprint": "aa:bb",
        "type": "ssh",
    }
    cloud.things["keypairs"][pair["name"]] = made
    return 201, {"keypair": made}


@route("DELETE", "/compute/v2.1/os-keypairs/([^/]+)")
def delete_keypair(cloud: FakeOpenStack, request: Request) -> Reply:
    _one(cloud, "keypairs", request.ids[0])
    del cloud.things["keypairs"][request.ids[0]]
    return 202, {}


@route("GET", "/compute/v2.1/os-server-groups")
def server_groups(cloud: FakeOpenStack, _: Request) -> Reply:
    return 200, {"server_groups": cloud.of("server-groups")}


@route("POST", "/compute/v2.1/os-server-groups")
def create_server_group(cloud: FakeOpenStack, request: Request) -> Reply:
    wanted = request.body["server_group"]
    version = request.headers.get("OpenStack-API-Version", "compute 2.1").split(" ")[1]
    if ("policy" in wanted) is not (int(version.split(".")[1]) >= 64):
        raise nova_error(400, "Invalid input for field/attribute server_group.")
    if not 1 <= len(wanted["name"]) <= 255 or not wanted["name"].isprintable():
        raise nova_error(400, "Invalid input for field/attribute name.")
    if len(cloud.of("server-groups")) >= cloud.quotas["server_groups"]:
        raise nova_error(403, "Quota exceeded, too many server groups.")
    made = {"id": str(uuid4()), "members": [], "rules": {}, "project_id": cloud.project, "user_id": "u", **wanted}
    cloud.things["server-groups"][made["id"]] = made
    return 200, {"server_group": made}


@route("DELETE", "/compute/v2.1/os-server-groups/([^/]+)")
def delete_server_group(cloud: FakeOpenStack, request: Request) -> Reply:
    _one(cloud, "server-groups", request.ids[0])
    del cloud.things["server-groups"][request.ids[0]]
    return 204, {}


def _progress(cloud: FakeOpenStack, thing: Json, name: str, good: str) -> Json:
    """Let time pass: each look brings an unfinished object nearer to its end."""
    if thing["_polls"] > 0:
        thing["_polls"] -= 1
    elif time.monotonic() < thing.get("_ready", 0):
        pass
    elif thing["status"] in ("BUILD", "creating", "downloading"):
        message = cloud.failing.get(name)
        thing["status"] = good if message is None else "ERROR" if good == "ACTIVE" else "error"
        thing["OS-EXT-STS:task_state"] = None
        if message is None:
            thing["OS-SRV-USG:launched_at"] = cloud.moment()
        else:
            thing["fault"] = {"message": message, "code": 500, "created": "2026-01-01T00:00:00Z"}
    return {key: value for key, value in thing.items() if not key.startswith("_")}


def _server(cloud: FakeOpenStack, server: Json) -> Json:
    shown = _progress(cloud, server, server["name"], "ACTIVE")
    boot = cloud.things["volumes"].get(server["_boot"])
    if boot and boot["status"] == "reserved" and shown["status"] == "ACTIVE":
        boot["attachments"] = [{"server_id": server["id"], "volume_id": boot["id"], "device": "/dev/vda"}]
        boot["status"] = "in-use"
    held = [v["id"] for v in cloud.of("volumes") if any(a["server_id"] == server["id"] for a in v["attachments"])]
    # A volume to boot from is the server's from the moment it is asked for, and the last in this list here.
    held = [identity for identity in held if identity != server["_boot"]] + ([server["_boot"]] if boot else [])
    return shown | {"os-extended-volumes:volumes_attached": [{"id": identity} for identity in held]}


def _boot_disk(cloud: FakeOpenStack, wanted: Json) -> Json | None:
    """Return the volume a new server boots from, None for an image; refuse as Nova does."""
    disks = [disk for disk in wanted.get("block_device_mapping_v2", []) if disk["boot_index"] == 0]
    if len(disks) + bool(wanted.get("imageRef")) != 1:
        raise nova_error(400, "Block Device Mapping is Invalid: Boot sequence for the instance and image/block device "
                              "mapping combination is not valid.")  # fmt: skip
    if not disks:
        return None
    (disk,) = disks
    if (disk["source_type"], disk["destination_type"], disk["delete_on_termination"]) != ("volume", "volume", False):
        raise nova_error(400, "Block Device Mapping is Invalid: this fake knows volumes that stay")
    volume = cloud.things["volumes"].get(disk["uuid"])
    if volume is None:
        raise nova_error(400, f"Block Device Mapping is Invalid: failed to get volume {disk['uuid']}.")
    if volume["bootable"] != "true":
        raise nova_error(400, f"Block Device {disk['uuid']} is not bootable.")
    if volume["status"] != "available":
        raise nova_error(400, f"Invalid volume: status must be available or downloading to reserve, but the current "
                              f"status is {volume['status']}.")  # fmt: skip
    return volume


@route("GET", "/compute/v2.1/servers/detail")
def servers(cloud: FakeOpenStack, request: Request) -> Reply:
    found = [server for server in cloud.of("servers") if re.search(request.query.get("name", ""), server["name"])]
    wanted, any_of = (set(filter(None, request.query.get(name, "").split(","))) for name in ("tags", "tags-any"))
    found = [each for each in found if wanted <= set(each["tags"]) and (not any_of or any_of & set(each["tags"]))]
    page: Json = {"servers": [_server(cloud, server) for server in found]}
    if cloud.endless:
        marker = "m" if cloud.endless == "same" else str(uuid4())
        page["servers"] = [_stranger(marker)]
        page["servers_links"] = [{"rel": "next", "href": f"{cloud.url}/compute/v2.1/servers/detail?marker={marker}"}]
    return 200, page


def _stranger(identity: str) -> Json:
    return {"id": identity, "name": "x", "status": "ACTIVE", "metadata": {}, "tags": []}


@route("POST", "/compute/v2.1/servers")
def create_server(cloud: FakeOpenStack, request: Request) -> Reply:
    wanted = request.body["server"]
    version = request.headers.get("OpenStack-API-Version", "compute 2.1").split(" ")[1]
    if "tags" in wanted and int(version.split(".")[1]) < 52:
        raise nova_error(400, "Additional properties are not allowed ('tags' was unexpected)")
    if any("/" in tag or "," in tag or len(tag) > 60 for tag in wanted.get("tags", [])):
        raise nova_error(400, "Invalid input for field/attribute tags.")
    if wanted.get("availability_zone", cloud.zone) != cloud.zone:
        raise nova_error(400, "The requested availability zone is not available")
    if wanted["key_name"] not in cloud.things["keypairs"]:
        raise nova_error(400, "Invalid key_name provided.")
    image = next((one for one in cloud.images if one["id"] == wanted.get("imageRef")), None)
    if image and image["status"] != "active":
        raise nova_error(400, f"Image {image['id']} is not active.")
    flavor = next(flavor for flavor in cloud.flavors if flavor["id"] == wanted["flavorRef"])
    used = _compute_used(cloud)
    asked = {"instances": 1, "cores": flavor["vcpus"], "ram": flavor["ram"]}
    over = [name for name, count in asked.items() if used[name] + int(str(count)) > cloud.quotas[name]]
    if over:
        raise nova_error(
            403, f"Quota exceeded for {', '.join(over)}: Requested {asked[over[0]]}, but already used {used[over[0]]} "
            f"of {cloud.quotas[over[0]]} {over[0]}",
        )  # fmt: skip
    port = _one(cloud, "ports", wanted["networks"][0]["port"])
    if port["device_id"]:
        raise nova_error(409, f"Port {port['id']} is still in use.")
    boot = _boot_disk(cloud, wanted)
    identity = str(uuid4())
    port["device_id"] = identity
    if boot:
        boot["status"] = "reserved"
    cloud.things["servers"][identity] = {
        "id": identity, "name": wanted["name"], "status": "BUILD", "metadata": wanted.get("metadata", {}),
        "tags": wanted.get("tags", []), "key_name": wanted["key_name"],
        "image": "" if boot else {"id": wanted["imageRef"]}, "_boot": boot["id"] if boot else "",
        "flavor": {"original_name": flavor["name"], "vcpus": flavor["vcpus"], "ram": flavor["ram"]},
        "OS-EXT-STS:task_state": "spawning", "OS-EXT-AZ:availability_zone": cloud.zone,
        "OS-SRV-USG:launched_at": None, "_polls": cloud.polls, "_actions": [], "_console": "login: ",
        "_ready": time.monotonic() + cloud.build_seconds,
    }  # fmt: skip
    return 202, {"server": {"id": identity, "adminPass": "x", "links": [], "security_groups": []}}


@route("GET", "/compute/v2.1/servers/([^/]+)")
def server(cloud: FakeOpenStack, request: Request) -> Reply:
    return 200, {"server": _server(cloud, _one(cloud, "servers", request.ids[0]))}


@route("DELETE", "/compute/v2.1/servers/([^/]+)")
def delete_server(cloud: FakeOpenStack, request: Request) -> Reply:
    gone = _one(cloud, "servers", request.ids[0])
    del cloud.things["servers"][request.ids[0]]
    for port in cloud.of("ports"):
        port["device_id"] = "" if port["device_id"] == request.ids[0] else port["device_id"]
    for volume in cloud.of("volumes"):
        if volume["id"] == gone["_boot"] or any(a["server_id"] == gone["id"] for a in volume["attachments"]):
            volume["attachments"], volume["status"] = [], "available"
    return 204, {}


# What may be asked of a server, from which states it may, and where it leads; a rebuilt one stands as before.
_LEADS: Mapping[str, tuple[frozenset[str], str]] = {
    "os-stop": (frozenset({"ACTIVE", "ERROR"}), "SHUTOFF"),
    "os-start": (frozenset({"SHUTOFF"}), "ACTIVE"),
    "rebuild": (frozenset({"ACTIVE", "SHUTOFF", "ERROR"}), ""),
}


@route("POST", "/compute/v2.1/servers/([^/]+)/action")
def console(cloud: FakeOpenStack, request: Request) -> Reply:
    server = _one(cloud, "servers", request.ids[0])
    (action,) = request.body
    if action in _LEADS:
        before, after = _LEADS[action]
        if server["status"] not in before:
            raise nova_error(
                409, f"Cannot '{action}' instance {server['id']} while it is in vm_state {server['status']}"
            )
        server["status"] = after or server["status"]
        server["_actions"].insert(0, {"action": action, "start_time": cloud.moment(), "request_id": f"req-{uuid4()}"})
        if action == "rebuild":
            server["image"] = {"id": request.body["rebuild"]["imageRef"]}
        return 202, {"server": _server(cloud, server)}
    if action != "os-getConsoleOutput":
        raise nova_error(400, "There is no such action")
    return 200, {"output": server["_console"]}


@route("GET", "/compute/v2.1/servers/([^/]+)/os-instance-actions")
def instance_actions(cloud: FakeOpenStack, request: Request) -> Reply:
    return 200, {"instanceActions": _one(cloud, "servers", request.ids[0])["_actions"]}


@route("PUT", "/compute/v2.1/servers/([^/]+)/metadata/(.+)")
def set_metadata(cloud: FakeOpenStack, request: Request) -> Reply:
    _one(cloud, "servers", request.ids[0])["metadata"] |= request.body["meta"]
    return 200, {"meta": request.body["meta"]}


@route("GET", "/compute/v2.1/servers/([^/]+)/os-volume_attachments")
def attachments(cloud: FakeOpenStack, request: Request) -> Reply:
    _one(cloud, "servers", request.ids[0])
    found = [a for volume in cloud.of("volumes") for a in volume["attachments"] if a["server_id"] == request.ids[0]]
    shown = [{"id": a["volume_id"], "volumeId": a["volume_id"], "device": a["device"]} for a in found]
    return 200, {"volumeAttachments": shown}


@route("POST", "/compute/v2.1/servers/([^/]+)/os-volume_attachments")
def attach(cloud: FakeOpenStack, request: Request) -> Reply:
    _one(cloud, "servers", request.ids[0])
    volume = _one(cloud, "volumes", request.body["volumeAttachment"]["volumeId"])
    if volume["attachments"]:
        raise nova_error(400, f"Invalid volume: volume {volume['id']} already attached")
    made = {"server_id": request.ids[0], "volume_id": volume["id"], "device": "/dev/vdb"}
    volume["attachments"], volume["status"] = [made], "in-use"
    return 200, {"volumeAttachment": {"id": volume["id"], "volumeId": volume["id"], "device": "/dev/vdb"}}


# Cinder

_VOLUMES = "/volume/v3/[0-9a-f]{32}"


@route("GET", f"{_VOLUMES}/limits")
def volume_limits(cloud: FakeOpenStack, _: Request) -> Reply:
    volumes = cloud.of("volumes")
    absolute = {
        "maxTotalVolumes": cloud.quotas["volumes"], "totalVolumesUsed": len(volumes),
        "maxTotalVolumeGigabytes": cloud.quotas["gigabytes"],
        "totalGigabytesUsed": sum(volume["size"] for volume in volumes),
        "maxTotalBackups": cloud.quotas["backups"], "totalBackupsUsed": len(cloud.backups),
        "maxTotalBackupGigabytes": cloud.quotas["backup_gigabytes"],
        "totalBackupGigabytesUsed": sum(backup["size"] for backup in cloud.backups),
    }  # fmt: skip
    return 200, {"limits": {"rate": [], "absolute": absolute}}


@route("GET", f"{_VOLUMES}/types")
def volume_types(cloud: FakeOpenStack, _: Request) -> Reply:
    return 200, {"volume_types": [{"id": "t1", "name": "nfs"}]}


@route("GET", f"{_VOLUMES}/volumes/detail")
def volumes(cloud: FakeOpenStack, request: Request) -> Reply:
    found = _matching(cloud.of("volumes"), request, "name")
    wanted = json.loads(request.query.get("metadata", "{}"))
    shown = [volume for volume in found if wanted.items() <= volume["metadata"].items()]
    return 200, {"volumes": [_progress(cloud, volume, volume["name"], "available") for volume in shown]}


@route("POST", f"{_VOLUMES}/volumes")
def create_volume(cloud: FakeOpenStack, request: Request) -> Reply:
    wanted = request.body["volume"]
    if len(cloud.of("volumes")) >= cloud.quotas["volumes"]:
        raise nova_error(413, f"VolumeLimitExceeded: Maximum number of volumes allowed ({cloud.quotas['volumes']}) "
                              "exceeded for quota 'volumes'.")  # fmt: skip
    image = next((one for one in cloud.images if one["id"] == wanted.get("imageRef")), None)
    if wanted.get("imageRef") and image is None:
        raise nova_error(400, "Invalid image identifier or unable to access requested image.")
    if image and image["min_disk"] > wanted["size"]:
        raise nova_error(400, f"Invalid input received: Volume size {wanted['size']}GB cannot be smaller than the "
                              f"image minDisk size {image['min_disk']}GB.")  # fmt: skip
    made = {
        "id": str(uuid4()), "name": wanted["name"], "size": wanted["size"],
        "status": "downloading" if image else "creating",
        "metadata": wanted["metadata"], "volume_type": wanted.get("volume_type", "nfs"), "attachments": [],
        "bootable": "true" if image else "false", "_polls": cloud.polls,
    }  # fmt: skip
    if image:
        made["volume_image_metadata"] = {"image_id": image["id"], "image_name": image["name"]}
    cloud.things["volumes"][made["id"]] = made
    return 202, {"volume": {key: value for key, value in made.items() if key != "_polls"}}


@route("GET", f"{_VOLUMES}/volumes/([^/]+)")
def volume(cloud: FakeOpenStack, request: Request) -> Reply:
    found = _one(cloud, "volumes", request.ids[0])
    return 200, {"volume": _progress(cloud, found, found["name"], "available")}


@route("DELETE", f"{_VOLUMES}/volumes/([^/]+)")
def delete_volume(cloud: FakeOpenStack, request: Request) -> Reply:
    if _one(cloud, "volumes", request.ids[0])["attachments"]:
        raise nova_error(400, "Invalid volume: Volume status must be available or error")
    del cloud.things["volumes"][request.ids[0]]
    return 202, {}


@route("GET", f"{_VOLUMES}/backups/detail")
def backups(cloud: FakeOpenStack, request: Request) -> Reply:
    after = request.query.get("marker")
    start = 1 + [each["id"] for each in cloud.backups].index(after) if after else 0
    page: Json = {"backups": cloud.backups[start : start + 4]}
    if start + 4 < len(cloud.backups):
        marker = page["backups"][-1]["id"]
        page["backups_links"] = [
            {"rel": "next", "href": f"{cloud.url}/volume/v3/{cloud.project}/backups/detail?marker={marker}"}
        ]
    return 200, page


# Glance


@route("GET", "/image/v2/images")
def images(cloud: FakeOpenStack, request: Request) -> Reply:
    return 200, {"images": _matching(cloud.images, request, "name")}


@route("GET", "/image/v2/images/([^/]+)")
def image(cloud: FakeOpenStack, request: Request) -> Reply:
    found = [one for one in cloud.images if one["id"] == request.ids[0]]
    return (200, found[0]) if found else (404, {"message": "No image found"})


@route("POST", "/image/v2/images")
def create_image(cloud: FakeOpenStack, request: Request) -> Reply:
    made = {**request.body, "id": str(uuid4()), "status": "queued", "size": None}
    cloud.images.append(made)
    return 201, made


@route("PUT", "/image/v2/images/([^/]+)/file")
def upload_image(cloud: FakeOpenStack, request: Request) -> Reply:
    (found,) = [one for one in cloud.images if one["id"] == request.ids[0]]
    content = cloud.spoiled(request.content)
    found |= {"status": "active", "size": len(content), "os_hash_algo": "sha512"}
    found["os_hash_value"] = sha512(content).hexdigest()
    return 204, {}


@route("DELETE", "/image/v2/images/([^/]+)")
def delete_image(cloud: FakeOpenStack, request: Request) -> Reply:
    (found,) = [one for one in cloud.images if one["id"] == request.ids[0]]
    if found["id"] in cloud.images_in_use:
        return 409, {"message": "Image is in use"}
    cloud.images.remove(found)
    return 204, {}


# Neutron

_NET = "/network/v2.0"
_KEYS = {"ports": "port", "security-groups": "security_group", "floatingips": "floatingip"}


@route("GET", f"{_NET}/networks")
def networks(cloud: FakeOpenStack, request: Request) -> Reply:
    found = _matching(cloud.networks, request, "name")
    return 200, {"networks": [net | {"subnets": [s["id"] for s in _subnets(cloud, net["id"])]} for net in found]}


@route("GET", f"{_NET}/subnets")
def subnets(cloud: FakeOpenStack, _: Request) -> Reply:
    return 200, {"subnets": [each for each in cloud.subnets if not each.get("hidden")]}


@route("GET", f"{_NET}/network-ip-availabilities")
def ip_sums(cloud: FakeOpenStack, _: Request) -> Reply:
    if cloud.ip_sums is None:
        raise neutron_error(403, "PolicyNotAuthorized", "rule:get_network_ip_availabilities is disallowed by policy")
    return 200, {"network_ip_availabilities": cloud.ip_sums}


def _subnets(cloud: FakeOpenStack, network: str) -> list[Json]:
    return [each for each in cloud.subnets if each["network_id"] == network]


def _free_address(cloud: FakeOpenStack, network: str) -> tuple[str, str]:
    """Return the subnet and the first free IPv4 address of a network; refuse as Neutron does."""
    held = {fixed["ip_address"] for port in cloud.of("ports") for fixed in port["fixed_ips"]}
    held |= {ip["floating_ip_address"] for ip in cloud.of("floatingips")}
    for each in _subnets(cloud, network):
        for pool in each["allocation_pools"] if each["ip_version"] == 4 else ():
            first, last = (int(ip_address(pool[end])) for end in ("start", "end"))
            for number in range(first, last + 1):
                if str(ip_address(number)) not in held:
                    return each["id"], str(ip_address(number))
    raise neutron_error(409, "IpAddressGenerationFailure", f"No more IP addresses available on network {network}.")


@route("GET", f"{_NET}/quotas/[^/]+/details")
def network_quotas(cloud: FakeOpenStack, _: Request) -> Reply:
    kinds = {"port": "ports", "floatingip": "floatingips", "security_group": "security-groups"}
    kinds["security_group_rule"] = "rules"
    told = {
        key: {"limit": cloud.quotas[key], "used": len(cloud.of(kind)), "reserved": 0} for key, kind in kinds.items()
    }
    return 200, {"quota": told}


def _within_quota(cloud: FakeOpenStack, kind: str, key: str) -> None:
    if len(cloud.of(kind)) >= cloud.quotas[key]:
        raise neutron_error(409, "OverQuota", f"Quota exceeded for resources: ['{key}'].")


@route("GET", f"{_NET}/(ports|security-groups|floatingips)")
def network_list(cloud: FakeOpenStack, request: Request) -> Reply:
    kind = request.ids[0]
    found = _matching(cloud.of(kind), request, "name", "description", "device_id", "port_id", "project_id",
                      "network_id", "floating_ip_address")  # fmt: skip
    if fixed := request.query.get("fixed_ips", "").removeprefix("ip_address="):
        found = [port for port in found if any(each["ip_address"] == fixed for each in port["fixed_ips"])]
    return 200, {f"{_KEYS[kind]}s": [_shown(cloud, kind, thing) for thing in found]}


@route("GET", f"{_NET}/(ports|security-groups|floatingips)/([^/]+)")
def network_show(cloud: FakeOpenStack, request: Request) -> Reply:
    kind = request.ids[0]
    return 200, {_KEYS[kind]: _shown(cloud, kind, _one(cloud, kind, request.ids[1]))}


def _shown(cloud: FakeOpenStack, kind: str, thing: Json) -> Json:
    if kind != "security-groups":
        return thing
    return thing | {"security_group_rules": [r for r in cloud.of("rules") if r["security_group_id"] == thing["id"]]}


@route("PUT", f"{_NET}/(ports|security-groups|floatingips)/([^/]+)/tags")
def set_tags(cloud: FakeOpenStack, request: Request) -> Reply:
    _one(cloud, request.ids[0], request.ids[1])["tags"] = request.body["tags"]
    return 200, {"tags": request.body["tags"]}


@route("PUT", f"{_NET}/(ports|floatingips)/([^/]+)")
def network_update(cloud: FakeOpenStack, request: Request) -> Reply:
    kind = request.ids[0]
    thing = _one(cloud, kind, request.ids[1])
    wanted = next((value for name, value in request.headers.items() if name.lower() == "if-match"), "")
    if wanted and wanted != f"revision_number={thing['revision_number']}":
        raise neutron_error(412, "RevisionNumberConstraintFailed", "Constrained to another revision.")
    told = request.body[_KEYS[kind]]
    thing |= _associated(cloud, thing, told) if kind == "floatingips" and "port_id" in told else told
    thing["revision_number"] = thing.get("revision_number", 0) + 1
    return 200, {_KEYS[kind]: thing}


def _associated(cloud: FakeOpenStack, ip: Json, told: Json) -> Json:
    """Return where a floating IP stands from now on; refuse as Neutron does."""
    if not told["port_id"]:
        return {**told, "fixed_ip_address": None}
    had = [each["ip_address"] for each in _one(cloud, "ports", told["port_id"])["fixed_ips"]]
    fixed = told.get("fixed_ip_address") or next(iter(had), None)
    if fixed not in had:
        raise neutron_error(400, "BadRequest", f"Port {told['port_id']} does not have fixed ip {fixed}.")
    others = [each for each in cloud.of("floatingips") if each is not ip and each["port_id"] == told["port_id"]]
    if any(each["fixed_ip_address"] == fixed for each in others):
        raise neutron_error(409, "FloatingIPPortAlreadyAssociated", "Cannot associate: already has a floating IP.")
    return {**told, "fixed_ip_address": fixed}


@route("DELETE", f"{_NET}/(ports|security-groups|floatingips|security-group-rules)/([^/]+)")
def network_delete(cloud: FakeOpenStack, request: Request) -> Reply:
    kind = request.ids[0] if request.ids[0] != "security-group-rules" else "rules"
    thing = _one(cloud, kind, request.ids[1])
    if kind == "security-groups" and any(thing["id"] in port["security_groups"] for port in cloud.of("ports")):
        raise neutron_error(409, "SecurityGroupInUse", f"Security Group {thing['id']} in use.")
    del cloud.things[kind][request.ids[1]]
    if kind == "security-groups":
        cloud.things["rules"] = {
            i: r for i, r in cloud.things["rules"].items() if r["security_group_id"] != thing["id"]
        }
    return 204, {}


@route("POST", f"{_NET}/security-groups")
def create_group(cloud: FakeOpenStack, request: Request) -> Reply:
    _within_quota(cloud, "security-groups", "security_group")
    made = {"id": str(uuid4()), "project_id": PROJECT, "tags": [], **request.body["security_group"]}
    cloud.things["security-groups"][made["id"]] = made
    for version in (4, 6):
        _add_rule(cloud, {"security_group_id": made["id"], "direction": "egress", "ethertype": f"IPv{version}"})
    return 201, {"security_group": _shown(cloud, "security-groups", made)}


@route("GET", f"{_NET}/security-group-rules")
def rules(cloud: FakeOpenStack, request: Request) -> Reply:
    return 200, {"security_group_rules": _matching(cloud.of("rules"), request, "security_group_id", "direction")}


@route("POST", f"{_NET}/security-group-rules")
def create_rule(cloud: FakeOpenStack, request: Request) -> Reply:
    together = request.body.get("security_group_rules")
    asked = [request.body["security_group_rule"]] if together is None else together
    if len(cloud.of("rules")) + len(asked) > cloud.quotas["security_group_rule"]:
        raise neutron_error(409, "OverQuota", "Quota exceeded for resources: ['security_group_rule'].")
    for wanted in asked:
        if any({k: v for k, v in rule.items() if k in wanted} == wanted for rule in cloud.of("rules")):
            raise neutron_error(409, "SecurityGroupRuleExists", "Security group rule already exists.")
    made = [_add_rule(cloud, wanted) for wanted in asked]
    return 201, {"security_group_rule": made[0]} if together is None else {"security_group_rules": made}


def _add_rule(cloud: FakeOpenStack, rule: Json) -> Json:
    empty = dict.fromkeys(("protocol", "port_range_min", "port_range_max", "remote_ip_prefix", "remote_group_id"))
    made = {"id": str(uuid4()), "project_id": PROJECT, **empty, **rule}
    cloud.things["rules"][made["id"]] = made
    return made


@route("POST", f"{_NET}/ports")
def create_port(cloud: FakeOpenStack, request: Request) -> Reply:
    _within_quota(cloud, "ports", "port")
    wanted = request.body["port"]
    network = next(net for net in cloud.networks if net["id"] == wanted["network_id"])
    fixed: list[Json] = []
    if _subnets(cloud, network["id"]):
        identity, address = _free_address(cloud, network["id"])
        fixed.append({"subnet_id": identity, "ip_address": address})
    if not (fixed and network["port_security_enabled"]) and wanted["security_groups"]:
        raise neutron_error(400, "PortSecurityAndIPRequiredForSecurityGroups",
                            "Port security must be enabled and port must have an IP address in order to use security "
                            "groups.")  # fmt: skip
    made = {
        "id": str(uuid4()), "project_id": PROJECT, "tags": [], "device_id": "", "status": "DOWN",
        "fixed_ips": fixed, **wanted,
    }  # fmt: skip
    cloud.things["ports"][made["id"]] = made
    return 201, {"port": made}


@route("POST", f"{_NET}/floatingips")
def create_ip(cloud: FakeOpenStack, request: Request) -> Reply:
    _within_quota(cloud, "floatingips", "floatingip")
    wanted = request.body["floatingip"]
    if any(ip["port_id"] == wanted["port_id"] for ip in cloud.of("floatingips")):
        raise neutron_error(409, "FloatingIPPortAlreadyAssociated", "Cannot associate: already has a floating IP.")
    _, address = _free_address(cloud, wanted["floating_network_id"])
    fixed = [each["ip_address"] for each in _one(cloud, "ports", wanted["port_id"])["fixed_ips"]]
    made = {
        "id": str(uuid4()), "project_id": PROJECT, "tags": [], "status": "ACTIVE", "floating_ip_address": address,
        "fixed_ip_address": next(iter(fixed), None), "revision_number": 1, **wanted,
    }  # fmt: skip
    cloud.things["floatingips"][made["id"]] = made
    return 201, {"floatingip": made}


def _handler(cloud: FakeOpenStack) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Keep quiet."""

        def _content(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            pieces = []
            while size := int(self.rfile.readline(), 16):
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(pieces)

        def _serve(self) -> None:
            if cloud.gone:
                self.close_connection = True
                return
            content = self._content()
            told = b"{}" if self.path.endswith("/file") else content or b"{}"
            try:
                status, body = cloud.handle(
                    self.command, self.path, dict(self.headers.items()), json.loads(told), content
                )
            except Refusal as refusal:
                status, body = refusal.status, refusal.body
            payload = b"" if status == 204 else json.dumps(body).encode()
            headers = {"Content-Type": "application/json", "x-openstack-request-id": f"req-{uuid4()}"}
            if cloud.ahead is not None:
                headers["Date"] = formatdate(time.time() + cloud.ahead, usegmt=True)
            if self.path.endswith("/auth/tokens"):
                headers["X-Subject-Token"] = cloud.token
            if status == 413:
                headers["Retry-After"] = "0"
            if status != 204:
                headers["Content-Length"] = str(len(payload))
            head = [f"HTTP/1.1 {status} {responses[status]}", *(f"{name}: {value}" for name, value in headers.items())]
            self.wfile.write("\r\n".join([*head, "", ""]).encode("latin-1") + payload)

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the base class's names

    return Handler
