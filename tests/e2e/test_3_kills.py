"""SIGKILL at every step boundary and inside every step, on the real control plane with the fake compute driver.

Each trial is a programme of its own: run, kill at one point, run again to the end; what the clouds then hold
must equal an uninterrupted run's. The trials run two at a time, as they mostly wait.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.e2e.conftest import processes_naming
from tests.e2e.site import LAB, Entry, Site, lab_cloud, make_site
from tests.front import Fault, FaultFront, FaultKind

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("fake_compute")]

VERBS = (
    "precheck",
    "ensure_access",
    "ensure_storage",
    "ensure_ports",
    "ensure_servers",
    "ensure_attachments",
    "ensure_floating_ips",
    "verify",
    "record",
)
# A create that the cloud accepted and whose answer never came back: the last thing before the kill.
CREATES = {
    "keypair": r"/os-keypairs$",
    "security-group": r"/security-groups$",
    "security-group-rule": r"/security-group-rules$",
    "volume": r"/volumes$",
    "port": r"/v2\.0/ports$",
    "server": r"/servers$",
    "attachment": r"/os-volume_attachments$",
    "floating-ip": r"/floatingips$",
}


def at_step(kind: str, verb: str) -> Callable[[Entry], bool]:
    """Return a predicate for the evidence entry of one step's beginning or end."""
    return lambda entry: entry["kind"] == f"step.{kind}" and entry["data"]["step"] == verb


def nth_call(verb: str) -> Callable[[Entry], bool]:
    """Return a predicate for the first API call inside a step."""
    inside = False

    def holds(entry: Entry) -> bool:
        nonlocal inside
        inside = inside or at_step("started", verb)(entry)
        return inside and entry["kind"] == "call"

    return holds


BOUNDARIES = {f"before {verb}": at_step("started", verb) for verb in VERBS} | {
    "after record": at_step("done", "record")
}
INSIDE = {f"inside {verb}": nth_call(verb) for verb in VERBS if verb != "record"}
ACCEPTED = {f"{name} accepted, answer lost": path for name, path in CREATES.items()}
POINTS = (*BOUNDARIES, *INSIDE, *ACCEPTED)
# Every kind of object whose create is slow or has another hung on it, and one step of each sort. Between two steps
# nothing is under way: what happens there, a kill inside the next step shows too.
DAILY = {
    "inside ensure_servers", "inside verify",
    *(f"{name} accepted, answer lost" for name in ("volume", "port", "attachment", "floating-ip")),
}  # fmt: skip


def programme(folder: Path, slug: str, clouds_yaml: Path | None = None) -> Site:
    """Return a programme that needs every provisioning step."""
    return make_site(
        folder,
        slug,
        [{"system_id": "K-1", "name": "测试系统"}],
        [{"server_id": "K-1-A", "system_id": "K-1", "data_disk_gib": 1, "openings": "80/tcp"}],
        clouds={"public-service": lab_cloud(fake=True)},
        clouds_yaml=clouds_yaml,
    )


def neutral(objects: Mapping[str, list[str]], slug: str) -> dict[str, list[str]]:
    """Return object names with the programme's own name taken out."""
    return {kind: [re.sub(rf"\b{slug}\b", "SLUG", name) for name in names] for kind, names in objects.items()}


def trial(point: str, folder: Path) -> dict[str, list[str]]:
    """Kill one run at one point, run again, and return what the cloud holds then."""
    slug = f"k{POINTS.index(point):02d}"
    if point in ACCEPTED:
        with FaultFront(LAB / "clouds.yaml") as front:
            site = programme(folder, slug, front.clouds_yaml(folder.with_suffix(".yaml")))
            front.inject(Fault(kind=FaultKind.HANG_AFTER, path=ACCEPTED[point], seconds=300))
            process = site.start("batch", "1", "--yes")
            try:
                wait_for(lambda: any(re.search(ACCEPTED[point], c.path) and c.status for c in front.mutations), process)
            finally:
                process.send_signal(signal.SIGKILL)
                process.wait()
            front.clear()
            return finish(site)
    site = programme(folder, slug)
    site.kill_at("batch", "1", "--yes", when={**BOUNDARIES, **INSIDE}[point])
    return finish(site)


def finish(site: Site) -> dict[str, list[str]]:
    """Run the same command to its end and leave nothing behind in the cloud."""
    try:
        site.run("batch", "1", "--yes")
        assert [run["status"] for run in site.ask("status", "1")["systems"]] == ["done"]
        site.run("evidence", "verify")
        assert site.ask("gc", "--dry-run")["leftovers"] == []
        assert processes_naming(str(site.folder)) == []
        return neutral(site.objects(), site.slug)
    finally:
        site.clear()


def wait_for(happened: Callable[[], bool], process: object, seconds: float = 300) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "never came to the point of the kill"
        assert getattr(process, "poll", lambda: None)() is None, "the run ended before the kill"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def uninterrupted(fake_compute: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return what the cloud holds after a run that nobody disturbed."""
    del fake_compute
    site = programme(tmp_path_factory.mktemp("reference") / "programme", "kref")
    return finish(site)


@pytest.fixture(scope="module")
def trials(
    uninterrupted: dict[str, list[str]], tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[dict[str, Future[dict[str, list[str]]]]]:
    """Start the trials of every point that was asked for."""
    del uninterrupted
    asked = [point for point in POINTS if any(f"[{point}]" in item.name for item in request.session.items)]
    folder = tmp_path_factory.mktemp("kills")
    with ThreadPoolExecutor(3) as pool:
        yield {point: pool.submit(trial, point, folder / f"p{number:02d}") for number, point in enumerate(asked)}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize(
    "point", [pytest.param(point, marks=() if point in DAILY else pytest.mark.nightly) for point in POINTS]
)
def test_after_a_kill_the_same_command_ends_as_an_uninterrupted_run(
    point: str, trials: dict[str, Future[dict[str, list[str]]]], uninterrupted: dict[str, list[str]]
) -> None:
    assert trials[point].result(timeout=1500) == uninterrupted
    assert len(uninterrupted["public-service/server"]) == 1
