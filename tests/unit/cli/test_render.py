"""`migrate render` as a person calls it: what is not written is told, with the reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestrator.cli.main import migrate
from orchestrator.errors import ExitCode

HEADER = "system_id,unit,name,secrecy,disposition,audience,mlps_level,responsible,target_cloud"
PUBLIC, NOT_GRADED = (
    "S-1,实验市政务服务局,甲,非涉密,迁移,公众,二级,责任人001,",
    "S-2,实验市政务服务局,乙,非涉密,迁移,公众,,责任人001,",
)
CONTRADICTED = "S-3,实验市政务服务局,丙,非涉密,迁移,公众,二级,责任人001,行政服务云"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(migrate, arguments)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The lab's programme with lists of our own."""
    folder = tmp_path / "p"
    assert run("init", str(folder), "--from", "lab").exit_code == 0
    declared = folder / "programme.yaml"
    text = declared.read_text(encoding="utf-8")
    declared.write_text(text.replace("migration-list.xlsx", "systems.csv, servers.csv"), encoding="utf-8")
    return folder


def put(folder: Path, *systems: str) -> None:
    """Write the list: these systems, each with one server."""
    (folder / "systems.csv").write_text("\n".join([HEADER, *systems]), encoding="utf-8")
    ids = [system.partition(",")[0] for system in systems]
    servers = [f"V-{number},{system},nginx,1,512,3" for number, system in enumerate(ids)]
    header = "server_id,system_id,workload,vcpus,ram_mib,disk_gib"
    (folder / "servers.csv").write_text("\n".join([header, *servers]), encoding="utf-8")


def test_systems_held_back_are_told_with_the_reason(folder: Path, tmp_path: Path) -> None:
    put(folder, PUBLIC, NOT_GRADED)
    result = run("-C", str(folder), "render", "1", "--out", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    assert "! S-2  not graded" in result.stdout
    assert "1 systems written" in result.stdout
    told = json.loads(run("-C", str(folder), "render", "1", "--out", str(tmp_path / "new"), "-o", "json").stdout)
    assert [system["system"] for system in told["systems"]] == ["S-1"]
    assert [(one["system"], one["hold"], one["reasons"][0]["code"]) for one in told["held"]] == [
        ("S-2", "block", "place.ungraded")
    ]


def test_a_batch_that_may_not_run_is_not_rendered_and_says_why(folder: Path, tmp_path: Path) -> None:
    put(folder, PUBLIC, CONTRADICTED)
    asked = ("-C", str(folder), "batch", "1", "--dry-run", "--offline")
    dry = run(*asked)
    result = run("-C", str(folder), "render", "1", "--out", str(tmp_path / "out"))
    assert (result.exit_code, dry.exit_code) == (ExitCode.REFUSED, ExitCode.REFUSED)
    assert result.stdout == dry.stdout
    assert "S-3" in result.stdout
    assert not (tmp_path / "out").exists()
