"""Key pairs and servers in Nova."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from functools import partial

from openstack.compute.v2.keypair import Keypair
from openstack.compute.v2.server import Server
from openstack.exceptions import NotFoundException

from orchestrator.adapters.openstack import network, resources, storage
from orchestrator.adapters.openstack.api import Api
from orchestrator.adapters.openstack.creating import beginning_with, ensure_one
from orchestrator.adapters.openstack.marks import (
    CONFIGURED,
    CONFIGURED_ON,
    marked_key,
    read_key,
    read_metadata,
    same_key,
    tags,
)
from orchestrator.adapters.openstack.notes import launch_of, note_of
from orchestrator.model.plan import KeypairSpec, Kind, Owner, ServerSpec
from orchestrator.model.result import Ensured, Observed

# Server states that end by themselves; a server of ours in any other but ACTIVE was put there by a person.
_CHANGING = frozenset({"BUILD", "REBOOT", "HARD_REBOOT", "REBUILD", "MIGRATING", "RESIZE", "UNKNOWN"})


def owner_of(server: Server) -> Owner | None:
    """Return whose server it is."""
    return read_metadata(server.metadata)


def ensure_keypair(api: Api, spec: KeypairSpec, public_key: str) -> Ensured:
    """Make the tool's key known to Nova. Names are unique per user, so there can never be two."""
    wanted = marked_key(public_key, spec.owner)
    known = api.remembered(Kind.KEYPAIR, spec.owner.mark())
    if known is not None:  # all systems of a programme have the same one
        return Ensured(kind=Kind.KEYPAIR, name=spec.name, id=known, changed=False)

    def look() -> Keypair | None:
        pairs = api.listed("key pairs", spec.name, lambda _: api.connection.compute.keypairs())
        named = [pair for pair in pairs if pair.name == spec.name]
        return api.pick(spec.owner, spec.name, named, owner_of=lambda pair: read_key(pair.public_key))

    pair, made = ensure_one(
        api,
        f"{Kind.KEYPAIR}:{spec.owner.mark()}",
        spec.name,
        look=look,
        prepare=lambda: partial(api.connection.compute.create_keypair, name=spec.name, public_key=wanted),
    )
    if not same_key(pair.public_key, wanted):
        raise api.error("cloud.other-key", subject=spec.name)
    api.remember(Kind.KEYPAIR, spec.owner.mark(), pair.id)
    return Ensured(kind=Kind.KEYPAIR, name=spec.name, id=pair.id, changed=made)


def named(api: Api, name: str) -> Iterator[Server]:
    """Find servers by name. Nova reads the name as a regular expression."""

    def read(names: Sequence[str]) -> Iterable[Server]:
        patterns = "|".join(re.escape(each).replace("\\-", "-") for each in names)
        return resources.listed(
            api.connection.compute, resources.Server, base_path="/servers/detail", name=f"^({patterns})$"
        )

    return (server for server in api.listed("servers by name", name, read) if server.name == name)


def own_server(api: Api, name: str) -> Server:
    """Return our server of that name in the plan."""
    return api.own(
        ServerSpec,
        name,
        named=lambda: named(api, name),
        marked=lambda owner: _tagged(api, owner),
        owner_of=owner_of,
    )


def _tagged(api: Api, owner: Owner, after: timedelta = timedelta()) -> list[Server]:
    """List the system's servers by their tags, with those of other systems that others look for."""
    programme, system = _system_tags(owner)

    def read(systems: Sequence[str]) -> Iterable[Server]:
        return resources.listed(
            api.connection.compute,
            resources.Server,
            base_path="/servers/detail",
            tags=programme,
            any_tags=",".join(systems),
        )

    return api.listed(("servers", programme, bool(after)), system, read, after)


def find_server(api: Api, spec: ServerSpec) -> Server | None:
    """Find our server by its mark, also when somebody renamed it; one that is being deleted counts until it is gone."""
    # Who carries the name matters only while nothing carries the mark.
    tagged = [server for server in _tagged(api, spec.owner) if owner_of(server) == spec.owner]
    return api.pick(spec.owner, spec.name, tagged or named(api, spec.name), owner_of=owner_of)


def observe(api: Api, spec: ServerSpec) -> Observed | None:
    """Find our server (see `find_server`) and tell how it stands and which configuration it holds."""
    found = find_server(api, spec)
    if found is None:
        return None
    return Observed(
        kind=Kind.SERVER,
        id=found.id,
        name=found.name,
        cloud=api.cloud,
        system=spec.owner.system,
        key=spec.owner.key,
        status=found.status,
        detail={**note_of(api, found).detail(), "launch": launch_of(found)},
    )


def ensure_server(api: Api, spec: ServerSpec) -> Ensured:
    """Make the server exist and be ACTIVE.

    Its port exists before it and is named in the create: Nova refuses a server on a port that another
    server holds, when it is asked and again when the build claims the port. So even a create that is
    served long after its answer was given up cannot lead to two running servers of one plan line.

    A server of ours in ERROR is reported with its fault and kept for diagnosis by the call that meets
    it. The next call (a retry by a person or by the engine) replaces it if it never started: Nova never
    wrote a launch time and we never wrote a configuration, so there is nothing on it to lose, its data
    volumes are not attached yet, and its port and the volume it boots from outlive it. One that has ever
    run is never replaced.
    """
    standing = _standing(api, spec)
    server, made = ensure_one(
        api,
        f"{Kind.SERVER}:{spec.owner.mark()}",
        spec.name,
        look=beginning_with(standing, lambda: find_server(api, spec)),
        prepare=lambda: partial(resources.create, api.connection.compute, resources.Server, **_wanted(api, spec)),
    )
    server = server if _runs(server) else await_active(api, server, spec.owner)
    _compare(api, spec, server)
    return Ensured(kind=Kind.SERVER, name=spec.name, id=server.id, changed=made)


def never_ran(server: Server) -> bool:
    """Tell whether a server never became ACTIVE, so that nothing can be on it."""
    return not server.launched_at and CONFIGURED not in (server.metadata or {})


def flavor_name(server: Server) -> str:
    """Return the name of the flavor a server was made with; since microversion 2.47 Nova keeps it with the server."""
    return str(server.flavor.original_name or server.flavor.name or "") if server.flavor else ""


def fault(server: Server) -> str:
    """Return what Nova says went wrong with a server; it shows this only for servers in ERROR."""
    return str((server.fault or {}).get("message", "")) or "?"


def await_active(api: Api, server: Server, owner: Owner) -> Server:
    """Return the server when it is ACTIVE; all that wait for servers of the programme look together.

    Raises:
        CloudError: `cloud.server-error` with the fault's text, `cloud.server-state` if a person stopped it,
            `cloud.missing` if it vanished, `cloud.deadline`.
    """
    last = server
    lost = api.deadline.within(api.timeouts.grace)
    began = api.deadline.clock.monotonic()
    while True:
        waited = timedelta(seconds=api.deadline.clock.monotonic() - began)
        pause = min(api.timeouts.poll_most, max(2 * api.timeouts.poll_first, waited / 10))
        seen = next((one for one in _tagged(api, owner, pause) if one.id == server.id), None)
        try:
            # Asked for alone where its tags do not show it, and for what is wrong with it.
            last = seen if seen and seen.status in {"ACTIVE", *_CHANGING} else _shown(api, server)
        except NotFoundException as error:
            # Where several database nodes stand behind the API, a new server may be unknown to the next one asked.
            if lost.passed:
                raise api.error("cloud.missing", subject=last.name) from error
        else:
            if _runs(last):
                return last
            if last.status == "ERROR":
                raise api.error("cloud.server-error", subject=last.name, id=last.id, fault=fault(last))
            if last.status != "ACTIVE" and last.status not in _CHANGING:
                raise api.error("cloud.server-state", subject=last.name, id=last.id, status=last.status)
        if api.deadline.passed:
            raise api.late(last.name, f"{last.status} {last.task_state or ''}".strip())


def _runs(server: Server) -> bool:
    return server.status == "ACTIVE" and server.task_state is None


def _shown(api: Api, server: Server) -> Server:
    found: Server = api.connection.compute.get_server(server.id)
    return found


def ensure_configured(api: Api, seen: Observed, digest: str) -> Ensured:
    """Write on the server which configuration holds since the launch that was seen before it was configured.

    Two items, each by PUT, which may be repeated; the launch comes first, so that a crash between them leaves no
    note that says more than is true. A server that was rebuilt meanwhile is noted as it was, and thus not believed.
    """
    server = api.connection.compute.get_server(seen.id)
    wanted = {CONFIGURED_ON: seen.detail["launch"], CONFIGURED: digest}
    missing = {name: text for name, text in wanted.items() if (server.metadata or {}).get(name) != text}
    for name, text in missing.items():
        server.set_metadata_item(api.connection.compute, name, text)
    return Ensured(kind=Kind.CONFIGURATION, name=seen.name, id=server.id, changed=bool(missing))


def await_gone(api: Api, server: Server) -> None:
    """Return when Nova no longer knows the server."""

    def look() -> bool | None:
        try:
            return api.connection.compute.get_server(server.id).status == "DELETED" or None
        except NotFoundException:
            return True

    if api.until(look) is None:
        raise api.late(server.name, "deleting")


def _standing(api: Api, spec: ServerSpec) -> Server | None:
    """Return our server that is there to stay: not one being deleted, nor one that never ran (see `ensure_server`)."""
    found = find_server(api, spec)
    if found is None:
        return None
    if found.status == "ERROR" and never_ran(found):
        told = {"name": spec.name, "mark": spec.owner.mark(), "id": found.id, "fault": fault(found)}
        api.evidence.record("server.replaced", cloud=api.cloud, **told)
        api.connection.compute.delete_server(found.id)
        await_gone(api, found)
    elif found.task_state == "deleting" or found.status == "DELETED":
        await_gone(api, found)
    else:
        return found
    return None


def _wanted(api: Api, spec: ServerSpec) -> dict[str, object]:
    port = network.free_port(api, spec)
    wanted: dict[str, object] = {
        "name": spec.name,
        "flavor_id": api.offered("flavor", spec.flavor, api.connection.compute.flavors()),
        **_boot(api, spec),
        "networks": [{"port": port}],
        "key_name": spec.keypair,
        "metadata": dict(spec.owner.tags()),
        "tags": _system_tags(spec.owner),
        "config_drive": True,
    }
    if spec.availability_zone:
        wanted["availability_zone"] = spec.availability_zone
    return wanted


def _boot(api: Api, spec: ServerSpec) -> dict[str, object]:
    """Return what the create says of the disk to boot from; a volume is not deleted with its server."""
    if spec.boot_volume:
        disk = {"uuid": storage.bootable(api, spec.boot_volume).id, "boot_index": 0, "delete_on_termination": False}
        return {"block_device_mapping": [{**disk, "source_type": "volume", "destination_type": "volume"}]}
    return {"image_id": api.offered("image", spec.image, api.connection.image.images(name=spec.image))}


def _system_tags(owner: Owner) -> list[str]:
    return [tag for tag in tags(owner) if not tag.startswith("migrate:key=")]


def _compare(api: Api, spec: ServerSpec, server: Server) -> None:
    """Refuse a server that is not as specified; neither its size nor its disk can be mended in place."""
    flavor = flavor_name(server)
    if flavor and flavor != spec.flavor:
        raise api.error("cloud.changed", subject=spec.name, field="flavor", wanted=spec.flavor, found=flavor)
    image, volumes = image_id(server), [str(volume["id"]) for volume in server.attached_volumes or []]
    if spec.boot_volume:
        right = not image and storage.own_volume(api, spec.boot_volume).id in volumes
        field, wanted = "boot_volume", spec.boot_volume
        found = "" if right else image or ", ".join(volumes) or "-"
    else:
        field, wanted = "image", spec.image
        found = _image_name(api, image, wanted) if image else ", ".join(volumes) or "-"
    if found not in ("", wanted):
        raise api.error("cloud.changed", subject=spec.name, field=field, wanted=wanted, found=found)


def image_id(server: Server) -> str:
    """Return the id of the image that a server's disk is a copy of; empty if it boots from a volume."""
    return str(server.image.id or "") if server.image else ""


def _image_name(api: Api, identity: str, likely: str) -> str:
    """Return an image's name, which is only asked for if it is not the likely one; empty if the image is gone."""
    if api.remembered("image", likely) == identity:
        return likely
    try:
        return str(api.connection.image.get_image(identity).name)
    except NotFoundException:
        return ""
