"""Which roles a playbook uses, and what changes their digests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestrator import resources
from orchestrator.adapters.rendering import PlaybookRenderer
from orchestrator.adapters.roles import count_tasks, folder_digest, role_digests
from orchestrator.cli.wiring import roles
from orchestrator.errors import MigrateError
from orchestrator.model.system import Workload
from orchestrator.planning.batches import plan_batch
from tests.unit.planning.given import listing, programme

PLAY = """
- hosts: all
  tasks:
    - block:
        - ansible.builtin.import_role: {name: web, tasks_from: configure}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(resources.path("playbooks") / "roles", tmp_path / "roles")
    return tmp_path / "roles"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_roles_of_each_workload_are_those_its_playbook_runs() -> None:
    assert {workload: list(used) for workload, used in roles().items()} == {
        Workload.NGINX: ["base", "mirror", "nginx"],
        Workload.POSTGRESQL: ["base", "mirror", "postgresql"],
        Workload.MARIADB: ["base", "mariadb", "mirror"],
    }


@pytest.mark.parametrize(
    ("changed", "there"),
    [
        ({Workload.NGINX, Workload.POSTGRESQL, Workload.MARIADB}, "    - vars.yml\n"),
        ({Workload.NGINX}, "[[ '    - more.yml\n' if workload is defined and workload == 'nginx' else '' ]]"),
    ],
    ids=["every-playbook", "one-workload"],
)
def test_a_changed_playbook_counts_as_a_change_of_the_workloads_own_role(
    folder: Path, monkeypatch: pytest.MonkeyPatch, changed: set[Workload], there: str
) -> None:
    before = roles()
    shutil.copytree(resources.path("templates"), folder.parent / "templates")
    shutil.copytree(resources.path("playbooks"), folder.parent / "playbooks")
    template = folder.parent / "templates/playbook/playbook.yml.j2"
    text = template.read_text(encoding="utf-8")
    write(template, text.replace("    - vars.yml\n", "    - vars.yml\n" + there))
    monkeypatch.setattr(resources, "path", folder.parent.joinpath)

    after = roles.__wrapped__()

    differ = {(own, role) for own, used in before.items() for role in used if used[role] != after[own][role]}
    assert differ == {(workload, workload) for workload in changed}


def test_what_is_noted_of_the_real_roles_fits_into_one_item_of_novas_metadata() -> None:
    every = [{"id": f"S-1-{each}", "system_id": "S-1", "workload": each.value} for each in Workload]
    (system,) = plan_batch(programme(), listing([{}], every), 1, None, roles=roles()).systems
    assert system.spec
    assert all(len(part.configuration_digest) <= 255 for part in system.spec.parts)


def test_a_role_reached_by_another_role_counts_and_one_that_is_not_used_does_not(tmp_path: Path) -> None:
    write(
        tmp_path / "web/tasks/configure.yml", "- include_role:\n    name: packages\n- debug: {msg: !unsafe '{{ x }}'}\n"
    )
    write(tmp_path / "packages/meta/main.yml", "dependencies: [common, {role: keys}]\n")
    write(tmp_path / "common/handlers/main.yml", "- import_role: {name: web}\n")
    write(tmp_path / "keys/files/tasks.yml", "- import_role: {name: nowhere}\n")
    write(tmp_path / "unused/tasks/main.yml", "[]\n")
    assert list(role_digests(PLAY, tmp_path)) == ["common", "keys", "packages", "web"]


def test_the_digest_is_of_paths_and_bytes_and_of_nothing_else(folder: Path, tmp_path: Path) -> None:
    before = folder_digest(folder / "nginx")
    other = tmp_path / "elsewhere"
    shutil.copytree(folder / "nginx", other)
    for path in other.rglob("*"):
        os.utime(path, (0, 0))
    write(other / "__pycache__/module.cpython-311.pyc", "compiled")
    write(other / "library/__pycache__/module.pyc", "compiled")
    write(other / ".ansible/lint.json", "{}")
    write(other / "tasks/configure.yml~", "an editor's copy")
    (other / "empty").mkdir()
    assert folder_digest(other) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda role: write(role / "templates/site.conf.j2", "server {}\n"),
        lambda role: write(role / "files/more.sh", ""),
        lambda role: (role / "tasks/verify.yml").unlink(),
        lambda role: (role / "tasks/verify.yml").rename(role / "tasks/check.yml"),
    ],
)
def test_every_change_of_a_role_changes_its_digest_and_no_other(folder: Path, change: Callable[[Path], object]) -> None:
    playbook = PlaybookRenderer(folder).playbook([Workload.NGINX])
    before = role_digests(playbook, folder)
    change(folder / "nginx")
    after = role_digests(playbook, folder)
    assert {role for role in before if before[role] != after[role]} == {"nginx"}


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(MigrateError) as missing:
        role_digests(PLAY, tmp_path)
    assert (missing.value.code, missing.value.values["role"]) == ("playbook.no-role", "web")
    write(tmp_path / "web/tasks/configure.yml", "- {\n")
    with pytest.raises(MigrateError) as broken:
        role_digests(PLAY, tmp_path)
    assert broken.value.code == "playbook.bad-role"


FLAT = """
- hosts: all
  gather_facts: false
  tasks:
    - {name: one, ansible.builtin.command: {argv: ["true"]}}
    - name: several
      block:
        - ansible.builtin.import_role: {name: web, tasks_from: configure}
        - ansible.builtin.meta: flush_handlers
      always:
        - {name: last, ansible.builtin.command: {argv: ["true"]}}
"""
WEB = "- {name: two, debug: {}}\n- {name: three, debug: {}}\n"


def test_tasks_are_counted_where_they_are_written_down(tmp_path: Path) -> None:
    write(tmp_path / "web" / "tasks" / "configure.yml", WEB)
    assert count_tasks(FLAT, tmp_path) == 4


@pytest.mark.parametrize(
    ("playbook", "web"),
    [
        (FLAT, WEB + "- include_tasks: other.yml\n"),
        (FLAT, WEB + "- ansible.builtin.include_role: {name: other}\n"),
        (FLAT, WEB + "- import_tasks: other.yml\n"),
        (FLAT, "- {name: [unfinished"),
        (FLAT, "not: a list"),
        (FLAT, ""),
        (FLAT.replace("gather_facts: false", "gather_facts: true"), WEB),
        (FLAT.replace("  gather_facts: false\n", ""), WEB),
        (FLAT.replace("gather_facts: false", "gather_facts: false\n  roles: [web]"), WEB),
        (FLAT.replace("always:", "rescue:"), WEB),
        (FLAT.replace("name: web", "name: absent"), WEB),
        ("- ansible.builtin.import_playbook: other.yml\n", WEB),
        ("just text", WEB),
    ],
)
def test_what_only_the_run_knows_is_not_guessed(playbook: str, web: str, tmp_path: Path) -> None:
    write(tmp_path / "web" / "tasks" / "configure.yml", web)
    assert count_tasks(playbook, tmp_path) is None


def test_a_role_that_may_need_others_is_not_counted(tmp_path: Path) -> None:
    write(tmp_path / "web" / "tasks" / "configure.yml", WEB)
    write(tmp_path / "web" / "meta" / "main.yml", "dependencies: []\n")
    assert count_tasks(FLAT, tmp_path) == 4
    write(tmp_path / "web" / "meta" / "main.yml", "dependencies: [base]\n")
    assert count_tasks(FLAT, tmp_path) is None


@pytest.mark.parametrize("workload", [one for one in Workload if one is not Workload.NONE])
def test_the_tasks_of_every_workload_can_be_counted(workload: Workload, folder: Path) -> None:
    found = count_tasks(PlaybookRenderer(Path()).playbook([workload]), folder)
    assert found is not None
    assert found >= 3
