"""Runs forked from one loaded Ansible: each stands for itself, nothing of one is another's, and nobody escapes."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from orchestrator import resources
from orchestrator.adapters.ansible import keepers, processes
from orchestrator.adapters.ansible.runner import AnsibleRunner
from orchestrator.model.result import PlaybookResult

pytestmark = pytest.mark.integration
MINUTES = timedelta(minutes=3)


@pytest.fixture(scope="module")
def playbooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(resources.path("playbooks"), tmp_path_factory.mktemp("own") / "playbooks"))


@pytest.fixture(scope="module")
def runner(playbooks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnsibleRunner]:
    made = AnsibleRunner(tmp_path_factory.mktemp("state"), Path("/nonexistent/identity"), playbooks=playbooks)
    yield made
    assert server(made) > 0
    made._keepers.close()
    assert list(made.runs.iterdir()) == []


def server(runner: AnsibleRunner) -> int:
    """The fork server's pid, 0 if there is none."""
    servers = runner._keepers._servers
    return servers[-1].process.pid if servers else 0


def local(folder: Path, *tasks: str) -> Path:
    """A playbook whose tasks run here."""
    folder.mkdir()
    (folder / "known_hosts").touch()
    (folder / "inventory.yml").write_text("all: {hosts: {here: {ansible_connection: local}}}")
    lines = "".join(f"    - {task}\n" for task in tasks)
    (folder / "playbook.yml").write_text(f"- hosts: all\n  gather_facts: false\n  tasks:\n{lines}")
    return folder


def run(runner: AnsibleRunner, folder: Path, cancelled: Callable[[], bool] = lambda: False) -> PlaybookResult:
    return runner.run(folder, deadline=MINUTES, cancelled=cancelled, tell=lambda _: None)


def write(path: Path, text: str) -> str:
    return f"{{name: Write, ansible.builtin.copy: {{dest: {path}, content: \"{text}\", mode: '0600'}}}}"


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.1)


def test_runs_at_the_same_time_have_settings_and_folders_of_their_own(runner: AnsibleRunner, tmp_path: Path) -> None:
    text = "{{ lookup('config', 'DEFAULT_LOCAL_TMP') }} {{ lookup('env', 'HOME') }} {{ lookup('env', 'MIGRATE_RUN') }}"
    folders = [local(tmp_path / name, write(tmp_path / f"{name}.told", text)) for name in ("a", "b", "c")]
    threads = [threading.Thread(target=run, args=(runner, folder)) for folder in folders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = [(tmp_path / f"{folder.name}.told").read_text().split() for folder in folders]
    assert len({token for _, _, token in told}) == len(folders)
    for temporary, home, token in told:
        assert home == f"/tmp/{token}"
        assert temporary.startswith(f"{home}/tmp/")
        assert not Path(home).exists()


def test_settings_that_changed_are_the_next_runs(runner: AnsibleRunner, playbooks: Path, tmp_path: Path) -> None:
    told = tmp_path / "told"
    folder = local(tmp_path / "a", write(told, "{{ lookup('config', 'DEFAULT_FORKS') }}"))
    assert run(runner, folder).status == "ok"
    assert told.read_text() == "10"
    before = server(runner)
    config = playbooks / "ansible.cfg"
    config.write_text(config.read_text().replace("forks = 10", "forks = 7"))
    assert run(runner, folder).status == "ok"
    assert told.read_text() == "7"
    assert server(runner) != before
    wait_for(lambda: processes.started(before) is None)


def test_a_module_that_changed_is_built_again(runner: AnsibleRunner, playbooks: Path, tmp_path: Path) -> None:
    module = playbooks / "roles" / "base" / "library" / "changing.py"
    source = (
        "#!/usr/bin/python\nfrom ansible.module_utils.basic import AnsibleModule\n"
        "AnsibleModule(argument_spec={}).exit_json(changed=False, said='%s')\n"
    )
    told = tmp_path / "told"
    folder = local(
        tmp_path / "a",
        "{name: Role, ansible.builtin.import_role: {name: base, tasks_from: changing}}",
        write(told, "{{ answer.said }}"),
    )
    (module.parents[1] / "tasks" / "changing.yml").write_text("- {name: Ask, changing: {}, register: answer}\n")
    for word in ("one", "two"):
        module.write_text(source % word)
        assert run(runner, folder).status == "ok"
        assert told.read_text() == word


@pytest.mark.timeout(300)
def test_a_run_outlives_its_server_and_the_next_has_another(runner: AnsibleRunner, tmp_path: Path) -> None:
    begun, done = tmp_path / "begun", tmp_path / "done"
    go = tmp_path / "go"
    wait = f"{{name: Wait, ansible.builtin.command: {{argv: [sh, -c, 'until [ -e {go} ]; do sleep 0.2; done']}}}}"
    folder = local(tmp_path / "a", write(begun, "x"), wait, "{name: Ask, ansible.builtin.ping: }", write(done, "x"))
    results: list[PlaybookResult] = []
    thread = threading.Thread(target=lambda: results.append(run(runner, folder)))
    thread.start()
    wait_for(begun.exists)
    before = server(runner)
    os.kill(before, signal.SIGKILL)
    # The next run, and with it the next server, while the first run has modules to build.
    assert run(runner, local(tmp_path / "b", write(tmp_path / "next", "x"))).status == "ok"
    assert not done.exists()
    assert server(runner) not in {0, before}
    go.touch()
    thread.join()
    assert [result.status for result in results] == ["ok"]
    assert done.exists()


def test_without_a_server_a_run_is_the_same(playbooks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keepers._Server, "loaded", lambda _: False)
    told = tmp_path / "told"
    alone = AnsibleRunner(tmp_path / "state", Path("/nonexistent/identity"), playbooks=playbooks)
    assert run(alone, local(tmp_path / "a", write(told, "{{ lookup('env', 'MIGRATE_RUN') }}"))).status == "ok"
    assert told.read_text().startswith(processes.PREFIX)
    assert server(alone) == 0
    assert list(alone.runs.iterdir()) == []


@pytest.mark.timeout(300)
@pytest.mark.parametrize("by", ["forked", "alone"])
def test_who_drops_every_mark_is_ended_too(
    runner: AnsibleRunner, playbooks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    if by == "alone":
        monkeypatch.setattr(keepers._Server, "loaded", lambda _: False)
        runner = AnsibleRunner(tmp_path / "state", Path("/nonexistent/identity"), playbooks=playbooks)
    escaped = tmp_path / "escaped"
    script = f"env -i setsid sh -c 'trap : TERM HUP; echo $$ > {escaped}; while :; do sleep 1; done'"
    folder = local(
        tmp_path / "a",
        f'{{name: Escape, ansible.builtin.shell: "{script} >/dev/null 2>&1 &"}}',
        "{name: Wait, ansible.builtin.command: {argv: [sleep, '600']}, changed_when: false}",
    )
    result = run(runner, folder, lambda: escaped.exists() and bool(escaped.read_text().strip()))
    assert result.status == "cancelled"
    assert processes.started(int(escaped.read_text())) is None


@pytest.mark.timeout(300)
def test_a_keeper_that_hangs_is_ended_with_its_run(runner: AnsibleRunner, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    wait = "{name: Wait, ansible.builtin.command: {argv: [sleep, '600']}, changed_when: false}"
    folder = local(tmp_path / "a", write(begun, "{{ lookup('env', 'MIGRATE_RUN') }}"), wait)
    told: list[Mapping[str, str]] = []

    def cancelled() -> bool:
        if not told:
            return False
        for pid in list(processes.members(begun.read_text())):
            os.kill(pid, signal.SIGSTOP)
        return True

    result = runner.run(folder, deadline=MINUTES, cancelled=cancelled, tell=told.append)
    assert result.status == "cancelled"
    assert list(processes.members(begun.read_text())) == []
    assert not Path(f"/tmp/{begun.read_text()}").exists()
    assert run(runner, local(tmp_path / "b", write(tmp_path / "after", "x"))).status == "ok"
