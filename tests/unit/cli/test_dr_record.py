"""`migrate dr record`: of the kept drills the newest or the chosen one, what speaks against it, and its files."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.evidence import EvidenceLog
from orchestrator.adapters.replicas.kept_drills import BEGUN, ENDED, OVER, told
from orchestrator.adapters.state import StateFolder
from orchestrator.cli.main import migrate
from orchestrator.cli.words import say
from orchestrator.errors import ExitCode, Refused
from orchestrator.model.drill import Drilled

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAME = Drilled(system="S-1", kind="postgresql", address="10.0.0.2", port=5432, id="first", at=AT, rto=5.0, rpo=1.0)
PROGRAMME = {
    "programme": "p", "title": "合成", "list": "list.yaml",
    "clouds": {
        "c": {
            "kind": "administrative", "lifecycle": "available", "images": {"": "i"},
            "flavors": {"f": {"vcpus": 1, "ram_mib": 512, "disk_gib": 3}}, "zones": {"z": {"network": "n"}},
        }
    },
    "batches": {1: {"systems": ["S-1"]}},
}  # fmt: skip
ROW = {
    "系统编号": "S-1", "单位名称（全称）": "甲局", "系统名称": "业务系统", "涉密分类": "非涉密", "灾备等级": 4,
}  # fmt: skip


@pytest.fixture
def record(tmp_path: Path) -> Callable[..., None]:
    (tmp_path / "programme.yaml").write_text(yaml.safe_dump(PROGRAMME, allow_unicode=True))
    (tmp_path / "list.yaml").write_text(yaml.safe_dump({"systems": [ROW]}, allow_unicode=True))
    state = StateFolder(tmp_path)
    state.ensure()
    return EvidenceLog(state.evidence, actor="wang@desk", clock=SystemClock()).record


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(migrate, ["-C", str(folder), "dr", "record", "S-1", *words])


def data(folder: Path, *words: str, expect: ExitCode = ExitCode.DONE) -> Any:
    result = run(folder, *words, "-o", "json")
    assert result.exit_code == expect, result.output
    return json.loads(result.stdout)


def refused(folder: Path, *words: str) -> str:
    """Return what a person reads of a refusal, with its remedy."""
    error = run(folder, *words).exception
    assert isinstance(error, Refused)
    assert error.exit_code == ExitCode.REFUSED
    return f"{say(error.code, **error.values)} {say(f'{error.code}.remedy', **error.values)}"


def test_where_no_drill_is_kept_it_is_refused_with_what_helps(tmp_path: Path, record: Callable[..., None]) -> None:
    for _ in range(2):
        assert "`migrate dr drill S-1`" in refused(tmp_path)
        record(ENDED, drill=told(replace(CAME, system="S-2")))


def test_the_newest_or_the_chosen_one_is_written(tmp_path: Path, record: Callable[..., None]) -> None:
    record(ENDED, drill=told(CAME))
    record(ENDED, drill=told(replace(CAME, id="../second", failed="isolate", code="drill.no-place")))
    came = data(tmp_path, "--out", str(tmp_path / "out"))
    assert (came["drill"], came["failed"], came["code"]) == ("../second", "isolate", "drill.no-place")
    assert (came["evidence"]["word"], came["evidence"]["seq"]) == ("unanchored", 2)
    assert {Path(file).parent for file in came["files"]} == {tmp_path / "out"}
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == [".docx", ".html"]
    assert data(tmp_path, "--drill", "first")["evidence"]["seq"] == 1
    assert "../second, first" in refused(tmp_path, "--drill", "third")


def test_an_entry_that_is_older_than_its_cause_is_read(tmp_path: Path, record: Callable[..., None]) -> None:
    record(ENDED, drill={name: value for name, value in told(CAME).items() if name != "code"})
    assert data(tmp_path)["drill"] == "first"


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+00:00", "2026-03-01T12:00:00", "x"])
def test_an_entry_of_no_possible_moment_is_none(tmp_path: Path, record: Callable[..., None], at: str) -> None:
    record(ENDED, drill={**told(CAME), "at": at})
    assert "`migrate dr drill S-1`" in refused(tmp_path)


def test_one_without_an_end_is_told_and_is_no_record(tmp_path: Path, record: Callable[..., None]) -> None:
    place = {"system": "S-1", "replica": "postgresql 10.0.0.2 5432"}
    record(BEGUN, **place)
    assert "--clean" in refused(tmp_path)
    record(ENDED, drill=told(CAME))
    assert data(tmp_path)["unended"] is False
    record(BEGUN, **place)
    assert data(tmp_path)["unended"] is True
    record(OVER, **place)
    assert data(tmp_path)["unended"] is False


def test_of_a_record_that_is_contradicted_it_is_said(tmp_path: Path, record: Callable[..., None]) -> None:
    record(ENDED, drill=told(replace(CAME, rto=9000.0)))
    record("run.started")
    path = StateFolder(tmp_path).evidence
    path.write_text(path.read_text().replace("9000.0", "5.0"))
    came = data(tmp_path, "--out", str(tmp_path / "out"), "--format", "html", expect=ExitCode.FINDING)
    assert came["evidence"]["word"] == "contradicted"
    (page,) = (tmp_path / "out").iterdir()
    assert "migrate evidence verify" in page.read_text()
