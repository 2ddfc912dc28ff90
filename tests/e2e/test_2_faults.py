"""An API front that lies, stalls and drops: the run ends right, with one server each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.site import Site, lab_cloud, make_site
from tests.front import Fault, FaultFront, FaultKind

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("fake_compute")]

SERVERS, PORTS, VOLUMES, IPS = r"/servers$", r"/v2\.0/ports$", r"/volumes$", r"/floatingips$"
HANG = 75.0  # seconds: longer than the client waits for an answer

FAULTS = {
    "503 on everything once": [Fault(kind=FaultKind.UNAVAILABLE, path=path) for path in (SERVERS, PORTS, VOLUMES, IPS)],
    "429 with Retry-After": [
        Fault(kind=FaultKind.THROTTLED, path=path, times=2, seconds=2) for path in (SERVERS, PORTS, VOLUMES)
    ],
    "reset after each create was accepted": [
        Fault(kind=FaultKind.RESET_AFTER, path=path) for path in (SERVERS, PORTS, VOLUMES, IPS)
    ],
    "502 after each create was accepted": [
        Fault(kind=FaultKind.BAD_GATEWAY_AFTER, path=path) for path in (SERVERS, PORTS, VOLUMES, IPS)
    ],
    "hang after the server was accepted": [Fault(kind=FaultKind.HANG_AFTER, path=SERVERS, seconds=HANG)],
    "hang before the server was forwarded": [Fault(kind=FaultKind.HANG_BEFORE, path=SERVERS, seconds=HANG)],
    "503 and resets on reads": [
        Fault(kind=FaultKind.UNAVAILABLE, method="GET", path=r"/servers", nth=2, times=2),
        Fault(kind=FaultKind.RESET_BEFORE, method="GET", path=r"/v2\.0/", nth=3, times=2),
    ],
}


# One that leaves its answer out and one that leaves everything hanging; the fake clouds meet all of them every day.
DAILY = {"reset after each create was accepted", "hang after the server was accepted"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in DAILY else pytest.mark.nightly) for name in FAULTS]
)
def test_a_run_through_a_faulty_front_ends_with_one_of_each(name: str, tmp_path: Path, front: FaultFront) -> None:
    slug = f"f{list(FAULTS).index(name)}"
    site = faulty_site(tmp_path / "programme", slug, front)
    front.inject(*FAULTS[name])
    try:
        site.run("batch", "1", "--yes")
        objects = site.objects()
        assert {kind.partition("/")[2]: len(names) for kind, names in objects.items()} == {
            "server": 1,
            "volume": 1,
            "port": 1,
            "security-group": 1,
            "floating-ip": 1,
            "keypair": 1,
        }
        front.clear()
        site.run("batch", "1", "--yes")
        assert front.mutations == []
    finally:
        front.clear()
        site.clear()


def faulty_site(folder: Path, slug: str, front: FaultFront) -> Site:
    """Return a programme of one bare server with a volume and a floating IP on the fake driver, behind the front."""
    folder.mkdir()
    return make_site(
        folder,
        slug,
        [{"system_id": "F-1", "name": "测试系统"}],
        [{"server_id": "F-1-A", "system_id": "F-1", "data_disk_gib": 1, "openings": "80/tcp"}],
        clouds={"public-service": lab_cloud(fake=True)},
        clouds_yaml=front.clouds_yaml(folder.parent / "front.yaml"),
    )
