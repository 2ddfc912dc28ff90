"""A file system and a MariaDB move as one under a client of each, also where the section is killed; nothing is lost."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from orchestrator.model.frozen import Decision
from orchestrator.model.move import MariaMove
from orchestrator.model.result import CheckStatus
from tests.worlds.drive import Drive
from tests.worlds.files import SIDES, FilesWriter, assert_held
from tests.worlds.mariadb import MariaWorld, Writer, assert_exactly_once
from tests.worlds.postgresql import World
from tests.worlds.webapp import WebappWorld, webapp_world

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.nightly, pytest.mark.timeout(900)]

# Around what the database's part has of its own: the proxy's place, the strict disk, the row that lets nobody in yet.
KILLS = {"hold": False, "strict": False, "open": False, "opened": True, "open-files": True, "writable": True}


@pytest.fixture(scope="module")
def site() -> Iterator[WebappWorld]:
    with webapp_world(mariadb=True) as made:
        yield made
        follower = cast(MariaMove, made.move.database).follower
        shutil.rmtree(Path.home() / f".{follower}", ignore_errors=True)


@pytest.fixture(scope="module")
def drive(site: WebappWorld) -> Drive:
    for _ in range(2):
        site.mover.ensure_prepared(site.move)
        site.mover.ensure_seeding(site.move)
    site.await_following()
    return Drive(cast(World, site))


def test_to_and_fro_and_killed_under_clients_of_both(site: WebappWorld, drive: Drive) -> None:
    files, rows = FilesWriter(site.files), Writer(cast(MariaWorld, site.database))
    try:
        for _ in range(2):
            time.sleep(1)
            assert drive.run().decision is Decision.OPEN
            assert site.running() == [SIDES[drive.opened]]
        for back in (False, True):
            for stage, opens in KILLS.items():
                drive.at(opened=back)
                drive.killed(stage)
                assert drive.recover().decision is (Decision.OPEN if opens else Decision.BACK), (stage, back)
                assert site.running() == [SIDES[drive.opened]], (stage, back)
        drive.at(opened=False)
        time.sleep(1)
    finally:
        files.end()
        written = rows.end()
    assert_held(site.files, "src", files)
    site.mover.ensure_reverse(site.move, drive.attempt + 1)
    site.database.await_equal()
    assert_held(site.files, "tgt", files)
    assert_exactly_once(cast(MariaWorld, site.database), written)
    wrong = [check for check in site.mover.verify(site.move, back=True) if check.status is not CheckStatus.PASS]
    assert wrong == []
