"""A cloud's name means one place: another project, region or credential behind it is told before anything is made."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.adapters.evidence import read
from orchestrator.errors import ExitCode
from tests.command_site import CLOUDS, CommandSite, command_site
from tests.fake_openstack import PROJECT, Json

pytestmark = pytest.mark.integration

FIRST = CLOUDS[0]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[CommandSite]:
    with command_site(tmp_path / "p", {"S-1": "甲局"}) as made:
        yield made


def edit(site: CommandSite, **entry: object) -> None:
    path = site.folder / "clouds.yaml"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["clouds"][FIRST] |= entry
    path.write_text(yaml.safe_dump(document), encoding="utf-8")


def auth(site: CommandSite) -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load((site.folder / "clouds.yaml").read_text())["clouds"][FIRST]["auth"]
    return found


def things(site: CommandSite) -> list[Json]:
    return [deepcopy(cloud.things) for cloud in site.clouds.values()]


def recorded(site: CommandSite, kind: str) -> list[dict[str, Any]]:
    return [dict(entry.data) for entry in read(site.folder / ".migrate" / "evidence.jsonl") if entry.kind == kind]


@pytest.mark.parametrize(
    "command",
    [pytest.param(("batch", "1", "--dry-run"), marks=pytest.mark.nightly), ("batch", "1", "--yes"), ("gc", "--yes")],
)
def test_another_project_under_the_same_name_is_refused_and_nothing_is_touched(
    site: CommandSite, command: tuple[str, ...]
) -> None:
    site.run("batch", "1", "--yes")
    assert recorded(site, "run.started")[0]["clouds"][0]["project"] == PROJECT
    site.clouds[FIRST].project = "2" * 32
    before = things(site)
    answer = site.ask(*command, expect=ExitCode.LOCKED)
    told = answer.get("error", answer)
    assert told["code"] == "cloud.another"
    assert PROJECT in told["values"]["before"]
    assert "2" * 32 in told["values"]["found"]
    assert things(site) == before


def test_a_move_is_accepted_by_naming_the_project_and_goes_on_record(site: CommandSite) -> None:
    site.run("batch", "1", "--yes")
    edit(site, auth={**auth(site), "auth_url": auth(site)["auth_url"].replace("127.0.0.1", "localhost")})
    site.run("batch", "1", "--yes", expect=ExitCode.LOCKED)
    site.run("state", "accept-cloud", FIRST, "--project", "3" * 32, expect=ExitCode.REFUSED)
    site.run("batch", "1", "--yes", expect=ExitCode.LOCKED)
    site.run("state", "accept-cloud", FIRST, "--project", PROJECT)
    (entry,) = recorded(site, "cloud.accepted")
    assert "127.0.0.1" in entry["before"]["auth_url"]
    assert "localhost" in entry["found"]["auth_url"]
    assert "nothing to do" in site.run("batch", "1", "--yes")[0]


def test_the_digest_names_the_clouds(site: CommandSite) -> None:
    one = site.ask("batch", "1", "--dry-run")["digest"]
    site.clouds[FIRST].project = "2" * 32
    assert site.ask("batch", "1", "--dry-run")["digest"] != one
    site.run("batch", "1", "--yes", "--plan-digest", one, expect=ExitCode.LOCKED)
    assert site.servers() == []


@pytest.mark.parametrize("entry", [{"region_name": "RegionTwo"}, {"interface": "internal"}, {"interface": "adminURL"}])
def test_what_the_catalogue_lacks_is_told_with_what_it_has(site: CommandSite, entry: dict[str, str]) -> None:
    edit(site, **entry)
    _, err = site.run("batch", "1", "--yes", expect=ExitCode.REFUSED)
    assert "[cloud.no-endpoint]" in err
    assert "it has regions RegionOne and interfaces public" in err
    assert site.servers() == []


@pytest.mark.parametrize(
    ("after", "code", "said"),
    [
        (timedelta(hours=-1), ExitCode.REFUSED, "expired at"),
        (timedelta(days=2, hours=1), ExitCode.DONE, "in 2 day(s)"),
        (timedelta(days=90), ExitCode.DONE, ""),
        (None, ExitCode.DONE, ""),
    ],
)
def test_a_credential_that_ends_is_told_before_the_batch(
    site: CommandSite, after: timedelta | None, code: ExitCode, said: str
) -> None:
    edit(
        site,
        auth_type="v3applicationcredential",
        auth={
            "auth_url": auth(site)["auth_url"],
            "application_credential_id": "credential-1",
            "application_credential_secret": "p",
        },
    )
    if after is not None:
        site.clouds[FIRST].expires = (datetime.now(UTC) + after).replace(tzinfo=None).isoformat()
    out, _ = site.run("batch", "1", "--dry-run", expect=code)
    assert said in out
    assert ("credential-1" in out) is bool(said)
