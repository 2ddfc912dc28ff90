"""The lab's cloud with the fake compute driver, and programmes on it; every object's name begins with `bench`."""

from __future__ import annotations

from pathlib import Path

from benchmarks.measure import Unready
from tests.e2e.site import LAB, Site, connect, lab_cloud, make_site

CLOUD = "public-service"
SLUG = "bench"
UP = f"`migrate lab up {CLOUD} --fake --no-sources`"


def require_fake_compute() -> None:
    """Check that the lab's cloud is there, with servers that are not really booted.

    Raises:
        Unready: it is not.
    """
    if not (LAB / "clouds.yaml").is_file():
        raise Unready(f"there is no lab; {UP} brings it up")
    try:
        zones = {zone.name for zone in connect(CLOUD).compute.availability_zones()}
    except Exception as error:  # the SDK raises what its transport raises
        raise Unready(f"the lab's cloud {CLOUD} does not answer ({type(error).__name__}); {UP} brings it up") from error
    if "fake" not in zones:
        raise Unready(f"the lab's cloud {CLOUD} has no zone `fake`; {UP} adds it")


def one_server_systems(folder: Path, count: int, *, at_once: int) -> Site:
    """Write a programme of `count` systems with one bare server each, on the fake compute driver.

    Args:
        folder: the programme's folder.
        count: systems.
        at_once: how many may be provisioned at a time.
    """
    names = [f"B-{number:03}" for number in range(1, count + 1)]
    systems = [
        {"system_id": name, "name": f"系统{name}", "target_cloud": "公共服务云", "zone": "common"} for name in names
    ]
    servers = [{"server_id": f"{name}-A", "system_id": name, "openings": "80/tcp"} for name in names]
    return make_site(
        folder,
        SLUG,
        systems,
        servers,
        clouds={CLOUD: {**lab_cloud(fake=True), "concurrency": at_once}},
        limits={"per_department": at_once},
    )
