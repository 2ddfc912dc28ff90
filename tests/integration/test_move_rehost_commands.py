"""A whole disk's way by commands, its window and its way back among them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.errors import ExitCode
from orchestrator.model.life import Phase
from tests.worlds.rehost_site import SYSTEM, DiskSite, disk_site

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiskSite]:
    with disk_site(tmp_path_factory.mktemp("programme")) as made:
        made.onward("syncing")
        yield made


def copies(site: DiskSite) -> list[str]:
    return sorted(path.name for path in Path(site.disk.move.target.folder).iterdir())


def test_what_runs_is_shown_and_that_nothing_follows_back(site: DiskSite) -> None:
    rehearsal = site.migrate("cutover", SYSTEM, "--rehearse", "--dry-run")
    assert [step["step"] for step in rehearsal["steps"]] == [
        "room", "rehost-pass", "rehost-compare", "rehost-copy", "rehost-mend", "rehost-fit", "rehost-boot", "remove"
    ]  # fmt: skip
    dry = site.migrate("cutover", SYSTEM, "--dry-run")
    assert (dry["one_way"], dry["leaving"], dry["opening"]) == (True, "SV-1", "p-s-1-sv-1")


@pytest.mark.nightly
def test_it_goes_there_and_back_by_command(site: DiskSite) -> None:
    assert site.phase is Phase.SYNCING
    told = site.started("cutover", SYSTEM, "--yes")
    assert (told["decision"], site.phase, site.disk.writable()) == ("open", Phase.OPEN, ["tgt"])
    assert {(check["code"], check["status"]) for check in told["checks"]} == {
        ("move.verify.disk", "pass"),
        ("move.verify.server", "pass"),
    }
    site.disk.on_server("echo new >/srv/new")
    lost = site.started("rollback", SYSTEM, "--dry-run")["would_lose"]
    assert lost["/srv"] == 1
    refused = site.started("rollback", SYSTEM, "--yes", expect=ExitCode.REFUSED)
    assert (refused["error"]["code"], site.disk.writable()) == ("move.would-lose", ["tgt"])
    site.started("rollback", SYSTEM, "--yes", "--lose", str(sum(lost.values())))
    assert (site.phase, site.disk.writable()) == (Phase.SYNCING, ["src"])


@pytest.mark.nightly
def test_no_image_is_made_of_a_system_that_writes(site: DiskSite) -> None:
    (site.folder / "clouds.yaml").write_text(
        "clouds: {c: {auth: {auth_url: 'http://192.0.2.1:5000/v3', username: u, password: p, project_name: p,"
        " user_domain_name: Default, project_domain_name: Default}, region_name: R}}\n"
    )
    (site.folder / "clouds.yaml").chmod(0o600)
    ending = threading.Event()

    def write() -> None:
        while not ending.wait(0.01):
            with (site.disk.root / "srv/busy").open("wb") as file:
                file.write(os.urandom(5000))
                file.flush()
                os.fsync(file.fileno())

    writer = threading.Thread(target=write)
    writer.start()
    try:
        told = site.migrate("image", SYSTEM, "--cloud", "c", expect=ExitCode.REFUSED)
    finally:
        ending.set()
        writer.join()
    assert (told["image"], told["left"]) == (None, [])
    assert [(check["code"], check["status"]) for check in told["checks"]] == [
        ("rehearsal.disk", "pass"),
        ("move.verify.disk", "unknown"),
    ]
    assert copies(site) == ["rehost-s-1"]


@pytest.mark.nightly
def test_the_copy_is_dropped(site: DiskSite) -> None:
    listed = site.migrate("drop", SYSTEM, "--dry-run")["removals"]
    assert [each["removal"] for each in listed] == ["files-key", "rehost-copy", "files-own"]
    site.migrate("drop", SYSTEM, "--confirm", SYSTEM)
    assert site.phase is Phase.PROVISIONED
    assert copies(site) == []
