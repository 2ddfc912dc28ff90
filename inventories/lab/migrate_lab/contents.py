"""What a cloud holds for the project that migrates into it, and how a test's leavings are cleaned away."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial

from . import image
from .api import Api, ApiError
from .cloud import Cloud, reported
from .progress import say, wait_for

PROJECT, USER = "egov", "migrate"
_FLAVORS = {"gov.tiny": (1, 256, 2), "gov.small": (1, 512, 3), "gov.medium": (2, 1024, 5)}
_IMAGE = {
    "disk_format": "qcow2",
    "container_format": "bare",
    "visibility": "public",
    "min_disk": 2,
    "min_ram": 256,
    "os_distro": "debian",
    "os_version": "12",
    "os_admin_user": "debian",
    "hw_rng_model": "virtio",
    # the config drive on the bus whose driver is loaded already
    "hw_cdrom_bus": "scsi",
    "hw_scsi_model": "virtio-scsi",
}


def quota(servers: int) -> dict[str, dict[str, int]]:
    """Return a project's quotas for so many servers, in the proportions of a middling department."""
    return {
        "compute": {
            "instances": servers,
            "cores": servers * 2,
            "ram": servers * 2048,
            "key_pairs": 100,
            "server_groups": 20,
        },
        "volume": {
            "volumes": servers * 3 // 2,
            "gigabytes": servers * 10,
            "snapshots": servers,
            "backups": servers,
            "backup_gigabytes": servers * 10,
        },
        "network": {
            "network": 20,
            "subnet": 20,
            "router": 5,
            "port": servers * 3,
            "floatingip": servers,
            "security_group": servers * 3 // 2,
            "security_group_rule": servers * 15,
        },
    }


def set_quota(cloud: Cloud, servers: int) -> None:
    """Set the project's quotas."""
    api = cloud.api()
    project = _project(api)
    wanted = quota(servers)
    for service in ("compute", "volume"):
        api.call(service, "PUT", f"/os-quota-sets/{project}", {"quota_set": wanted[service]})
    api.call("network", "PUT", f"/quotas/{project}", {"quota": wanted["network"]})


def seed(cloud: Cloud) -> None:
    """Create what is absent."""
    before = time.monotonic()
    api = cloud.api()
    project = _user(cloud, api)
    if not (cloud.folder / "seeded").exists():
        set_quota(cloud, 40)
    _image(api)
    for name, (vcpus, ram, disk) in _FLAVORS.items():
        api.ensure("compute", "/flavors", "flavor", name, vcpus=vcpus, ram=ram, disk=disk)
    api.ensure("volume", "/types", "volume_type", "nfs", extra_specs={"volume_backend_name": "nfs"})
    _networks(cloud, api, project)
    if not (cloud.folder / "seeded").exists():
        (cloud.folder / "seeded").touch()
        say(cloud.name, f"seeded in {time.monotonic() - before:.1f} s")


def _project(api: Api) -> str:
    return str(api.get("identity", f"/projects?name={PROJECT}")["projects"][0]["id"])


def _user(cloud: Cloud, api: Api) -> str:
    project = api.ensure(
        "identity", "/projects", "project", PROJECT, domain_id="default", description="Government information systems"
    )["id"]
    user = api.ensure(
        "identity", "/users", "user", USER,
        domain_id="default", password=cloud.secrets[USER], default_project_id=project,
    )["id"]  # fmt: skip
    roles = {role["name"]: role["id"] for role in api.get("identity", "/roles")["roles"]}
    api.call("identity", "PUT", f"/projects/{project}/users/{user}/roles/{roles['member']}")
    return str(project)


def _image(api: Api) -> None:
    """Upload the guest; one that was built from something else, or only half uploaded, is replaced."""
    guest = image.ensure()
    found = api.get("image", "/images?name=debian-12")["images"]
    if not any(one["status"] == "active" and one.get("lab_build") == guest.key for one in found):
        image_id = api.call("image", "POST", "/images", {"name": "debian-12", "lab_build": guest.key, **_IMAGE})["id"]
        with guest.disk.open("rb") as stream:
            api.upload(f"/images/{image_id}/file", stream, guest.disk.stat().st_size)
        for old in found:
            api.call("image", "DELETE", f"/images/{old['id']}")


def _networks(cloud: Cloud, api: Api, project: str) -> None:
    prefix = f"172.30.{cloud.number}"
    provider = api.ensure(
        "network", "/networks", "network", "provider",
        **{"shared": True, "router:external": True},
        **{"provider:network_type": "flat", "provider:physical_network": "provider"},
    )["id"]  # fmt: skip
    api.ensure(
        "network", "/subnets", "subnet", "provider",
        network_id=provider, ip_version=4, cidr=f"{prefix}.0/24", gateway_ip=f"{prefix}.1",
        allocation_pools=[{"start": f"{prefix}.20", "end": f"{prefix}.250"}],
    )  # fmt: skip
    internet = api.ensure("network", "/networks", "network", "internet", project_id=project)["id"]
    subnet = api.ensure(
        "network", "/subnets", "subnet", "internet",
        project_id=project, network_id=internet, ip_version=4, cidr=f"192.168.{cloud.number}0.0/24",
    )["id"]  # fmt: skip
    router = api.ensure(
        "network", "/routers", "router", "internet",
        project_id=project, external_gateway_info={"network_id": provider},
    )["id"]  # fmt: skip
    ports = api.get("network", f"/ports?device_id={router}&network_id={internet}")["ports"]
    if not ports:
        api.call("network", "PUT", f"/routers/{router}/add_router_interface", {"subnet_id": subnet})


def seed_fake(cloud: Cloud) -> None:
    """Put the fake compute service in an availability zone of its own, in Nova and in Placement.

    Nova copies a zone's host to Placement in the same call, but answers 200 when that fails, as it does when the host
    reports itself at that moment (a deadlock there); such a zone exists and nothing can be scheduled to it. So the host
    must have reported first, and the copy is made good afterwards.
    """
    api, host = cloud.api(), f"{cloud.name}-fake"
    wait_for(cloud.name, "the fake compute service to be known", partial(reported, api, host), within=300, pause=1)
    aggregates = api.get("compute", "/os-aggregates")["aggregates"]
    found = next((one for one in aggregates if one["name"] == "fake"), None)
    if found is None:
        body = {"aggregate": {"name": "fake", "availability_zone": "fake"}}
        found = api.call("compute", "POST", "/os-aggregates", body)["aggregate"]
    if host not in (found.get("hosts") or []):
        api.call("compute", "POST", f"/os-aggregates/{found['id']}/action", {"add_host": {"host": host}})
    copied = partial(cloud.box.succeeds, "nova-manage", "placement", "sync_aggregates")
    wait_for(cloud.name, "Placement to know the fake zone", copied, within=120, pause=1)


def clean(cloud: Cloud) -> None:
    """Delete everything the project has made beyond what `seed` made; for tests."""
    api = cloud.api(USER)
    _delete(api, "compute", "/servers", "servers", within=180)
    _delete(api, "network", "/floatingips", "floatingips")
    _delete(api, "volume", "/backups", "backups", within=120)
    _delete(api, "volume", "/snapshots", "snapshots", within=60)
    _delete(api, "volume", "/volumes", "volumes", within=60)
    mine = f"project_id={api.project}"
    for port in api.get("network", f"/ports?{mine}")["ports"]:
        if not port["device_owner"].startswith("network:"):
            _forget(api, "network", f"/ports/{port['id']}")
    _delete(api, "network", f"/security-groups?{mine}", "security_groups", keep=("default",))
    for router in api.get("network", f"/routers?{mine}")["routers"]:
        if router["name"] != "internet":
            for port in api.get("network", f"/ports?device_id={router['id']}")["ports"]:
                body = {"port_id": port["id"]}
                api.call("network", "PUT", f"/routers/{router['id']}/remove_router_interface", body)
            _forget(api, "network", f"/routers/{router['id']}")
    _delete(api, "network", f"/networks?{mine}", "networks", keep=("internet",))
    _delete(api, "compute", "/os-server-groups", "server_groups")
    for pair in api.get("compute", "/os-keypairs")["keypairs"]:
        _forget(api, "compute", f"/os-keypairs/{pair['keypair']['name']}")
    _delete(api, "image", f"/images?owner={api.project}", "images")
    say(cloud.name, f"project {PROJECT} is as seeded")


def _delete(api: Api, service: str, path: str, plural: str, *, keep: tuple[str, ...] = (), within: float = 0) -> None:
    plain = path.split("?")[0]
    deadline = time.monotonic() + within
    asked: set[str] = set()
    while found := [one for one in api.get(service, path)[plural] if one.get("name") not in keep]:
        for one in found:
            if one["id"] not in asked:
                asked.add(one["id"])
                _forget(api, service, f"{plain}/{one['id']}")
        if time.monotonic() > deadline:
            break
        time.sleep(1)


def _forget(api: Api, service: str, path: str) -> None:
    try:
        api.call(service, "DELETE", path)
    except ApiError as error:
        if error.status != 404:
            raise


def clouds_yaml(clouds: Mapping[str, Cloud]) -> str:
    """Return the entries of every cloud that exists, of its project's user and of its administrator."""
    lines = ["# Written by `migrate lab up`.", "clouds:"]
    for name, cloud in clouds.items():
        for entry, user, project in ((name, USER, PROJECT), (f"{name}-admin", "admin", "admin")):
            lines += [
                f"  {entry}:",
                f"    region_name: {name}",
                "    identity_api_version: 3",
                "    auth:",
                f"      auth_url: http://{cloud.address}:5000/v3",
                f"      username: {user}",
                f"      password: {cloud.secrets[user]}",
                f"      project_name: {project}",
                "      user_domain_name: Default",
                "      project_domain_name: Default",
            ]
    return "\n".join(lines) + "\n"
