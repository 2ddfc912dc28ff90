"""The newcomer's way: one command on a bare machine, and the same batch again."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.conftest import CLOUDS, Quickstart
from tests.e2e.site import Site
from tests.front import Fault, FaultFront, FaultKind

pytestmark = pytest.mark.e2e


@contextmanager
def behind(front: FaultFront, site: Site) -> Iterator[None]:
    """Lead the programme to its clouds by the front, another address; what it knows of them is set aside meanwhile."""
    files = [site.folder / "clouds.yaml", site.folder / ".migrate" / "clouds.json"]
    aside = [path.rename(path.with_name(f"{path.name}.aside")) for path in files]
    try:
        front.clouds_yaml(files[0])
        yield
    finally:
        for path, own in zip(files, aside, strict=True):
            own.replace(path)


def test_quickstart_ends_with_every_system_of_batch_1_verified(
    quickstart: Quickstart, record_property: Callable[[str, object], None]
) -> None:
    record_property("minutes", round(quickstart.minutes, 1))
    status = quickstart.site.ask("status", "1")
    runs = status["systems"]
    assert [run["status"] for run in runs] == ["done"] * len(runs)
    assert len(runs) >= 4
    assert all(any(step["verb"] == "verify" and step["status"] == "done" for step in run["steps"]) for run in runs)
    assert "every system verified, in" in quickstart.output


def test_two_servers_run_on_each_cloud(quickstart: Quickstart) -> None:
    objects = quickstart.site.objects()
    assert {cloud: len(objects[f"{cloud}/server"]) for cloud in CLOUDS} == dict.fromkeys(CLOUDS, 2)


def test_the_public_web_server_answers_from_outside(quickstart: Quickstart) -> None:
    addresses = quickstart.site.addresses()
    web = next(address for name, address in addresses.items() if name.startswith("lab-sh-001"))
    for path, told in (("/.well-known/migrate", "SH-001"), ("/", "政务服务大厅")):
        with urllib.request.urlopen(f"http://{web}{path}", timeout=30) as page:
            assert page.status == 200
            assert told in page.read().decode("utf-8")


def test_again_makes_no_mutating_call_and_everything_is_kept(quickstart: Quickstart, front: FaultFront) -> None:
    site = quickstart.site
    before = site.objects()
    with behind(front, site):
        plan = site.ask("batch", "1", "--dry-run", "--detailed-exitcode")
        again = site.run("batch", "1", "--yes")
    marks = {
        item["mark"] for system in plan["systems"] if system["disposition"] == "migrate" for item in system["items"]
    }
    assert marks == {"="}
    assert front.calls, "the run must have looked at the clouds"
    assert front.mutations == []
    assert again.returncode == 0
    assert site.objects() == before


def test_evidence_is_whole_and_names_every_api_call(quickstart: Quickstart) -> None:
    quickstart.site.run("evidence", "verify")
    calls = [entry["data"] for entry in quickstart.site.evidence() if entry["kind"] == "call"]
    creates = [call for call in calls if call["method"] == "POST" and call["status"] in {200, 201, 202}]
    assert creates
    assert all(call["request_id"] for call in creates)


def test_a_second_operator_is_refused_with_holder_pid_and_since(quickstart: Quickstart, front: FaultFront) -> None:
    site: Site = quickstart.site
    front.inject(Fault(kind=FaultKind.SLOW, method="GET", path=r"/servers", times=2, seconds=20))
    with behind(front, site):
        first = site.start("batch", "1", "--yes")
        try:
            deadline = time.monotonic() + 60
            # The lock is taken before a cloud is asked.
            while not front.calls and first.poll() is None and time.monotonic() < deadline:
                time.sleep(0.05)
            second = site.run("batch", "1", "--yes", expect=7)
            assert str(first.pid) in second.stderr
            assert "batch 1" in second.stderr
        finally:
            assert first.wait(timeout=300) == 0, site.tail()
