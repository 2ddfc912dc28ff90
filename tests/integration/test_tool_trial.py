"""The trial of a tool: an honest one keeps every rule, and of another the rule that it breaks is named."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.command_site import MIGRATE

pytestmark = pytest.mark.integration

SHELF = Path(__file__).parents[1] / "worlds" / "shelf"


def tried(folder: Path, *options: str, expect: int) -> dict[str, Any]:
    for end in ("source", "target", "move.d"):
        (folder / end).mkdir(mode=0o755)
    shutil.copy(SHELF, folder / "move.d" / "shelf")
    (folder / "move.d" / "shelf").chmod(0o755)
    (folder / "source" / "ledger").write_text("1\n")
    sides = ["--source", str(folder / "source"), "--target", str(folder / "target")]
    words = [*MIGRATE, "-C", str(folder), "external", "check", "shelf", *sides, *options, "-o", "json"]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == expect, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_an_honest_tool_keeps_every_rule(tmp_path: Path) -> None:
    told = tried(tmp_path, "--yes", expect=0)
    assert {check["status"] for check in told["checks"]} == {"pass"}
    assert not (tmp_path / ".migrate").exists()
    assert list((tmp_path / "target").iterdir()) == []


FAULTS = {
    "describe:extra": "describe",
    "freeze:detach": "freeze",
    "decide:other": "decide-back",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_rule_that_a_tool_breaks_is_named_and_nothing_is_said_of_later_ones(tmp_path: Path, fault: str) -> None:
    checks = tried(tmp_path, "--yes", "--option", f"faults={fault}", expect=1)["checks"]
    names = [check["subject"] for check in checks]
    at = names.index(FAULTS[fault])
    status = {check["subject"]: check["status"] for check in checks}
    assert {status[name] for name in names[:at]} == {"pass"}
    assert status[FAULTS[fault]] == "fail"
    assert {status[name] for name in names[at + 1 :] if name != "drop"} == {"unknown"}


def test_a_trial_is_refused_where_nobody_said_that_the_sides_may_be_lost(tmp_path: Path) -> None:
    assert tried(tmp_path, expect=4)["error"]["code"] == "external.not-confirmed"


def test_no_secret_stands_on_a_command_line(tmp_path: Path) -> None:
    told = tried(tmp_path, "--yes", "--option", "db_password=x", expect=4)
    assert told["error"]["code"] == "external.secret-option"
