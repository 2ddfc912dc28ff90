"""Whether what runs also listens: a process that is there and answers nobody is deaf, and has to be started again.

Each probe asks for what the service is there for, and ends within its own time.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from . import databases
from .errors import LabError

if TYPE_CHECKING:
    from .cloud import Cloud

_ANSWER_S = 20.0
_WIRED_S = 40.0
# An API is asked for a list out of its database, with a token that it has to have judged: `GET /` is answered by
# a service whose every thread is stuck.
_REQUESTS = {
    "placement": ("placement", "/resource_providers?name=nobody"),
    "glance": ("image", "/images?limit=1"),
    "nova-api": ("compute", "/servers?limit=1"),
    "neutron-server": ("network", "/networks?limit=1"),
    "cinder-api": ("volume", "/types"),
}
APIS = ("keystone", *_REQUESTS)
# Asked one floor after the other, each with what it cannot answer without.
_FLOORS = (
    ({"mariadb", "rabbitmq"}, set[str]()),
    ({"keystone", "libvirtd"}, {"mariadb"}),
    ({*_REQUESTS, "neutron-linuxbridge"}, {"mariadb", "rabbitmq", "keystone"}),
)
_CHAIN = "Bridge chain: neutronMAC-"


def probe(cloud: Cloud, service: str) -> Callable[[], object]:
    """Return what asks a service, with a true answer if it listens; `NoAnswer`, `OSError` or a false one if not."""
    if service in _REQUESTS:
        return partial(_asked, cloud, *_REQUESTS[service])
    return partial(_PROBES[service], cloud)


def _pings(cloud: Cloud) -> bool:
    return databases.ping(cloud.box)


def _gives_a_token(cloud: Cloud) -> bool:
    return bool(cloud.api(within=_ANSWER_S).user)


def _manages(cloud: Cloud) -> bool:
    return cloud.box.succeeds("virsh", "--connect=qemu:///system", "uri", within=_ANSWER_S)


def _asked(cloud: Cloud, api: str, path: str) -> object:
    return cloud.api(within=_ANSWER_S).get(api, path)


def consumed(cloud: Cloud, *queues: str) -> bool:
    """Say whether the broker answers and each of these queues has a consumer."""
    return cloud.box.succeeds(
        "python3", "/etc/migrate-lab/listens.py", cloud.secrets["service"], *queues, within=_ANSWER_S
    )


def wires(cloud: Cloud) -> bool:
    """Say whether the Linux bridge agent takes up new interfaces.

    It reports alive from a thread of its own, whatever became of its loop. So a bridge is made that is named like a
    guest's interface; an agent at work asks neutron-server what that is and writes that nobody knows it.
    """
    device = f"tap{secrets.token_hex(6)[:11]}"
    log = cloud.folder / "var/log/neutron/neutron-linuxbridge-agent.log"
    begin = log.stat().st_size if log.exists() else 0
    cloud.box.run("ip", "link", "add", device, "type", "bridge", within=_ANSWER_S)
    try:
        deadline = time.monotonic() + _WIRED_S
        while time.monotonic() < deadline:
            if log.exists():
                with log.open("rb") as stream:
                    stream.seek(begin)
                    if device.encode() in stream.read():
                        return True
            time.sleep(0.3)
        return False
    finally:
        cloud.box.succeeds("ip", "link", "del", device, within=_ANSWER_S)


def forget_macs(cloud: Cloud) -> None:
    """Empty the chains in which the Linux bridge agent keeps each guest's hardware address; it fills them as it starts.

    Its own way, to delete one rule after the other as ebtables prints them, fails with ebtables over nf_tables, and
    it then tries for ever and wires nothing (`patches.py` mends that too, in clouds started since).
    """
    for line in cloud.box.run("ebtables", "-t", "nat", "-L", within=60).splitlines():
        if line.startswith(_CHAIN):
            chain = line.removeprefix("Bridge chain: ").partition(",")[0]
            cloud.box.run("ebtables", "-t", "nat", "-F", chain, within=60)


_PROBES: Mapping[str, Callable[[Cloud], bool]] = {
    "mariadb": _pings,
    "rabbitmq": consumed,
    "keystone": _gives_a_token,
    "libvirtd": _manages,
    "neutron-linuxbridge": wires,
}


def deaf(cloud: Cloud) -> list[str]:
    """Return the running services that do not listen.

    What only the silence of one below keeps from answering is not named: that one is.
    """
    running = {name for name, pid in cloud.status().items() if pid}
    silent = {name for name in running if cloud.box.stopped(name)}
    for floor, needed in _FLOORS:
        if not needed <= running - silent:
            return sorted(silent)
        asked = sorted(running & floor - silent)
        with ThreadPoolExecutor(max_workers=len(asked) or 1) as pool:
            answers = pool.map(partial(hears, cloud), asked)
            silent |= {name for name, heard in zip(asked, answers, strict=True) if not heard}
    with suppress(LabError):  # an API that does not answer is named already
        silent |= running.intersection(cloud.missing())
    return sorted(silent)


def hears(cloud: Cloud, service: str) -> bool:
    """Say whether a running service listens; of one that cannot be asked it is known only that no signal holds it."""
    if cloud.box.stopped(service):
        return False
    try:
        return service not in {*_REQUESTS, *_PROBES} or bool(probe(cloud, service)())
    except (OSError, LabError):
        return False
