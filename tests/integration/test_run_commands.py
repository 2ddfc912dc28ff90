"""`migrate batch`, `status`, `retry`, `cancel` and `doctor` as commands, on two clouds in memory."""

from __future__ import annotations

import signal
import socket
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from copy import deepcopy
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from orchestrator.adapters.evidence import read, verify
from orchestrator.errors import ExitCode
from tests.command_site import CLOUDS, CommandSite, command_site, server_of
from tests.fake_openstack import PROJECT, Json

pytestmark = pytest.mark.integration

UNITS = {"S-1": "甲局", "S-2": "甲局", "S-3": "乙局", "S-4": "乙局"}
FAULT = "No valid host was found"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[CommandSite]:
    with command_site(tmp_path / "p", UNITS) as made:
        yield made


def things(site: CommandSite) -> list[Json]:
    return [deepcopy(cloud.things) for cloud in site.clouds.values()]


def stands(site: CommandSite, *, expect: int = 0) -> dict[str, tuple[str, int]]:
    """Return each system's standing and attempt, as `migrate status` tells them."""
    told = site.ask("status", "1", expect=expect)
    return {each["system"]: (each["status"], each["attempt"]) for each in told["systems"]}


def hold_builds(site: CommandSite) -> None:
    for cloud in site.clouds.values():
        cloud.polls = 1 << 30


def let_builds_end(site: CommandSite) -> None:
    for cloud in site.clouds.values():
        cloud.polls = 0
        for server in cloud.of("servers"):
            server["_polls"] = 0


def test_a_dry_run_touches_nothing_and_the_batch_does_what_it_said(site: CommandSite) -> None:
    before = things(site)
    offline = site.ask("batch", "1", "--dry-run", "--offline")
    planned = site.ask("batch", "1", "--dry-run", "--detailed-exitcode", expect=ExitCode.PENDING)
    assert things(site) == before
    assert not (site.folder / ".migrate").exists()
    assert (planned["observed"], offline["observed"]) == (True, False)
    assert [each["project"] for each in planned["clouds"]] == [PROJECT, PROJECT]
    assert planned["digest"] != offline["digest"]  # nobody has named the clouds yet, and that is told
    assert [note["code"] for note in offline["notes"]] == ["plan.clouds-unnamed"]
    assert "plan.clouds-unnamed" not in {note["code"] for note in planned["notes"]}
    assert [each["mark"] for each in planned["systems"]] == ["+"] * 4

    site.run("batch", "1", "--yes", "--plan-digest", planned["digest"])
    assert site.servers() == sorted(map(server_of, UNITS))
    assert set(stands(site).values()) == {("done", 1)}

    made, calls = things(site), site.steps()
    again = site.ask("batch", "1", "--dry-run", "--detailed-exitcode")
    assert {item["mark"] for each in again["systems"] for item in each["items"]} == {"="}
    offline = site.ask("batch", "1", "--dry-run", "--offline")
    assert again["digest"] == planned["digest"] == offline["digest"]
    assert not offline["notes"]
    assert "nothing to do" in site.run("batch", "1")[0]
    assert (things(site), site.steps()) == (made, calls)
    assert verify(site.folder / ".migrate" / "evidence.jsonl").ok


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("batch", "1", "--offline"), ExitCode.USAGE, "--offline"),
        (("batch", "one"), ExitCode.USAGE, "one"),
        (("batch", "9"), ExitCode.REFUSED, "plan.no-batch"),
        (("batch", "1", "--system", "S-9"), ExitCode.REFUSED, "batch.no-system"),
        (("batch", "1", "--plan-digest", "0" * 64), ExitCode.LOCKED, "batch.stale-plan"),
        (("retry", "1"), ExitCode.USAGE, "--system"),
        (("retry", "1", "--system", "S-9"), ExitCode.REFUSED, "batch.no-system"),
        (("retry", "1", "--system", "S-1", "--from", "nowhere"), ExitCode.USAGE, "nowhere"),
        (("cancel", "9"), ExitCode.REFUSED, "plan.no-batch"),
        (("cancel", "1", "--system", "S-9"), ExitCode.REFUSED, "run.never-run"),
        (("status", "9"), ExitCode.REFUSED, "plan.no-batch"),
    ],
)
def test_what_is_refused_touches_nothing(
    site: CommandSite, arguments: tuple[str, ...], code: ExitCode, said: str
) -> None:
    before = things(site)
    _, err = site.run(*arguments, expect=code)
    assert said in err
    assert things(site) == before


def test_a_batch_that_cannot_fit_is_refused_with_the_numbers_before_anything_is_made(site: CommandSite) -> None:
    site.clouds[CLOUDS[0]].quotas["instances"] = 1
    before = things(site)
    for arguments in (("batch", "1", "--dry-run"), ("batch", "1"), ("retry", "1", "--system", "S-1")):
        out, _ = site.run(*arguments, expect=ExitCode.REFUSED)
        assert "lacking 1" in out
    told = site.ask("batch", "1", expect=ExitCode.REFUSED)
    assert [check["code"] for check in told["checks"] if check["status"] != "pass"] == ["plan.quota"]
    assert things(site) == before


def test_status_tells_addresses_and_who_left_the_batch(site: CommandSite) -> None:
    site.clouds[CLOUDS[0]].failing[server_of("S-1")] = FAULT
    site.run("batch", "1", expect=ExitCode.FAILED)
    told = site.ask("status", "1", expect=ExitCode.FAILED)
    found = {each["system"]: each["servers"] for each in told["systems"]}
    assert found["S-1"] == []
    assert [(one["server"], one["cloud"], one["links"]) for one in found["S-2"]] == [(server_of("S-2"), CLOUDS[1], [])]
    assert found["S-2"][0]["address"].startswith("10.0.")
    assert told["holder"] is None

    listed = site.folder / "list.yaml"
    document = yaml.safe_load(listed.read_text(encoding="utf-8"))
    for sheet in ("systems", "servers"):
        document[sheet] = [row for row in document[sheet] if row["系统编号"] != "S-1"]
    listed.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    told = site.ask("status", "1")
    assert (told["counts"]["failed"], told["counts"]["done"]) == (0, 3)
    assert [each["system"] for each in told["systems"] if each["left_batch"]] == ["S-1"]

    # What was kept of the list says the same, byte for byte, as the list itself.
    kept = site.folder / ".migrate" / "last-read.json"
    for form in ("json", "table"):
        again = site.run("status", "1", "-o", form)
        kept.unlink()
        assert site.run("status", "1", "-o", form) == again
        assert kept.exists()

    listed.write_text("systems: [", encoding="utf-8")
    told = site.ask("status", "1", expect=ExitCode.FAILED)
    assert (told["members_known"], told["counts"]["failed"]) == (False, 1)


def test_a_failed_system_is_retried_alone_until_its_cause_is_gone(site: CommandSite) -> None:
    cloud = site.clouds[CLOUDS[0]]
    cloud.failing[server_of("S-1")] = FAULT
    out, err = site.run("batch", "1", expect=ExitCode.FAILED)
    assert FAULT in out
    assert "S-1 (public-service)  servers: FAILED" in err
    expected = {"S-1": ("failed", 1), "S-2": ("done", 1), "S-3": ("done", 1), "S-4": ("done", 1)}
    assert stands(site, expect=ExitCode.FAILED) == expected

    told = site.ask("retry", "1", "--system", "S-1", expect=ExitCode.FAILED)
    assert [(each["system"], each["status"], each["attempt"]) for each in told["systems"]] == [("S-1", "failed", 2)]
    assert told["systems"][0]["error"]["code"] == "cloud.server-error"

    del cloud.failing[server_of("S-1")]
    begun = len(site.steps())
    told = site.ask("retry", "1", "--system", "S-1")
    assert [each["status"] for each in told["systems"]] == ["done"]
    assert {system for system, _ in site.steps()[begun:]} == {"S-1"}
    assert stands(site) == {**expected, "S-1": ("done", 3)}
    assert site.servers() == sorted(map(server_of, UNITS))
    assert "nothing to do" in site.run("batch", "1")[0]


def test_a_server_that_somebody_switched_off_is_no_success(site: CommandSite) -> None:
    site.run("batch", "1")
    for cloud in site.clouds.values():
        for server in cloud.of("servers"):
            server["status"] = "SHUTOFF" if server["name"] == server_of("S-1") else server["status"]
    out, err = site.run("batch", "1", expect=ExitCode.FAILED)
    assert "stands in the way of S-1" in err
    assert "as planned" not in out
    for kind in ("servers", "ports"):
        site.clouds[CLOUDS[1]].things[kind].clear()
    _, err = site.run("batch", "1", expect=ExitCode.FAILED)  # what else there is to do is done
    assert "stands in the way of S-1" in err
    assert site.servers() == sorted(map(server_of, UNITS))
    site.run("batch", "1", "--system", "S-2")


def test_a_reader_of_the_progress_that_goes_away_fails_nothing(site: CommandSite) -> None:
    batch = site.start("batch", "1")
    assert batch.stderr
    batch.stderr.readline()
    batch.stderr.close()
    batch.stderr = None
    CommandSite.end(batch, expect=ExitCode.DONE)
    assert set(stands(site).values()) == {("done", 1)}


def test_what_another_version_of_the_program_left_is_begun_anew_and_nothing_is_made_twice(site: CommandSite) -> None:
    hold_builds(site)
    first = site.start("batch", "1")
    site.wait_for(lambda: len(site.servers()) == 4)
    first.kill()
    first.wait()
    with closing(sqlite3.connect(site.folder / ".migrate" / "state.sqlite")) as database, database:
        database.execute("UPDATE workflow_status SET application_version = 'migrate-workflows-0'")
    let_builds_end(site)
    _, err = site.run("batch", "1")
    assert "go on" not in err
    assert set(stands(site).values()) == {("done", 2)}
    assert site.servers() == sorted(map(server_of, UNITS))
    dropped = [entry for entry in read(site.folder / ".migrate" / "evidence.jsonl") if entry.kind == "run.dropped"]
    assert len(dropped) == 1


@pytest.mark.nightly
def test_a_retry_from_a_step_leaves_out_the_steps_before_it(site: CommandSite) -> None:
    cloud = site.clouds[CLOUDS[0]]
    cloud.failing[server_of("S-1")] = FAULT
    site.run("batch", "1", "--system", "S-1", expect=ExitCode.FAILED)
    cloud.failing.clear()

    # The server is still in ERROR and nobody makes another: what was skipped is not taken for done.
    begun = len(site.steps())
    site.run("retry", "1", "--system", "S-1", "--from", "verify", expect=ExitCode.FAILED)
    assert site.steps()[begun:] == [("S-1", "verify")]

    begun = len(site.steps())
    site.run("retry", "1", "--system", "S-1", "--from", "ensure_servers")
    assert [step for _, step in site.steps()[begun:]] == ["ensure_servers", "verify", "record"]
    assert stands(site) == {"S-1": ("done", 3)}
    assert site.servers() == [server_of("S-1")]


def test_so_many_failures_stop_the_batch(tmp_path: Path) -> None:
    with command_site(tmp_path / "p", UNITS, concurrency=1, limits={"per_department": 1}) as site:
        for system in ("S-1", "S-3"):
            site.clouds[CLOUDS[0]].failing[server_of(system)] = FAULT
        site.run("batch", "1", "--max-failures", "1", expect=ExitCode.FAILED)
        ends = [status for status, _ in stands(site, expect=ExitCode.FAILED).values()]
        assert "failed" in ends
        assert "cancelled" in ends

        site.clouds[CLOUDS[0]].failing.clear()
        site.run("batch", "1", "--max-failures", "1")
        assert {status for status, _ in stands(site).values()} == {"done"}
        assert site.servers() == sorted(map(server_of, UNITS))


def test_a_second_operator_is_refused_sees_who_runs_it_and_can_cancel_it(site: CommandSite) -> None:
    hold_builds(site)
    first = site.start("batch", "1", "--yes")
    try:
        site.wait_for(lambda: len(site.servers()) == 4)
        for arguments in (("batch", "1"), ("retry", "1", "--system", "S-1"), ("gc", "--yes")):
            _, err = site.run(*arguments, expect=ExitCode.LOCKED)
            assert "run.locked" in err
            assert f"pid {first.pid} since 20" in err
            assert "batch 1 --yes" in err
        told = site.ask("status", "1")
        assert (told["holder"]["pid"], told["counts"]["running"]) == (first.pid, 4)

        assert site.ask("cancel", "1", "--system", "S-1")["cancelled"] == ["S-1"]
        assert sorted(site.ask("cancel", "1")["cancelled"]) == ["S-2", "S-3", "S-4"]
        let_builds_end(site)
        out, _ = CommandSite.end(first, expect=ExitCode.FAILED)
        assert "4 cancelled" in out
    finally:
        first.kill()
        first.wait()

    assert "nothing waits or runs" in site.run("cancel", "1")[0]
    entries = read(site.folder / ".migrate" / "evidence.jsonl")
    assert next(entry.data["systems"] for entry in entries if entry.kind == "run.cancelled") == ["S-1"]
    assert not {step for _, step in site.steps()} & {"verify", "record"}

    site.run("batch", "1")
    assert set(stands(site).values()) == {("done", 2)}
    assert site.servers() == sorted(map(server_of, UNITS))


def test_doctor_and_status_tell_what_a_killed_run_left_and_the_same_command_ends_it(site: CommandSite) -> None:
    hold_builds(site)
    first = site.start("batch", "1")
    site.wait_for(lambda: len(site.servers()) == 4)
    first.send_signal(signal.SIGKILL)
    first.wait()

    told = site.ask("doctor", expect=ExitCode.FAILED)
    bad = {check["code"]: check["values"] for check in told["checks"] if check["status"] != "pass"}
    assert bad == {"doctor.stuck": {"systems": "S-1, S-2, S-3, S-4"}}
    assert set(stands(site).values()) == {("waiting", 1)}

    let_builds_end(site)
    _, err = site.run("batch", "1")
    assert "4 system(s) go on" in err
    assert set(stands(site).values()) == {("done", 1)}
    assert site.servers() == sorted(map(server_of, UNITS))
    assert site.ask("doctor")["healthy"] is True


def test_a_text_that_is_put_right_between_two_runs_starts_nothing_anew_and_a_number_does(site: CommandSite) -> None:
    hold_builds(site)
    first = site.start("batch", "1")
    site.wait_for(lambda: len(site.servers()) == 4)
    first.kill()
    first.wait()
    let_builds_end(site)
    before = site.ask("batch", "1", "--dry-run")["digest"]
    rewrite(site, "业务系统S-1", "业务系统一")
    _, err = site.run("batch", "1", "--plan-digest", before)
    assert "4 system(s) go on" in err
    assert set(stands(site).values()) == {("done", 1)}

    rewrite(site, "业务系统S-2", "业务系统二")
    assert "nothing to do" in site.run("batch", "1", "--plan-digest", before)[0]

    rewrite(site, "服务器编号: S-1-app\n", "服务器编号: S-1-app\n  SSH端口: 2222\n  源服务器IP: 192.0.2.9\n")
    assert site.ask("batch", "1", "--dry-run")["digest"] != before


def rewrite(site: CommandSite, old: str, new: str) -> None:
    path = site.folder / "list.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_an_interrupted_batch_ends_its_steps_and_a_retry_takes_up_one_system_alone(site: CommandSite) -> None:
    hold_builds(site)
    first = site.start("batch", "1")
    site.wait_for(lambda: len(site.servers()) == 4)
    first.send_signal(signal.SIGINT)
    time.sleep(1)  # the signal is heard at once; only then may the steps that run come to their end
    let_builds_end(site)
    _, err = CommandSite.end(first, expect=ExitCode.INTERRUPTED)
    assert "goes on from here" in err
    assert set(stands(site).values()) == {("waiting", 1)}

    site.run("retry", "1", "--system", "S-1")
    others = dict.fromkeys(("S-2", "S-3", "S-4"), ("cancelled", 1))
    assert stands(site) == {"S-1": ("done", 2), **others}

    site.run("batch", "1")
    assert stands(site) == {"S-1": ("done", 2), **dict.fromkeys(others, ("done", 2))}
    assert site.servers() == sorted(map(server_of, UNITS))


def test_doctor_names_a_cloud_that_does_not_let_us_in(site: CommandSite) -> None:
    text = (site.folder / "clouds.yaml").read_text(encoding="utf-8")
    (site.folder / "clouds.yaml").write_text(text.replace("password: p", "password: wrong", 1), encoding="utf-8")
    told = site.ask("doctor", expect=ExitCode.FAILED)
    bad = [(check["code"], check["values"].get("cloud", "")) for check in told["checks"] if check["status"] != "pass"]
    assert [code for code, cloud in bad] == ["doctor.cloud"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666, 0o620])
def test_credentials_that_others_may_read_or_write_are_used_by_no_command(site: CommandSite, mode: int) -> None:
    (site.folder / "clouds.yaml").chmod(mode)
    for command in (("batch", "1", "--dry-run"), ("batch", "1", "--yes"), ("gc",)):
        _, err = site.run(*command, expect=ExitCode.REFUSED)
        assert "chmod 600" in err
    told = site.ask("doctor", expect=ExitCode.FAILED)
    assert [check["code"] for check in told["checks"] if check["status"] != "pass"] == ["doctor.clouds-file"]
    assert site.servers() == []
    assert not any(cloud.of("keypairs") for cloud in site.clouds.values())


def test_all_mistakes_of_clouds_yaml_are_told_at_once_and_no_secret(site: CommandSite) -> None:
    document = yaml.safe_load((site.folder / "clouds.yaml").read_text(encoding="utf-8"))
    first, second = (document["clouds"][name] for name in CLOUDS)
    del first["auth"]["password"]
    first["cacert"] = "/nowhere/ca.pem"
    second["auth"] |= {"auth_url": "keystone:5000", "password": "s3cret-word", "project_domain_name": ""}
    (site.folder / "clouds.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")

    out, err = site.run("batch", "1", "--dry-run", expect=ExitCode.REFUSED)

    for told in ("auth.password", "/nowhere/ca.pem", "auth.auth_url", "project_domain_name", "clouds.refused"):
        assert told in err
    assert "s3cret-word" not in out + err


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("http://127.0.0.1:9/v3", "refused"),
        ("http://keystone.nowhere.invalid:5000/v3", "unknown name"),
        ("https://127.0.0.1:PORT/v3", "TLS"),
        pytest.param("http://127.0.0.1:SILENT/v3", "time-out", marks=pytest.mark.nightly),
    ],
)
def test_a_cloud_that_cannot_be_reached_is_told_soon_with_address_and_kind(
    site: CommandSite, address: str, kind: str
) -> None:
    document = yaml.safe_load((site.folder / "clouds.yaml").read_text(encoding="utf-8"))
    auth = document["clouds"]["administrative"]["auth"]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        there = address.replace("PORT", str(urlsplit(auth["auth_url"]).port))
        auth["auth_url"] = there.replace("SILENT", str(silent.getsockname()[1]))
        (site.folder / "clouds.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")

        out, err = site.run("batch", "1", "--dry-run", expect=ExitCode.REFUSED)

        parts = urlsplit(auth["auth_url"])
        assert f"{parts.hostname}:{parts.port}" in err
        assert kind in err
        assert server_of("S-1") in out
        told = site.ask("doctor", expect=ExitCode.FAILED)
        asked = [check["values"] for check in told["checks"] if check["code"] == "doctor.cloud"]
        answers = {values["cloud"]: values["answer"] for values in asked}
        assert answers["public-service"] == "OK"
        assert kind in answers["administrative"]


@pytest.mark.parametrize(
    ("concurrency", "per_department", "at_once", "killed"),
    [
        pytest.param(1, 8, 2, False, marks=pytest.mark.nightly),  # one on each of the two clouds
        pytest.param(
            8, 1, 2, True, marks=pytest.mark.nightly
        ),  # one of each of the two departments, also when a killed batch goes on
        (3, 3, 5, False),  # three of each department, of which four want one cloud
    ],
)
def test_the_declared_limits_of_clouds_and_departments_are_reached_and_never_passed(
    tmp_path: Path, concurrency: int, per_department: int, at_once: int, killed: bool
) -> None:
    units = {f"S-{number}": "甲局" if number <= 4 else "乙局" for number in range(1, 9)}
    limits = {"per_department": per_department}
    with command_site(tmp_path / "p", units, concurrency=concurrency, limits=limits) as site:
        hold_builds(site)
        for dies in (True, False) if killed else (False,):
            begun = len(site.steps())
            batch = site.start("batch", "1", "--yes")
            try:
                site.wait_for(partial(goes_on, site, begun, at_once))
                time.sleep(2)  # four looks at every queue
                assert len(site.servers()) == at_once
                if not dies:
                    let_builds_end(site)
                    CommandSite.end(batch, expect=ExitCode.DONE)
            finally:
                batch.kill()
                batch.wait()

        assert site.servers() == sorted(map(server_of, units))
        systems, parts = spans(site)
        in_departments = peak({(units[system], system): span for system, span in systems.items()})
        on_clouds = peak({(cloud, system): span for (system, cloud), span in parts.items()})
        assert in_departments <= per_department
        assert on_clouds <= concurrency
        assert in_departments == per_department or on_clouds == concurrency


def goes_on(site: CommandSite, begun: int, servers: int) -> bool:
    return len(site.steps()) > begun and len(site.servers()) == servers


Span = tuple[int, int]


def spans(site: CommandSite) -> tuple[dict[str, Span], dict[tuple[str, str], Span]]:
    """Return from which to which line of evidence each system, and each part of one on a cloud, was at work."""
    systems: dict[str, Span] = {}
    parts: dict[tuple[str, str], Span] = {}
    for number, entry in enumerate(read(site.folder / ".migrate" / "evidence.jsonl")):
        if entry.kind in {"step.started", "step.done"}:
            system, cloud = str(entry.data["system"]), str(entry.data["cloud"])
            systems[system] = (systems.get(system, (number, 0))[0], number)
            if cloud:
                parts[system, cloud] = (parts.get((system, cloud), (number, 0))[0], number)
    return systems, parts


def peak(found: Mapping[tuple[str, str], Span]) -> int:
    """Return how many spans overlap at most within one group; the group is the first word of a key."""
    return max(
        sum(first <= moment <= last for (other, _), (first, last) in found.items() if other == group)
        for (group, _), (moment, _) in found.items()
    )
