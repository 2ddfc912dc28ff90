"""Every rule of a file system's preflight, by cases; and that nothing is found without words or without a case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.checks import preflight, preflight_files
from orchestrator.model.result import CheckStatus
from orchestrator.reporting import texts

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "preflight" / "files.yaml").read_text(encoding="utf-8")
)
WELL: Mapping[str, object] = {
    "path": "/srv/app", "mount_root": "/", "fstype": "ext4", "mount_options": "rw,relatime", "fs_options": "rw",
    "mounted_twice": [], "nested": [], "used_bytes": 10**9, "free_bytes": 40 * 10**9, "used_inodes": 1000,
    "free_inodes": 10**6, "missing": [], "rsync": "3.2.7", "getfattr": "yes", "writers": "", "stop": False,
    "start": False, "special": [], "undecodable": [], "case_twins": [], "users": ["0 root"], "groups": ["0 root"],
    "entries": [], "tar": "1.34", "tar_attributes": "yes", "missing_for_tar": [], "attributes": "yes",
}  # fmt: skip


def facts(changed: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in {**WELL, **changed}.items() if value is not None}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_what_is_found_and_chosen(case: Mapping[str, Any]) -> None:
    source, target = facts(case.get("source", {})), facts(case.get("target", {}))
    findings = preflight.check(source, target, preflight_files.RULES, preflight_files.EVERY)
    told = {
        each.result.code.removeprefix("move.preflight."): [str(method) for method in each.against] for each in findings
    }
    assert told == case.get("against", {})
    assert preflight.choose(findings, methods=preflight_files.EVERY) == case["method"]
    assert all(each.result.status is not CheckStatus.PASS for each in findings)


def test_every_finding_has_words_and_a_case() -> None:
    source = Path(preflight_files.__file__).read_text(encoding="utf-8")
    told = {*re.findall(r'(?:finding|listed)\("([a-z-]+)"', source), "unknown"}
    assert len(told) > 20, "the scan must find the rules"
    cased = {code for case in CASES for code in case.get("against", {})}
    assert told - cased == set()
    assert [code for code in sorted(told) if not texts.has(f"move.preflight.{code}.remedy")] == []
