"""`migrate doctor` on folders that are whole, broken, and none at all; it makes nothing and asks every question."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from orchestrator.cli.main import migrate
from orchestrator.errors import ExitCode


def doctor(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(migrate, ["-C", str(folder), "doctor", *arguments])


def bad(folder: Path) -> dict[str, Any]:
    """Return the checks that did not pass, which decide the exit code."""
    result = doctor(folder, "-o", "json")
    told = json.loads(result.stdout)
    found = {check["code"]: check["values"] for check in told["checks"] if check["status"] != "pass"}
    assert (result.exit_code, told["healthy"]) == (ExitCode.FAILED if found else ExitCode.DONE, not found)
    return found


@pytest.fixture(autouse=True)
def _ssh(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bare machine has no OpenSSH, which would be one finding more."""
    found = tmp_path_factory.mktemp("bin") / "ssh"
    found.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(found.parent), prepend=os.pathsep)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "p"
    assert CliRunner().invoke(migrate, ["init", str(path), "--from", "lab"]).exit_code == 0
    return path


def test_a_folder_without_a_programme(tmp_path: Path) -> None:
    assert list(bad(tmp_path)) == ["doctor.programme"]
    assert list(tmp_path.iterdir()) == []


def test_a_broken_declaration_is_one_finding_among_the_others(folder: Path) -> None:
    (folder / "programme.yaml").write_text("programme: [", encoding="utf-8")
    assert list(bad(folder)) == ["doctor.programme"]


def test_a_programme_without_clouds_yaml(folder: Path) -> None:
    found = bad(folder)
    assert list(found) == ["doctor.clouds-file"]
    shown = doctor(folder).stdout
    assert "→" in shown


def test_a_state_folder_that_others_may_read_and_a_record_that_was_changed(folder: Path) -> None:
    state = folder / ".migrate"
    state.chmod(0o755)
    (state / "evidence.jsonl").write_text('{"n": 1}\n', encoding="utf-8")
    found = bad(folder)
    assert list(found) == ["doctor.state", "doctor.evidence", "doctor.clouds-file"]
    assert found["doctor.state"]["mode"] == "0755"
    assert found["doctor.evidence"]["line"] == "1"
