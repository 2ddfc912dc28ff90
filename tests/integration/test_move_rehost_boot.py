"""A whole Debian is streamed, made fit by its own programs, and started where it reaches nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.movers.rehost.rehearsing import Clone
from orchestrator.adapters.movers.rehost.shell import home
from orchestrator.adapters.sessions import KeptSessions
from orchestrator.execution.rehearsing import Rehearsing
from orchestrator.model.move import RehostMove
from orchestrator.model.result import CheckStatus
from tests.worlds.disk_cloud import FIRST
from tests.worlds.net import run
from tests.worlds.rehost import RehostWorld, rehost_world
from tests.worlds.rehost_debian import MIB, debian

pytestmark = [pytest.mark.integration, pytest.mark.nightly, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def site() -> Iterator[RehostWorld]:
    with rehost_world(mib=MIB, fill=debian) as made:
        yield made


@pytest.fixture(scope="module")
def move(site: RehostWorld) -> RehostMove:
    moved = site.prepared()
    site.await_following(moved, 600)
    return moved


@contextmanager
def inside(image: Path, at: Path) -> Iterator[Path]:
    at.mkdir(exist_ok=True)
    run("mount", "-o", f"loop,offset={FIRST},ro", str(image), str(at))
    try:
        yield at
    finally:
        run("umount", str(at))


def test_a_rehearsal_starts_the_copy_and_leaves_nothing(site: RehostWorld, move: RehostMove) -> None:
    steps: list[str] = []
    came = Rehearsing(site.mover, move, 1, sessions=site.sessions, clock=SystemClock(), note=steps.append).run()
    assert (came.failed, came.code, came.left) == ("", "", ()), came
    compared, *others = sorted(came.checks, key=lambda check: check.code != "move.verify.disk")
    assert compared.status in {CheckStatus.PASS, CheckStatus.UNKNOWN}, "its file system may write by itself"
    assert {(check.code, check.status) for check in others} == {
        (f"rehearsal.{name}", CheckStatus.PASS)
        for name in ("disk", "rehost-mended", "rehost-kernel", "rehost-network", "rehost-fitted", "rehost-answer")
    }
    assert came.passed
    assert steps == [
        "room", "rehost-pass", "rehost-compare", "rehost-copy", "rehost-mend", "rehost-fit", "rehost-boot", "remove"
    ]  # fmt: skip
    assert not Path(f"{home(move)}.rehearsal").exists()
    assert str(site.folder / "kpr") not in run("losetup", "-a")


def test_a_copy_is_fit_and_its_own_programs_reach_nothing_else(
    site: RehostWorld, move: RehostMove, tmp_path: Path
) -> None:
    """Whoever has the old machine has its programs: they run as root on the keeper, and get nowhere."""
    trace = tmp_path / "escaped"
    evil = f"""#!/bin/sh
touch {trace} /old{trace} /tree{trace} 2>/dev/null
mkdir /away && chroot /away sh -c 'touch {trace}' 2>/dev/null
mknod /stolen b 254 0 2>/dev/null && echo stolen >/stolen
mount -t tmpfs tmpfs /srv 2>/dev/null && echo mounted >/mounted
echo 1 >/proc/sys/kernel/sysrq 2>/dev/null && echo written >/written
kill -9 {site.pids["kpr"]} 2>/dev/null && echo killed >/killed
ls -d /proc/[0-9]* | wc -l >/seen
ip link 2>/dev/null | grep -c ': ' >/links
grep -h CapBnd /proc/self/status >/rights
ln -sf {trace} /etc/fstab.migrate
perl -e 'mkdir "/x"; chroot "/x"; chdir ".." for 1..50; chroot "."; open F, ">", "{trace}";
  print "wrote" if open G, ">>", "/usr/bin/env"' >/wrote
exit 0
"""
    with KeptSessions(site.sessions) as sessions:
        clone = Clone(move, sessions)
        clone.room()
        clone.make()
        clone.mended()
        image = Path(clone.folder) / "disk.raw"
        fitted = clone.fitted()
        assert all(check.status is CheckStatus.PASS for check in fitted), fitted
        with inside(image, tmp_path / "seen") as root:
            uuid = run("blkid", "-p", "-O", str(FIRST), "-s", "UUID", "-o", "value", str(image)).strip()
            assert (root / "etc/fstab").read_text().splitlines()[:2] == [
                "# by hand",
                f"UUID={uuid} / ext4 errors=remount-ro 0 1",
            ]
            assert f"root=UUID={uuid}" in (root / "boot/grub/grub.cfg").read_text()
            assert "root=/dev/" not in (root / "boot/grub/grub.cfg").read_text()
            assert (root / "etc/machine-id").read_text() == ""
            assert not (root / "etc/udev/rules.d/70-persistent-net.rules").exists()
            assert "192.0.2.55" in (root / "etc/network/interfaces.before-migrate").read_text()
            keys = "etc/ssh/ssh_host_ed25519_key"
            assert (root / keys).read_bytes() == (site.root / keys).read_bytes(), "clients know it by them"
        run("mount", "-o", f"loop,offset={FIRST}", str(image), str(tmp_path / "seen"))
        try:
            program = tmp_path / "seen/usr/sbin/update-initramfs"
            program.unlink()
            program.write_text(evil)
            program.chmod(0o755)
        finally:
            run("umount", str(tmp_path / "seen"))
        clone.fitted()
        assert not trace.exists()
        with inside(image, tmp_path / "seen") as root:
            assert (root / "wrote").read_text() == "", "the keeper's programs cannot be written to"
            for name in ("stolen", "mounted", "written", "killed"):
                assert not (root / name).exists(), name
            assert int((root / "seen").read_text()) < 20, "no process but its own"
            assert int((root / "links").read_text() or 0) <= 1, "no card"
            assert (root / "rights").exists()
            rights = int((root / "rights").read_text().split()[1], 16)
            assert rights & (1 << 21 | 1 << 27 | 1 << 16 | 1 << 17 | 1 << 19) == 0, "no right but to write files"
        assert clone.ensure_gone() == ()


def test_what_the_copy_says_is_words_of_a_stranger(site: RehostWorld, move: RehostMove) -> None:
    with KeptSessions(site.sessions) as sessions:
        clone = Clone(move, sessions)
        clone.make()
        told = json.loads((Path(clone.folder) / "told.json").read_text())
        told["fit"] = "printf 'left /dev/x\\033[2J\\nkernel ../../etc\\nkernel ok $(id)\\nkernel fine\\ndone\\n'"
        (Path(clone.folder) / "told.json").write_text(json.dumps(told))
        checks = clone.fitted()
        assert [(check.subject, check.status) for check in checks if check.code == "rehearsal.rehost-kernel"] == [
            ("fine", CheckStatus.PASS),
        ]
        assert not [check for check in checks if check.code == "rehearsal.rehost-device"]
        assert clone.ensure_gone() == ()
