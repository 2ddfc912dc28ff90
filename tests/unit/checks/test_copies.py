"""What clouds keep, by cases: `available` and names prove nothing, and a chain is as whole as its parts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from orchestrator.checks.replicas.chains import Chain, judge_chains, needed_of
from orchestrator.model.copies import Backup, Image, Room, Stock, Volume
from orchestrator.model.observed import Seen
from orchestrator.model.replica import Aspect, ReplicaKind
from tests.unit.checks.test_replicas import cases, judged, proved

SILENT = Seen(at=100, took=0.2, fault="cloud.unreachable", values={"cloud": "dr"})
VOLUME = Volume(id="v-1", name="app-data", status="in-use", size_gib=10, encrypted=False)
FULL = Backup(
    id="f", name="app-data", volume="v-1", status="available", size_gib=10, incremental=False, dependents=True,
    taken=10000, made=10000, changed=10000,
)  # fmt: skip
BACKUPS = {
    "f": FULL,
    "i": replace(FULL, id="i", incremental=True, taken=50000, made=50000, changed=50000),
    "j": replace(FULL, id="j", incremental=True, dependents=False, taken=99990, made=99990, changed=99990),
}
ROOM = Room(backups=5, backup_gib=100, volume_gib=100)
IMAGE = Image(
    id="img-1", name="app-data", status="active", size=1000, algorithm="sha512", digest="abcd", protected=True,
    visibility="private", settings={"disk_format": "qcow2", "min_disk": "10"},
)  # fmt: skip


def names(case: dict[str, Any]) -> tuple[str, str]:
    return "gov", "gov" if case.get("twins") or case.get("cloud") == "gov" else "dr"


def backups(case: dict[str, Any]) -> tuple[Backup, ...]:
    found = {name: replace(each, keyed=case.get("keyed", False)) for name, each in BACKUPS.items()}
    for name, fields in case.get("backups", {}).items():
        if fields is None:
            del found[name]
        else:
            found[name] = replace(found.get(name, replace(FULL, id=name, dependents=False)), **fields)
    return tuple(found.values())


@pytest.mark.parametrize("case", cases("volume"))
def test_backups_of_a_volume(case: dict[str, Any]) -> None:
    source = target = SILENT
    clouds, clocks = names(case), case.get("clocks", [100000, 100000])
    if case.get("absent"):
        source = Seen(at=100, took=0.2, fault="dr.absent", absent=True, values={"said": "app-data"})
    elif case.get("source", {}) is not None:
        volume = replace(VOLUME, **case.get("source", {}))
        source = Seen(at=100, took=0.2, stock=Stock(cloud=clouds[0], now=clocks[0], volumes=(volume,)))
    if case.get("target", {}) is not None:
        recorded = frozenset(case.get("records", ""))
        room = None if case.get("room", {}) is None else replace(ROOM, **case.get("room", {}))
        stock = Stock(cloud=clouds[1], now=clocks[1], backups=backups(case), room=room, recorded=recorded)
        target = Seen(at=100.4, took=0.2, stock=stock)
    case = {"rpo": 3600, "drilled": None, **case}
    if "drill" in case:
        case["drill"] = {"kind": "volume", "address": "dr/app-data", "port": 0, **case["drill"]}
    proved(judged(ReplicaKind.VOLUME, source, target, case), case)


@pytest.mark.parametrize("case", cases("image"))
def test_a_copy_of_an_image(case: dict[str, Any]) -> None:
    clouds = names(case)
    image = replace(IMAGE, **case.get("source", {}))
    found = (
        ()
        if case.get("copy", {}) is None
        else (replace(IMAGE, **{"id": "c-1", "origin": "img-1", **case.get("copy", {})}),)
    )
    if "another" in case:
        found = (replace(IMAGE, **{"id": "c-2", **case["another"]}), *found)
    source = Seen(at=100, took=0.2, stock=Stock(cloud=clouds[0], now=1, images=(image,)))
    target = Seen(at=100.2, took=0.2, stock=Stock(cloud=clouds[1], now=1, images=found))
    case = {"drilled": None, **case}
    if "drill" in case:
        case["drill"] = {"kind": "image", "address": "dr/app-data", "port": 0, **case["drill"]}
    ends = {"source": source, "target": target, **({case["silent"]: SILENT} if "silent" in case else {})}
    proved(judged(ReplicaKind.IMAGE, ends["source"], ends["target"], case), case)


def test_every_aspect_has_a_case_of_either_kind() -> None:
    for name in ("volume", "image"):
        assert {case.values[0]["aspect"] for case in cases(name)} == set(map(str, Aspect))


def test_a_thousand_links_are_one_chain() -> None:
    links = [
        replace(BACKUPS["i"], id=f"b{number}", taken=20000 + number, made=20000 + number) for number in range(1000)
    ]
    found = judge_chains([*reversed(links), FULL])
    assert found[-1].chain is Chain.WHOLE
    assert found[-1].parent == "b998"
    assert judge_chains(links)[-1].chain is Chain.BROKEN


def test_two_backups_of_one_id_are_no_circle() -> None:
    found = needed_of([FULL, replace(BACKUPS["i"], id="f"), BACKUPS["j"]])
    assert found <= {"f", "j"}
    assert needed_of(list(BACKUPS.values())) == {"f", "i", "j"}
    assert needed_of([BACKUPS["j"]]) == frozenset()
