"""A real cloud, `dr`: `up` twice is `up` once, and what a killed lab leaves behind does not matter.

It uses the machine's lab, whose networks exist once; a `dr` that was there before is left as it was found.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest
from migrate_lab import network, packages
from migrate_lab.cloud import Cloud
from migrate_lab.main import main
from migrate_lab.shell import run

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

LISTS = {
    "identity": ("/projects", "/users", "/endpoints"),
    "image": ("/images",),
    "compute": ("/flavors", "/os-services"),
    "network": ("/networks", "/subnets", "/routers", "/ports", "/agents"),
    "volume": ("/types", "/os-services"),
}


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    """Bring `dr` up."""
    packages.check_machine()
    cloud = Cloud("dr")
    found, running = cloud.folder.exists(), cloud.box.pid is not None
    assert main(["up", "dr", "--no-sources"]) == 0
    yield cloud
    if not running:
        assert main(["down" if found else "destroy", "dr"]) == 0


def objects(cloud: Cloud) -> set[str]:
    """Return every object the administrator sees, by its id."""
    api = cloud.api()
    found = set()
    for service, paths in LISTS.items():
        for path in paths:
            answer = api.get(service, path)
            listed = next(value for key, value in answer.items() if isinstance(value, list) and "links" not in key)
            found |= {f"{service}{path} {one.get('id', one.get('binary'))}" for one in listed}
    return found


def test_up_twice_is_up_once(cloud: Cloud) -> None:
    services, before = cloud.status(), objects(cloud)
    assert main(["up", "dr", "--no-sources"]) == 0
    assert cloud.status() == services, "a service was started again"
    assert objects(cloud) == before


def test_up_after_every_process_was_killed(cloud: Cloud) -> None:
    before = objects(cloud)
    pid = cloud.box.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while cloud.box.pid and time.monotonic() < deadline:
        time.sleep(0.1)
    assert (cloud.folder / "pid").exists(), "the pid file is stale and stays for `up` to judge"
    # an interface in the backbone that belongs to no box any more
    network.backbone().succeeds("ip", "link", "add", f"p-{cloud.number}", "type", "dummy")
    assert main(["up", "dr", "--no-sources"]) == 0
    assert cloud.ready()
    assert {name for name, service in cloud.status().items() if service} >= {"mariadb", "nova-compute", "cinder-volume"}
    assert objects(cloud) == before


def test_every_process_of_a_cloud_is_in_its_namespaces(cloud: Cloud) -> None:
    namespaces = run("lsns", "-t", "pid", "-n", "-o", "PID").split()
    assert str(cloud.box.pid) in namespaces


def test_a_fake_zone_that_placement_lost_is_made_good(cloud: Cloud) -> None:
    had = (cloud.folder / "fake").exists()
    known = "SELECT count(*) FROM resource_provider_aggregates"
    try:
        assert main(["up", "dr", "--no-sources", "--fake"]) == 0
        # what Nova leaves behind when its own copy to Placement fails, which it only logs
        cloud.box.run("mysql", "placement", "-e", "DELETE FROM resource_provider_aggregates")
        assert main(["up", "dr", "--no-sources", "--fake"]) == 0
        assert cloud.box.run("mysql", "placement", "-Nse", known).strip() == "1"
    finally:
        if not had:
            cloud.stop("nova-fake", "fake-agent")
            (cloud.folder / "fake").unlink(missing_ok=True)
