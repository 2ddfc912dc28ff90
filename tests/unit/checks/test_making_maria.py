"""A MariaDB replica is made where nothing forbids it, by a backup where both sides can; no answer is unknown."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.checks.replicas.making import WARNINGS, parts_there, steps_left
from orchestrator.checks.replicas.making_maria import by_backup, check_making_maria
from orchestrator.model.result import CheckStatus
from orchestrator.model.standby import Facts, Make, Part, PrepareStep, blocked

MAKE = Make(
    data="/srv/my/data", user="mysql", config="/etc/mysql/dr.cnf", start=("systemctl", "start", "mariadb@dr"),
    stop=("systemctl", "stop", "mariadb@dr"),
)  # fmt: skip
SOURCE: Facts = {
    "version": "10.11.19-MariaDB-log", "server": 1, "log_bin": 1, "read_only": 0, "ssl": 1, "folder": "/var/lib/mysql/",
    "kept": 864000, "homes": "|./", "size": 1 << 30, "outside": 0, "encrypted": 0, "galera": 0, "plain": 0, "rights": 5,
    "role": "absent", "feeds": 0, "odd": [], "architecture": "x86_64", "backup": "10.11.19", "readable": True,
    "beat": "absent", "beat-ours": False,
}  # fmt: skip
PLACE: Facts = {
    "version": "10.11.19", "backup": "10.11.19", "missing": [], "architecture": "x86_64", "data": "absent",
    "parent": True, "free_bytes": 10 << 30, "copied": 0, "user": True, "config": True, "socket": True, "reach": True,
    "running": False, "port": False, "follows": "", "following": False, "folder": False,
}  # fmt: skip
STANDING: Facts = {
    **PLACE, "data": "ours", "running": True, "port": True, "follows": "1", "following": True, "elsewhere": [],
    "feeds": 0, "folder": True,
}  # fmt: skip
STOOD: Facts = {**SOURCE, "role": "ours", "beat": "beats", "beat-ours": True}


def wrong(source: dict[str, Any], place: dict[str, Any], make: Make = MAKE) -> list[str]:
    found = check_making_maria({**SOURCE, **source}, {**PLACE, **place}, make)
    return [each.code.removeprefix("prepare.") for each in found if each.status is not CheckStatus.PASS]


def test_nothing_forbids_it_by_itself() -> None:
    assert wrong({}, {}) == []
    assert wrong(dict(STOOD), dict(STANDING)) == []


@pytest.mark.parametrize(
    ("code", "source", "place"),
    [
        ("release", {"version": "10.6.12-MariaDB", "backup": "10.6.12"}, {"backup": "10.6.12"}),
        ("programs", {}, {"missing": ["mariadb-dump"]}),
        ("architecture", {}, {"architecture": "aarch64"}),
        ("outside", {"outside": 2}, {}),
        ("outside", {"homes": "/disk2|./"}, {}),
        ("encrypted", {"encrypted": 1}, {}),
        ("no-feeds", {"feeds": 1}, {}),
        ("no-feeds", {"read_only": 1}, {}),
        ("galera", {"galera": 1}, {}),
        ("rights", {"rights": 4}, {}),
        ("log-bin", {"log_bin": 0}, {}),
        ("server-id", {"server": 0}, {}),
        ("kept", {"kept": 3600}, {}),
        ("kept", {"kept": 0}, {}),
        ("promoted", {}, {"data": "promoted"}),
        ("data", {}, {"data": "foreign"}),
        ("parent", {}, {"parent": False}),
        ("room", {}, {"free_bytes": 1 << 30}),
        ("user", {}, {"user": False}),
        ("config", {}, {"config": False}),
        ("reach", {}, {"reach": False}),
        ("port", {}, {"port": True}),
        ("another", {}, {"follows": "7"}),
        ("follows-another", {}, {**STANDING, "elsewhere": ["10.0.0.9:3306"]}),
        ("tls", {"ssl": 0}, {}),
    ],
)
def test_what_is_not_as_it_must_be_is_told_by_its_own_word(
    code: str, source: dict[str, Any], place: dict[str, Any]
) -> None:
    assert [each for each in wrong(source, place) if each != "dump"] == [code]


def test_a_file_of_ours_needs_what_a_service_s_own_would_say() -> None:
    own = Make(data="/srv/my/data", user="mysql")
    assert wrong({"odd": ["sql_mode"]}, {"socket": False}, own) == ["odd", "socket", "restart"]
    assert wrong({}, {}, Make(data="/srv/my/data", user="mysql", start=MAKE.start, stop=MAKE.stop)) == [
        "config-of-service"
    ]


def test_a_dump_is_taken_where_a_backup_is_not_possible_and_never_of_what_it_cannot_copy() -> None:
    assert by_backup(SOURCE, PLACE)
    for source, place in (({}, {"backup": ""}), ({"backup": "10.11.6"}, {}), ({"readable": False}, {})):
        assert not by_backup({**SOURCE, **source}, {**PLACE, **place})
        assert wrong(source, place) == ["dump"]
    assert not blocked(check_making_maria(SOURCE, {**PLACE, "backup": ""}, MAKE), WARNINGS)
    # Between patches of one release a dump goes.
    assert wrong({"version": "10.11.6-MariaDB"}, {}) == ["dump"]
    assert wrong({"plain": 3}, {"backup": ""}) == ["dump", "engines"]


def test_a_question_without_an_answer_is_unknown_and_blocks() -> None:
    asked = {"version": "version", "copy": "encrypted", "primary": "kept", "place": "user", "ways": "reach"}
    for rule, name in asked.items():
        source, place = ({key: told[key] for key in told if key != name} for told in (SOURCE, PLACE))
        found = check_making_maria(source, place, MAKE)
        assert f"prepare.{rule}" in [each.code for each in found if each.status is CheckStatus.UNKNOWN]
        assert blocked(found, WARNINGS)
    without = {key: value for key, value in STOOD.items() if key != "beat"}
    found = check_making_maria(without, STANDING, MAKE)
    assert [each.code for each in found if each.status is not CheckStatus.PASS] == ["prepare.beat-needed"]


def test_a_server_that_runs_and_does_not_answer_is_unknown() -> None:
    silent = {key: value for key, value in STANDING.items() if key not in {"following", "elsewhere", "feeds"}}
    assert blocked(check_making_maria(STOOD, silent, MAKE), WARNINGS)


def test_steps_that_are_done_are_not_left() -> None:
    assert steps_left(SOURCE, PLACE) == tuple(step for step in PrepareStep if step is not PrepareStep.SLOT)
    assert steps_left(STOOD, STANDING) == (PrepareStep.PROVE,)
    assert steps_left(STOOD, {**STANDING, "following": False}) == (PrepareStep.FOLLOW, PrepareStep.PROVE)
    # A secret that lets in no more is made anew, and told to who follows by it.
    assert steps_left(STOOD, {**STANDING, "follows": ""}) == (
        PrepareStep.ACCESS, PrepareStep.FOLLOW, PrepareStep.PROVE,
    )  # fmt: skip


def test_there_is_neither_slot_nor_line() -> None:
    assert parts_there(SOURCE, PLACE) == ()
    assert parts_there(STOOD, STANDING) == (Part.STANDBY, Part.DATA, Part.ROLE, Part.BEAT, Part.FOLDER)
