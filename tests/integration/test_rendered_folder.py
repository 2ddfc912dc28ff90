"""What `migrate render` writes runs on a machine that has ansible-core and nothing of ours."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestrator import resources
from orchestrator.adapters.roles import folder_digest
from orchestrator.cli.main import migrate
from orchestrator.errors import Refused

pytestmark = pytest.mark.integration

ROLES = resources.path("playbooks") / "roles"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(migrate, arguments)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "p"
    assert run("init", str(folder), "--from", "lab").exit_code == 0
    return folder


@pytest.fixture
def out(folder: Path, tmp_path: Path) -> Path:
    result = run("-C", str(folder), "render", "1", "--out", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    return tmp_path / "out"


def ansible(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `ansible-playbook` with nothing in the environment that would tell it where we keep things."""
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(cwd), "ANSIBLE_HOME": str(cwd / ".ansible")}
    return subprocess.run([program, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def systems(out: Path) -> list[str]:
    return sorted(path.parent.name for path in out.glob("*/playbook.yml"))


@pytest.fixture
def elsewhere(out: Path, tmp_path: Path) -> Path:
    """The folder as another machine would have it: moved, and the project's roles out of reach by any relative path."""
    there = tmp_path / "deep" / "other" / "project"
    shutil.copytree(out, there)
    shutil.rmtree(out)
    return there


def test_each_system_is_checked_in_its_own_folder(elsewhere: Path) -> None:
    assert len(systems(elsewhere)) > 1
    for name in systems(elsewhere):
        words = ("-i", "inventory.yml", "playbook.yml")
        checked = ansible(*words, "--syntax-check", cwd=elsewhere / name)
        assert checked.returncode == 0, checked.stderr
        tasks = ansible(*words, "--list-tasks", cwd=elsewhere / name)
        assert "base : " in tasks.stdout, "the tasks of the roles are read, not only the playbook"


def test_the_whole_folder_is_a_project_of_awx(elsewhere: Path) -> None:
    for name in systems(elsewhere):
        checked = ansible("-i", f"{name}/inventory.yml", f"{name}/playbook.yml", "--syntax-check", cwd=elsewhere)
        assert checked.returncode == 0, checked.stderr


def test_the_lines_that_the_readme_tells_are_those_that_work(elsewhere: Path) -> None:
    lines = [line.strip() for line in (elsewhere / "README.md").read_text(encoding="utf-8").splitlines()]
    told = next(line for line in lines if line.endswith("--syntax-check"))
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(elsewhere)}
    checked = subprocess.run(["sh", "-c", told], cwd=elsewhere, env=environment, check=False, capture_output=True)
    assert checked.returncode == 0, checked.stderr


def test_the_roles_are_the_ones_the_tool_runs_and_the_index_knows_each_file(out: Path) -> None:
    roles = sorted(path.name for path in (out / "roles").iterdir())
    assert "base" in roles
    assert {name: folder_digest(out / "roles" / name) for name in roles} == {
        name: folder_digest(ROLES / name) for name in roles
    }
    index = json.loads((out / "index.json").read_text(encoding="utf-8"))
    listed = dict(index["files"])
    for system in index["systems"]:
        listed |= {f"{system['folder']}/{name}": digest for name, digest in system["files"].items()}
    there = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}
    del there["index.json"]
    assert listed == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in there.items()}


def test_rendered_again_nothing_of_an_older_role_is_left(folder: Path, out: Path) -> None:
    stale = out / "roles" / "base" / "handlers" / "main.yml"
    stale.parent.mkdir(exist_ok=True)
    stale.write_text("- name: of an earlier version\n")
    assert run("-C", str(folder), "render", "1", "--out", str(out)).exit_code == 0
    assert folder_digest(out / "roles" / "base") == folder_digest(ROLES / "base")


@pytest.mark.parametrize("name", ["roles/own/tasks/main.yml", "ansible.cfg", "README.md", "roles"])
def test_what_somebody_else_keeps_there_is_left_alone(name: str, folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "project" / name
    own.parent.mkdir(parents=True)
    own.write_text("mine\n")
    result = run("-C", str(folder), "render", "1", "--out", str(tmp_path / "project"))
    assert isinstance(result.exception, Refused)
    assert own.read_text() == "mine\n"
    assert [path for path in (tmp_path / "project").rglob("*") if path.is_file()] == [own]


def test_a_link_in_the_way_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "victim").mkdir()
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "roles").symlink_to(tmp_path / "victim")
    result = run("-C", str(folder), "render", "1", "--out", str(tmp_path / "project"))
    assert isinstance(result.exception, Refused)
    assert list((tmp_path / "victim").iterdir()) == []
