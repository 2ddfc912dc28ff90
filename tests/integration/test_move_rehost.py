"""A disk is streamed beside a system that writes; wherever a pass is killed, what the copy is said to have, it has."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.movers.rehost.imaging import MadeImage
from orchestrator.adapters.movers.rehost.rehearsing import Clone
from orchestrator.adapters.movers.rehost.shell import home, there
from orchestrator.adapters.openstack import OpenStackCloud
from orchestrator.adapters.sessions import KeptSessions
from orchestrator.checks import preflight_rehost
from orchestrator.errors import MigrateError, Refused
from orchestrator.model.dropping import Standing
from orchestrator.model.image import ImageSpec
from orchestrator.model.life import Side
from orchestrator.model.move import RehostMove
from orchestrator.model.plan import Owner
from orchestrator.model.result import CheckStatus
from tests.fake_openstack import FakeOpenStack
from tests.fakes import FakeEvidence
from tests.worlds.net import run
from tests.worlds.rehost import RehostWorld, rehost_world

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def site() -> Iterator[RehostWorld]:
    with rehost_world() as made:
        yield made


@pytest.fixture(scope="module")
def move(site: RehostWorld) -> RehostMove:
    """Copy the disk for the first time, beside somebody who writes."""
    ending = threading.Event()

    def write() -> None:
        while not ending.wait(0.01):
            (site.root / "srv/busy").write_bytes(os.urandom(50_000))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        moved = site.prepared()
        site.await_following(moved)
    finally:
        ending.set()
        writer.join()
    return moved


def still(site: RehostWorld) -> None:
    site.sh(f"mount -o remount,ro {site.folder}/src/root")


def going(site: RehostWorld) -> None:
    site.sh(f"mount -o remount,rw {site.folder}/src/root")


def test_what_preflight_asks_is_answered_and_judged(site: RehostWorld) -> None:
    found = preflight_rehost.preflight(site.move, *site.mover.observe(site.move))
    assert [each.result.code for each in found.findings] == ["move.preflight.rehost-one-way"]
    assert isinstance(found.move, RehostMove)
    assert (found.move.size, found.move.root) == (64 * 1024**2, 1)


def test_a_second_pass_brings_what_changed_and_a_disk_that_stands_still_is_alike(
    site: RehostWorld, move: RehostMove
) -> None:
    first = site.mover.progress(move).passed
    assert first is not None
    assert first.entries == 16, "chunks"
    # The device's cached pages are of before: a file system's writes do not pass through them.
    run("dd", f"if={site.disk}", "of=/dev/null", "bs=4M")
    (site.root / "srv/2.dat").write_bytes(os.urandom(3 * 1024**2))
    (site.root / "srv/3.dat").unlink()
    site.mover.ensure_prepared(move)  # twice is the same as once
    (site.root / "srv/late").write_text("late")
    still(site)
    try:
        [before] = site.mover.verify(move, back=True)
        assert before.status is CheckStatus.UNKNOWN
        with site.mover.rehearser(move, 1) as rehearser:
            rehearser.do("rehost-pass")
        last = site.mover.progress(move).passed
        assert last is not None
        assert 0 < last.bytes < move.size, "what did not change does not cross"
        [after] = site.mover.verify(move, back=True)
        assert (after.status, after.values["differ"], after.values["chunks"]) == (CheckStatus.PASS, "0", "16")
        assert run("sha256sum", str(site.copy)).split()[0] == run("sha256sum", str(site.folder / "disk.img")).split()[0]
    finally:
        going(site)


def test_a_pass_that_is_killed_goes_on_where_it_was(site: RehostWorld, move: RehostMove) -> None:
    killed_and_resumed(site, move, 0.3)


@pytest.mark.nightly
@pytest.mark.parametrize("seconds", [number / 20 for number in range(1, 30)])
def test_a_pass_is_killed_anywhere(site: RehostWorld, move: RehostMove, seconds: float) -> None:
    killed_and_resumed(site, move, seconds)


def killed_and_resumed(site: RehostWorld, move: RehostMove, seconds: float) -> None:
    for number in range(4):
        (site.root / f"srv/{number}.dat").write_bytes(os.urandom(3 * 1024**2))
    still(site)
    try:
        folder = Path(home(move))
        passing = subprocess.Popen(
            [*site.net.inside("kpr"), "python3", str(folder / "passes.py"), "pass"], start_new_session=True
        )
        time.sleep(seconds)
        os.killpg(passing.pid, signal.SIGKILL)
        passing.wait()
        with site.mover.rehearser(move, 1) as rehearser:
            rehearser.do("rehost-pass")
        [check] = site.mover.verify(move, back=True)
        assert check.status is CheckStatus.PASS
    finally:
        going(site)


@pytest.mark.nightly
def test_a_source_that_is_gone_fails_the_pass_and_says_so(site: RehostWorld, move: RehostMove) -> None:
    site.net.cut("kpr", "src")
    try:
        with pytest.raises(MigrateError) as failed, site.mover.rehearser(move, 1) as rehearser:
            rehearser.do("rehost-pass")
    finally:
        site.net.mend()
    assert failed.value.code == "session.error"
    assert "chunk 0" in str(failed.value.values["said"])
    with pytest.raises(MigrateError) as told:
        site.mover.progress(move)
    assert told.value.code == "move.seed-failed"
    with site.mover.rehearser(move, 1) as rehearser:
        rehearser.do("rehost-pass")
    assert site.mover.progress(move).streaming


def test_a_copy_that_was_read_beside_a_writer_is_mended_and_taken_away(site: RehostWorld, move: RehostMove) -> None:
    (site.root / "srv/new").write_bytes(os.urandom(100_000))
    with site.mover.rehearser(move, 1) as rehearser:
        rehearser.do("rehost-pass")
        [room] = rehearser.do("room")
        rehearser.do("rehost-copy")
        [mended] = rehearser.do("rehost-mend")
    assert (room.status, mended.status) == (CheckStatus.PASS, CheckStatus.PASS)
    copy = f"{home(move)}.rehearsal/disk.raw"
    run("losetup", "--find", copy)  # as whoever was killed leaves it
    assert site.mover.ensure_unrehearsed(move) == ()
    assert copy not in run("losetup", "-a")


@pytest.mark.nightly
def test_what_is_sent_is_the_copy(site: RehostWorld, move: RehostMove, tmp_path: Path) -> None:
    spec = ImageSpec(name="p-s-1", owner=Owner(programme="p", system="s-1", key="image"), size=move.size)
    with FakeOpenStack() as fake, KeptSessions(site.sessions) as sessions:
        clone = Clone(move, sessions)
        clone.make()
        argv = site.ssh.command(move.target.reach, "root", ["cat", f"{clone.folder}/disk.raw"])
        cloud = OpenStackCloud(
            "fake",
            clouds_file=fake.clouds_yaml(tmp_path / "clouds.yaml"),
            public_key="ssh-ed25519 AAAA tool@here",
            evidence=FakeEvidence(),
            clock=SystemClock(),
        )
        sent = cloud.ensure_image(spec, MadeImage(checks=(), argv=argv).read(), deadline=timedelta(minutes=5))
        assert sent.detail["sha256"] == run("sha256sum", str(site.copy)).split()[0]
        (image,) = [image for image in fake.images if image["name"] == spec.name]
        assert image["size"] == move.size
        assert clone.ensure_gone() == ()


def test_the_key_opens_one_door(site: RehostWorld, move: RehostMove) -> None:
    line = Path(home(move)) / "line"
    for asked in ("sh", "cat /etc/shadow", "serve; id"):
        said = subprocess.run(
            [*site.net.inside("kpr"), "sh", str(line), "other", asked], input=b"", capture_output=True, check=False
        )
        assert (said.returncode, said.stdout) == (2, b"")


def test_what_was_begun_without_a_server_has_no_window_and_a_drop_leaves_nothing(
    site: RehostWorld, move: RehostMove
) -> None:
    begun = replace(move, server=None)
    with pytest.raises(Refused) as refused:
        site.mover.ensure_reverse(begun, 1)
    assert refused.value.code == "rehost.no-server"
    assert ("move.gate.rehost", CheckStatus.FAIL) in [(each.code, each.status) for each in site.mover.gate(begun)]
    assert "disk.raw" in site.mover.removals(move)[1].text, "without the data the copy stays"
    listed = site.mover.removals(move, Standing(cluster=""))
    assert all(each.status is CheckStatus.PASS for each in site.mover.droppable(move, None, gone=Side.NONE, data=True))
    site.mover.drop(move, listed)
    assert not Path(home(move)).exists()
    assert site.sh(f"ls -d {there(move)} 2>/dev/null || echo gone").strip() == "gone"
    assert "migrate-rehost" not in (site.folder / "src/.ssh/authorized_keys").read_text()
    site.mover.drop(move, listed)
