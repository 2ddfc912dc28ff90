"""A claim on each cloud keeps two state folders from one programme; the commands, against clouds in memory."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.evidence import read
from orchestrator.errors import ExitCode
from tests.command_site import CLOUDS, SLUG, CommandSite, command_site
from tests.front import Fault, FaultFront, FaultKind

pytestmark = pytest.mark.integration

FIRST = CLOUDS[0]
STRANGER = f"migrate-claim:{SLUG}/{'a' * 32}/20260101T000000Z/op@elsewhere/{'b' * 12}"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[CommandSite]:
    with command_site(tmp_path / "p", {"S-1": "甲局", "S-2": "甲局"}) as made:
        yield made


def twin(site: CommandSite, *, state: bool = False) -> CommandSite:
    """Return the same programme in another folder, with a state folder of its own or a copy."""
    folder = site.folder.with_name("twin")
    shutil.copytree(site.folder, folder, ignore=None if state else shutil.ignore_patterns(".migrate"))
    return replace(site, folder=folder)


def claims(site: CommandSite) -> list[str]:
    return [group["name"] for cloud in site.clouds.values() for group in cloud.of("server-groups")]


def plant(site: CommandSite, name: str) -> None:
    site.clouds[FIRST].things["server-groups"]["g-1"] = {"id": "g-1", "name": name, "members": []}


def recorded(site: CommandSite, kind: str) -> list[dict[str, Any]]:
    path = site.folder / ".migrate" / "evidence.jsonl"
    return [dict(entry.data) for entry in read(path) if entry.kind == kind]


def code_of(answer: Any) -> str:
    return str(answer.get("error", answer)["code"])


def test_the_second_folder_is_told_who_has_the_programme_and_touches_nothing(site: CommandSite) -> None:
    site.run("batch", "1", "--yes")
    assert len(claims(site)) == 2
    other = twin(site)
    before = {name: repr(cloud.things) for name, cloud in site.clouds.items()}
    answer = other.ask("retry", "1", "--system", "S-1", expect=ExitCode.LOCKED)
    assert code_of(answer) == "claim.held"
    values = answer.get("error", answer)["values"]
    assert values["state"] == (site.folder / ".migrate" / "id").read_text().strip()
    assert "@" in values["who"]
    assert values["since"].startswith("20")
    _, err = other.run("batch", "1", "--yes", expect=ExitCode.LOCKED)
    assert "migrate state take-over" in err
    assert {name: repr(cloud.things) for name, cloud in site.clouds.items()} == before
    assert "nothing to do" in site.run("batch", "1", "--yes")[0]
    assert {name: repr(cloud.things) for name, cloud in site.clouds.items()} == before


def test_reading_commands_tell_of_the_other_folder_and_write_nothing(site: CommandSite) -> None:
    site.run("batch", "1", "--yes")
    other = twin(site)
    assert {note["code"] for note in other.ask("batch", "1", "--dry-run", expect=ExitCode.LOCKED)["notes"]} >= {
        "plan.claimed"
    }
    assert [note["code"] for note in other.ask("gc", expect=ExitCode.LOCKED)["notes"]] == ["plan.claimed"] * 2
    assert not (other.folder / ".migrate").exists()
    failed = [check for check in other.ask("doctor", expect=1)["checks"] if check["status"] == "fail"]
    assert [check["code"] for check in failed] == ["doctor.claim"] * 2
    ours = [check["code"] for check in site.ask("doctor")["checks"]]
    assert ours.count("doctor.claim-ours") == ours.count("doctor.cloud-identity") == 2
    assert [claim["ours"] for claim in site.ask("status", "1")["claims"]] == [True, True]
    other.run("batch", "1", "--yes", expect=ExitCode.LOCKED)
    assert [claim["ours"] for claim in other.ask("status", "1")["claims"]] == [False, False]
    assert "another folder's" in other.run("status", "1")[0]


def test_gc_leaves_claims_alone_and_deletes_nothing_of_another_folders_programme(site: CommandSite) -> None:
    site.run("batch", "1", "--yes")
    listing = (site.folder / "list.yaml").read_text(encoding="utf-8")
    other = twin(site)
    for folder in (site.folder, other.folder):
        (folder / "list.yaml").write_text(listing.replace("S-2", "S-3"), encoding="utf-8")
    before = len(site.servers())
    assert code_of(other.ask("gc", "--yes", "--data", expect=ExitCode.LOCKED)) == "claim.held"
    assert len(site.servers()) == before
    told = site.ask("gc", "--yes", "--data")
    assert {one["kind"] for one in told["leftovers"]} == {"server", "port", "security-group"}
    assert len(claims(site)) == 2


def test_take_over_asks_records_the_former_holder_and_locks_that_one_out(site: CommandSite) -> None:
    site.run("batch", "1", "--yes")
    other = twin(site)
    before = claims(site)
    _, err = other.run("state", "take-over", expect=ExitCode.REFUSED)
    assert "[claim.not-confirmed]" in err
    assert claims(site) == before
    told = other.ask("state", "take-over", "--yes")
    assert told["taken"] is True
    ids = {claim["state"] for claim in told["former"]}
    assert ids == {(site.folder / ".migrate" / "id").read_text().strip()}
    assert [entry["former"]["state"] for entry in recorded(other, "claim.taken-over")] == sorted(ids) * 2
    assert len(claims(site)) == 2
    assert not set(claims(site)) & set(before)
    site.run("batch", "1", "--yes", expect=ExitCode.LOCKED)
    assert other.ask("state", "take-over", "--yes") == {"taken": False, "former": [], "silent": []}


def test_two_folders_that_begin_at_once_make_no_server_twice(site: CommandSite) -> None:
    other = twin(site)
    started = [(each, each.start("batch", "1", "--yes")) for each in (site, other)]
    for _, process in started:
        process.communicate(timeout=60)
    codes = sorted(process.returncode for _, process in started)
    assert codes in ([0, ExitCode.LOCKED], [ExitCode.LOCKED, ExitCode.LOCKED])
    assert len(claims(site)) == (2 if codes[0] == 0 else 0)
    assert len(site.servers()) == len(claims(site))


def test_killed_while_its_first_claim_was_under_way_the_folder_goes_on_and_another_is_kept_out(
    site: CommandSite,
) -> None:
    with FaultFront(site.folder / "clouds.yaml") as front:
        front.clouds_yaml(site.folder / "clouds.yaml")
        front.inject(Fault(kind=FaultKind.HANG_AFTER, path="/os-server-groups$", seconds=60))
        process = site.start("batch", "1", "--yes")
        site.wait_for(lambda: len(claims(site)) == 1)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        front.clear()
        twin(site).run("batch", "1", "--yes", expect=ExitCode.LOCKED)
        site.run("batch", "1", "--yes")
    assert (len(claims(site)), len(site.servers())) == (2, 2)


HOSTILE = {
    "escape": f"migrate-claim:{SLUG}/{'a' * 32}/20260101T000000Z/op\x1b[2J@here/{'b' * 12}",
    "long": f"migrate-claim:{SLUG}/{'a' * 32}/20260101T000000Z/{'o' * 4000}@here/{'b' * 12}",
    "no date": f"migrate-claim:{SLUG}/{'a' * 32}/20269901T000000Z/op@here/{'b' * 12}",
    "nothing": f"migrate-claim:{SLUG}/",
    "right-to-left": f"migrate-claim:{SLUG}/{'a' * 32}/20260101T000000Z/\u202eop@here/{'b' * 12}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_claim_that_cannot_be_read_is_somebodys_and_prints_nothing_of_itself(site: CommandSite, name: str) -> None:
    plant(site, HOSTILE[name])
    out, err = site.run("batch", "1", "--yes", expect=ExitCode.LOCKED)
    assert "[claim.unreadable]" in err
    assert "g-1" in err
    assert not {"\x1b", "\u202e"} & {*out, *err}
    assert "oooo" not in out + err
    assert site.servers() == []


def test_claims_on_other_programmes_and_other_peoples_groups_are_nobodys_business(site: CommandSite) -> None:
    plant(site, STRANGER.replace(SLUG, f"{SLUG}-2"))
    site.clouds[FIRST].things["server-groups"]["g-2"] = {"id": "g-2", "name": "web", "members": []}
    site.run("batch", "1", "--yes")
    assert len(claims(site)) == 4


def test_a_cloud_that_allows_no_claim_is_told_before_anything_is_made(site: CommandSite) -> None:
    site.clouds[FIRST].closed["/compute/v2.1/os-server-groups"] = 403
    assert "plan.claim-unknown" in [note["code"] for note in site.ask("batch", "1", "--dry-run")["notes"]]
    assert "doctor.claim-unknown" in [check["code"] for check in site.ask("doctor", expect=1)["checks"]]
    _, err = site.run("batch", "1", "--yes", expect=ExitCode.REFUSED)
    assert "[claim.not-possible]" in err
    assert "os_compute_api:os-server-groups" in err
    assert site.servers() == []


def test_a_restored_folder_goes_on_and_a_copy_is_told_so(site: CommandSite, tmp_path: Path) -> None:
    site.run("batch", "1", "--yes")
    secret, sealed = tmp_path / "secret", tmp_path / "sealed"
    secret.write_text("a passphrase of several words\n")
    site.run("state", "backup", str(sealed), "--passphrase-file", str(secret))
    other = twin(site)
    other.run("state", "restore", str(sealed), "--passphrase-file", str(secret))
    before = claims(site)
    err = other.run("retry", "1", "--system", "S-1")[1]
    assert "the claim of this state folder was made in another place" in err
    assert claims(site) == before
    other.run("state", "take-over", "--yes")
    assert not set(claims(site)) & set(before)
    assert "another place" in site.run("retry", "1", "--system", "S-1")[1]
