"""A real cloud, `dr`: `up` twice is `up` once, and what a killed lab leaves behind does not matter.

It uses the machine's lab, whose networks exist once; a `dr` that was there before is left as it was found.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from migrate_lab import network
from migrate_lab.cloud import Cloud
from migrate_lab.main import main

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

LISTS = {
    "identity": ("/projects", "/users", "/endpoints"),
    "image": ("/images",),
    "compute": ("/flavors", "/os-services"),
    "network": ("/networks", "/subnets", "/routers", "/ports", "/agents"),
    "volume": ("/types", "/os-services"),
}


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
    # Not by lsns, which fails when any process of the machine ends while it looks.
    ours = Path("/proc/self/ns")
    theirs = Path(f"/proc/{cloud.box.pid}/ns")
    assert all((theirs / kind).readlink() != (ours / kind).readlink() for kind in ("pid", "net", "mnt"))
    first = next(
        line for line in Path(f"/proc/{cloud.box.pid}/status").read_text().splitlines() if line.startswith("NSpid:")
    )
    assert first.split()[-1] == "1"


@pytest.mark.nightly
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
