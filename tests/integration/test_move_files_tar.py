"""A source of long ago, with no rsync, no Python and an old sshd, moves by tar; archives reach nothing but the tree."""

from __future__ import annotations

import io
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from orchestrator.adapters.movers.files.shell import home
from orchestrator.checks import preflight_files
from orchestrator.model.frozen import Decision
from orchestrator.model.move import Method
from tests.worlds.drive import Drive, wrong
from tests.worlds.files import FilesWorld, FilesWriter, assert_held, files_world, tricked
from tests.worlds.postgresql import World

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def site() -> Iterator[FilesWorld]:
    with files_world(old=True, method=Method.TAR) as made:
        yield made


@pytest.fixture(scope="module")
def drive(site: FilesWorld) -> Drive:
    found = preflight_files.preflight(site.move, *site.mover.observe(site.move))
    assert (found.move.method, found.possible) == (Method.TAR, True)
    assert [each.result.code for each in found.findings if each.against] == ["move.preflight.files-no-rsync"]
    site.mover.ensure_prepared(site.move)
    site.mover.ensure_seeding(site.move)
    site.await_following()
    return Drive(cast(World, site))


def test_a_pass_finds_what_looks_alike(site: FilesWorld, drive: Drive) -> None:
    assert wrong(tricked(site)) == []
    assert (site.tree("tgt") / "d3/sparse").stat().st_blocks < 100


def test_there_and_back_under_a_writer(site: FilesWorld, drive: Drive) -> None:
    writer = FilesWriter(site)
    try:
        for number in range(2):
            time.sleep(1)
            outcome = drive.run()
            assert (outcome.decision, outcome.failed, outcome.left) == (Decision.OPEN, "", ()), number
        time.sleep(1)
    finally:
        writer.end()
    assert writer.changes > 60
    assert_held(site, "src", writer)
    site.mover.ensure_reverse(site.move, 0)
    assert_held(site, "tgt", writer)
    assert wrong(site.mover.verify(site.move, back=True)) == []


def test_what_the_other_side_sends_reaches_nothing_but_the_tree(site: FilesWorld, drive: Drive) -> None:
    drive.at(opened=False)
    outside, name = site.folder / "tgt", "d1/out"
    (site.tree("src") / name).symlink_to(outside)
    site.mover.ensure_reverse(site.move, 0)
    archive = site.folder / "hostile.tar"
    with tarfile.open(archive, "w") as made:
        for path in (f"./{name}/planted", f"{outside}/planted", "../../../../../../planted"):
            made.addfile(_file(path, b"x"), io.BytesIO(b"x"))
    site.sh("tgt", f"sh {home(site.move)}/door receive <{archive} || :")
    (outside / "kept").touch()
    site.sh("tgt", f"printf '%s\\0' ./{name}/kept {outside}/kept | sh {home(site.move)}/door delete")
    assert (outside / "kept").exists()
    assert [each.name for each in (outside, Path("/")) if (each / "planted").exists()] == []
    (site.tree("src") / name).unlink()
    site.mover.ensure_reverse(site.move, 0)
    assert wrong(site.mover.verify(site.move, back=True)) == []


def test_what_is_dropped_leaves_nothing_of_ours(site: FilesWorld, drive: Drive) -> None:
    drive.at(opened=False)
    assert site.mover.drop(site.move, site.mover.removals(site.move)) == ()
    for host in ("src", "tgt"):
        assert site.sh(host, "ls /var/lib/migrate; grep -c files-system-1 /proc/self/mountinfo || :").strip() == "0"


def _file(path: str, data: bytes) -> tarfile.TarInfo:
    made = tarfile.TarInfo(path)
    made.size = len(data)
    return made
