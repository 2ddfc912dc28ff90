"""`migrate classify` and `migrate place` as a person calls them, on the lab's list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from orchestrator.cli.main import migrate
from orchestrator.errors import ExitCode, Refused

BOTH = pytest.mark.parametrize("command", ["classify", "place"])
CLASSIFIED = "SH-013"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(migrate, arguments)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programme") / "p"
    assert run("init", str(folder), "--from", "lab").exit_code == 0
    return folder


def ask(folder: Path, *arguments: str) -> Any:
    result = run("-C", str(folder), *arguments, "-o", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@BOTH
def test_every_system_has_its_disposition_and_a_classified_one_is_only_counted(folder: Path, command: str) -> None:
    told = ask(folder, command)
    shown = run("-C", str(folder), command).stdout
    assert [each["system"] for each in told["systems"]] == [f"SH-{number:03}" for number in range(1, 13)]
    assert told["totals"] == {"retire": 1, "merge": 3, "retain": 1, "connect": 1, "migrate": 6}
    assert told["classified_count"] == 1
    assert all(each["system"] in shown for each in told["systems"])
    assert CLASSIFIED not in shown + json.dumps(told)


def test_classify_names_the_rules_and_what_is_merged_into_what(folder: Path) -> None:
    told = ask(folder, "classify")
    assert all(each["rules"] for each in told["systems"])
    assert {"into": "SH-005", "systems": ["SH-007"]} in told["consolidation"]


def test_place_gives_every_server_of_what_moves_now_a_cloud_a_zone_and_a_flavor(folder: Path) -> None:
    for system in ask(folder, "place")["systems"]:
        moves = system["disposition"] == "migrate" and system["hold"] is None
        assert bool(system["servers"]) is moves, system["system"]
        assert all(all(server.values()) for server in system["servers"])


@BOTH
def test_explain_says_the_rules_and_the_cells_that_decided(folder: Path, command: str) -> None:
    told = ask(folder, command, "--explain", "SH-001")
    target = next(each for each in told["decisions"] if each["stage"] == "target")
    (cell,) = target["cells"]
    assert (target["rule"], cell["field"], cell["value"]) == ("P1", "audience", "public")
    assert cell["cell"].startswith("migration-list.xlsx!系统迁移清单!")
    shown = run("-C", str(folder), command, "--explain", "SH-001").stdout
    assert "P1" in shown
    assert cell["cell"].rpartition("!")[2] in shown


@BOTH
@pytest.mark.parametrize("system", ["SH-999", CLASSIFIED, ""])
def test_a_system_that_may_not_be_named_or_is_none_is_refused(folder: Path, command: str, system: str) -> None:
    result = run("-C", str(folder), command, "--explain", system)
    assert isinstance(result.exception, Refused)
    assert (result.exception.code, result.exception.exit_code) == ("place.no-system", ExitCode.REFUSED)
    assert result.stdout == ""


def test_the_rules_can_be_read_without_a_list(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "programme.yaml").write_bytes((folder / "programme.yaml").read_bytes())
    told = ask(tmp_path, "place", "--rules")
    assert {"P1", "P4", "P7"} <= {rule["id"] for rule in told["rules"]}
    assert "P1" in run("-C", str(tmp_path), "place", "--rules").stdout


@BOTH
def test_a_refused_list_places_nothing_and_every_cell_is_told(folder: Path, tmp_path: Path, command: str) -> None:
    text = (folder / "programme.yaml").read_text(encoding="utf-8")
    (tmp_path / "programme.yaml").write_text(text.replace("migration-list.xlsx", "bad.csv"), encoding="utf-8")
    (tmp_path / "bad.csv").write_text("system_id,unit,name,secrecy\nALL,甲局,系统,非涉密\n", encoding="utf-8")
    result = run("-C", str(tmp_path), command)
    assert isinstance(result.exception, Refused)
    assert (result.exception.code, result.exception.exit_code) == ("list.refused", ExitCode.REFUSED)
    assert "bad.csv!A2" in result.stderr
    assert result.stdout == ""
