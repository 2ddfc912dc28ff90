"""Makes one-server systems with openstacksdk and threads: `provision_threads.py CLOUDS_YAML COUNT THREADS`.

The same creates as the tool's, and a wait until each server is ACTIVE: no look before a create, no record, no
second start. Names begin with `bench-`. Prints the number of API calls.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openstack

CLOUD, IMAGE, FLAVOR, NETWORK, KEY = "public-service", "debian-12", "gov.small", "provider", "migrate-bench"


def main() -> None:
    """Make them all."""
    clouds, count, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    config = openstack.config.OpenStackConfig(config_files=[clouds])
    cloud: Any = openstack.connection.Connection(config=config.get_one(CLOUD))
    calls = _count_calls(cloud)
    image = cloud.image.find_image(IMAGE).id
    flavor = cloud.compute.find_flavor(FLAVOR).id
    network = cloud.network.find_network(NETWORK).id
    cloud.compute.create_keypair(name=KEY)
    names = [f"bench-plain-{number:03}" for number in range(count)]
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(lambda name: _system(cloud, name, image, flavor, network), names):
            pass
    sys.stdout.write(f"{len(calls)}\n")


def _count_calls(cloud: Any) -> list[str]:
    """Return a list that grows with every request from now on."""
    calls: list[str] = []
    send = cloud.session.request

    def request(url: str, method: str, *arguments: Any, **options: Any) -> Any:
        calls.append(f"{method} {url}")
        return send(url, method, *arguments, **options)

    cloud.session.request = request
    return calls


def _system(cloud: Any, name: str, image: str, flavor: str, network: str) -> None:
    group = cloud.network.create_security_group(name=name)
    for port in (22, 80):
        cloud.network.create_security_group_rule(
            security_group_id=group.id, direction="ingress", protocol="tcp", port_range_min=port, port_range_max=port
        )
    port = cloud.network.create_port(name=name, network_id=network, security_groups=[group.id])
    server = cloud.compute.create_server(
        name=name,
        image_id=image,
        flavor_id=flavor,
        networks=[{"port": port.id}],
        key_name=KEY,
        availability_zone="fake",
        config_drive=True,
    )
    cloud.compute.wait_for_server(server, interval=1, wait=600)


if __name__ == "__main__":
    main()
