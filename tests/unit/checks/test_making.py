"""A standby is made where nothing forbids it; what had no answer is unknown, and nothing is written over."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.checks.replicas.making import (
    WARNINGS,
    check_dropping,
    check_making,
    parts_gone,
    parts_there,
    steps_left,
)
from orchestrator.model.result import CheckStatus
from orchestrator.model.standby import Facts, Make, Part, PrepareStep, blocked

MAKE = Make(data="/srv/pg/data", start=("systemctl", "start", "pg"), stop=("systemctl", "stop", "pg"))
SOURCE: Facts = {
    "version": 150018, "architecture": "x86_64", "glibc": "2.36", "locales": ["C.UTF-8"], "recovery": False,
    "superuser": True, "role": "absent", "tablespaces": [], "wal_level": "replica", "free_senders": 5, "free_slots": 5,
    "slot": "absent", "wal_keep_bytes": 1 << 30, "free_bytes": 10 << 30, "size": 1 << 30, "ssl": True,
    "checksums": "on", "config": "/srv/pg/data/postgresql.conf", "folder": "/srv/pg/data", "identifier": "7",
    "line": False, "beat": "absent",
}  # fmt: skip
PLACE: Facts = {
    "programs": "/usr/lib/postgresql/15/bin", "versions": ["15"], "architecture": "x86_64", "glibc": "2.36",
    "locales_available": ["C.utf8"], "data": "absent", "parent": True, "free_bytes": 10 << 30, "copied": 0,
    "reach": "0", "running": False, "port": "2", "follows": "", "folder": False,
}  # fmt: skip
STANDING: Facts = {**PLACE, "data": "ours", "running": True, "port": "0", "follows": "7", "folder": True}
STOOD: Facts = {**SOURCE, "role": "ours", "slot": "reserved", "line": True, "beat": "beats", "beat-ours": True}


def wrong(source: dict[str, Any], place: dict[str, Any], make: Make = MAKE) -> list[str]:
    found = check_making({**SOURCE, **source}, {**PLACE, **place}, make)
    return [each.code.removeprefix("prepare.") for each in found if each.status is not CheckStatus.PASS]


def test_nothing_forbids_it_by_itself() -> None:
    assert wrong({}, {}) == []


@pytest.mark.parametrize(
    ("code", "source", "place"),
    [
        ("old", {"version": 120005}, {"versions": ["12"]}),
        ("version", {}, {"programs": "", "versions": ["14"]}),
        ("architecture", {}, {"architecture": "aarch64"}),
        ("glibc", {}, {"glibc": "2.28"}),
        ("locale", {"locales": ["zh_CN.utf8"]}, {}),
        ("primary", {"recovery": True}, {}),
        ("superuser", {"superuser": False}, {}),
        ("role", {"role": "foreign"}, {}),
        ("tablespaces", {"tablespaces": ["fast"]}, {}),
        ("wal-level", {"wal_level": "minimal"}, {}),
        ("senders", {"free_senders": 1}, {}),
        ("slots", {"free_slots": 0}, {}),
        ("slot-lost", {"slot": "lost"}, {}),
        ("bounded", {"wal_keep_bytes": -1}, {}),
        ("bounded", {"wal_keep_bytes": 20 << 30}, {}),
        ("promoted", {}, {"data": "promoted"}),
        ("data", {}, {"data": "foreign"}),
        ("data", {}, {"data": "mount"}),
        ("parent", {}, {"parent": False}),
        ("room", {}, {"free_bytes": 1 << 30}),
        ("config", {"config": "/etc/postgresql/postgresql.conf"}, {}),
        ("reach", {}, {"reach": "2"}),
        ("port", {}, {"port": "0"}),
        ("another", {}, {"follows": "8"}),
        ("tls", {"ssl": False}, {}),
        ("checksums", {"checksums": "off"}, {}),
    ],
)
def test_what_is_not_as_it_must_be_is_told_by_its_own_word(
    code: str, source: dict[str, Any], place: dict[str, Any]
) -> None:
    assert wrong(source, place) == [code]


def test_a_question_without_an_answer_is_unknown_and_blocks() -> None:
    found = check_making({key: value for key, value in SOURCE.items() if key != "wal_keep_bytes"}, PLACE, MAKE)
    unknown = [each.code for each in found if each.status is CheckStatus.UNKNOWN]
    assert (unknown, blocked(found, WARNINGS)) == (["prepare.log"], True)
    assert [each.code for each in check_making({"silent": "no route"}, PLACE, MAKE)] == ["prepare.silent"]


def test_what_only_must_be_known_keeps_nobody_from_making_it() -> None:
    found = check_making({**SOURCE, "ssl": False, "checksums": "off"}, {**PLACE, "glibc": "2.28"}, Make(data=MAKE.data))
    assert not blocked(found, WARNINGS)


def test_steps_that_are_done_are_not_left() -> None:
    assert steps_left(SOURCE, PLACE) == tuple(step for step in PrepareStep if step is not PrepareStep.FOLLOW)
    assert steps_left(STOOD, STANDING) == (PrepareStep.PROVE,)
    assert steps_left(STOOD, {**STANDING, "running": False}) == (PrepareStep.START, PrepareStep.PROVE)
    assert PrepareStep.ACCESS in steps_left({**STOOD, "line": False}, STANDING)


def test_what_was_not_made_here_is_nothing_to_take_away() -> None:
    assert parts_there(SOURCE, PLACE) == ()
    assert parts_there(STOOD, STANDING) == tuple(Part)
    others: Facts = {**SOURCE, "role": "foreign", "slot": "foreign", "beat-ours": False}
    assert parts_there(others, {**PLACE, "data": "foreign"}) == ()
    assert Part.DATA not in parts_there(STOOD, {**STANDING, "data": "promoted"})


def test_a_standby_that_was_promoted_or_feeds_others_stays() -> None:
    assert not blocked(check_dropping(STOOD, STANDING, ""), frozenset())
    assert blocked(check_dropping(STOOD, {**STANDING, "data": "promoted"}, ""), frozenset())
    assert blocked(check_dropping(STOOD, {**STANDING, "feeds": 1}, ""), frozenset())
    for found in ("held", "decided"):  # also where the other side is gone for good
        assert blocked(check_dropping(STOOD, {**STANDING, "switch": found}, ""), frozenset())
        assert blocked(check_dropping({"silent": "-"}, {**STANDING, "switch": found}, "source"), frozenset())
    assert blocked(check_dropping({**STOOD, "recovery": True}, STANDING, ""), frozenset())
    silent: Facts = {"silent": "no route"}
    assert blocked(check_dropping(silent, STANDING, ""), frozenset())
    assert not blocked(check_dropping(silent, STANDING, "source"), frozenset())
    assert parts_gone(tuple(Part), "source") == (Part.STANDBY, Part.DATA, Part.FOLDER)
    assert parts_gone(tuple(Part), "replica") == (Part.SLOT, Part.LINE, Part.ROLE, Part.BEAT)
