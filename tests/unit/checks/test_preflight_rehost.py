"""What source and keeper of a whole disk say, by cases; and that nothing is found without words or without a case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.checks import preflight_rehost
from orchestrator.model.machines import CloudServer, DiskServer, Keeper, Reach
from orchestrator.model.move import Method, RehostMove
from orchestrator.model.result import CheckStatus
from orchestrator.reporting import texts

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "preflight" / "rehost.yaml").read_text(encoding="utf-8")
)
SOURCE: Mapping[str, object] = {
    "disk": "sda",
    "root_path": "/",
    "arch": "x86_64",
    "firmware": "bios",
    "size": 40 * 1024**3,
    "sector": 512,
    "direct": "yes",
    "table": "dos",
    "root_device": "sda1",
    "root_type": "ext4",
    "root_number": 1,
    "initramfs_tools": "yes",
    "grub": "yes",
    "networkd": "yes",
    "os": "Debian GNU/Linux 12 (bookworm)",
    "missing": [],
    "mounted": [],
    "foreign": [],
    "holder": [],
    "swap": [],
    "kernel": ["6.1.0-1"],
    "no_virtio": [],
}
KEEPER: Mapping[str, object] = {
    "arch": "x86_64",
    "missing": [],
    "python": "True",
    "namespaces": "yes",
    "free": 100 * 1024**3,
}
MOVE = RehostMove(
    system="S-1",
    slug="s-1",
    source=DiskServer(name="old", reach=Reach(address="192.0.2.1"), address="192.0.2.1", disk="sda"),
    server=CloudServer(name="new", cloud="c", programme="p", system="s-1", key="k", reach=Reach(address="192.0.2.3")),
    target=Keeper(name="keeper", reach=Reach(address="192.0.2.2"), address="192.0.2.2", folder="/srv"),
)


def facts(well: Mapping[str, object], changed: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in {**well, **changed}.items() if value is not None}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_what_is_found_and_chosen(case: Mapping[str, Any]) -> None:
    found = preflight_rehost.preflight(
        replace(MOVE, server=case.get("server", MOVE.server)),
        facts(SOURCE, case.get("source", {})),
        facts(KEEPER, case.get("target", {})),
    )
    told = {
        each.result.code.removeprefix("move.preflight."): [str(method) for method in each.against]
        for each in found.findings
    }
    assert told == case["against"]
    assert found.possible is (case["method"] is not None)
    assert all(each.result.status is not CheckStatus.PASS for each in found.findings)


def test_the_move_learns_the_size_of_the_disk_and_where_its_root_is() -> None:
    found = preflight_rehost.preflight(MOVE, SOURCE, KEEPER)
    assert isinstance(found.move, RehostMove)
    assert (found.move.size, found.move.root, found.move.method) == (40 * 1024**3, 1, Method.DISK)


def test_every_finding_has_words_and_a_case() -> None:
    source = Path(preflight_rehost.__file__).read_text(encoding="utf-8")
    told = {*re.findall(r'"(rehost-[a-z-]+)"', source), "unknown"}
    assert len(told) > 6, "the scan must find the rules"
    cased = {code for case in CASES for code in case.get("against", {})}
    assert told - cased == set()
    assert [code for code in sorted(told) if not texts.has(f"move.preflight.{code}.remedy")] == []
