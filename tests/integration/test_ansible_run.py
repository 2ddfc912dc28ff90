"""A rendered playbook on a real machine over real SSH: it works, twice is once, and nothing of it is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.ansible import processes
from orchestrator.adapters.ansible.runner import AnsibleRunner
from orchestrator.adapters.rendering import PlaybookRenderer
from orchestrator.model.plan import CloudPart, GuestSpec, SystemSpec
from orchestrator.model.result import Guest
from orchestrator.model.system import Opening, Workload
from tests.hostile import payloads
from tests.machines import Machine, keypair, machine
from tests.packages import nginx_mirror

pytestmark = pytest.mark.integration

PORT = 8080
MINUTES = timedelta(minutes=5)
COLUMNS = ("system", "id", "name", "unit", "function", "role")


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with machine(tmp_path_factory.mktemp("target") / "machine", 1) as running:
        yield running


@pytest.fixture(scope="module")
def renderer(tmp_path_factory: pytest.TempPathFactory) -> PlaybookRenderer:
    """A renderer with an archive of nginx as the mirror has it: a flat apt repository in a tar file."""
    return PlaybookRenderer(nginx_mirror(tmp_path_factory.mktemp("mirror")))


def web(**facts: str) -> SystemSpec:
    server = GuestSpec(
        server="lab-yt-001-web1",
        host="web1",
        workload=Workload.NGINX,
        user="root",
        openings=(Opening(protocol="tcp", first=PORT, last=PORT),),
        role=facts.pop("role", ""),
    )
    part = CloudPart(cloud="c", zone="z", objects=(), guests=(server,), configuration_digest="0" * 64)
    return SystemSpec(
        programme="lab",
        batch=1,
        system=facts.pop("system", "YT-001"),
        slug="yt-001",
        department="某局",
        parts=(part,),
        facts={"id": "YT-001", "name": "档案查询系统", **facts},
    )


def at(target: Machine, *, host_key: str = "") -> Mapping[str, Guest]:
    name = "lab-yt-001-web1"
    return {name: Guest(server=name, address=target.address, host_keys=(host_key or target.host_key,))}


def never() -> bool:
    return False


def slow_playbook(folder: Path, target: Machine, seconds: int, *, known: str = "") -> Path:
    """A playbook that does nothing for a while."""
    folder.mkdir()
    (folder / "known_hosts").write_text(known or target.known_hosts())
    (folder / "inventory.yml").write_text(
        f"all: {{hosts: {{slow: {{ansible_host: {target.address}, ansible_user: root}}}}}}"
    )
    (folder / "playbook.yml").write_text(
        "- hosts: all\n  gather_facts: false\n  tasks:\n"
        "    - {name: Begin, ansible.builtin.command: {argv: [touch, /tmp/begun]}, changed_when: true}\n"
        f"    - {{name: Wait, ansible.builtin.command: {{argv: [sleep, '{seconds}']}}, changed_when: false}}\n"
    )
    return folder


def page(target: Machine) -> str:
    with urllib.request.urlopen(f"http://{target.address}:{PORT}/", timeout=20) as answer:
        return str(answer.read().decode())


def test_a_system_is_configured_and_twice_is_once(target: Machine, renderer: PlaybookRenderer, tmp_path: Path) -> None:
    told: list[Mapping[str, str]] = []
    folder = renderer.render(web(), tmp_path / "out", guests=at(target))
    runner = AnsibleRunner(tmp_path / "state", target.identity)
    tasks: list[tuple[str, int, int | None]] = []
    first = runner.run(
        folder, deadline=MINUTES, cancelled=never, tell=told.append, begun=lambda *task: tasks.append(task)
    )
    assert {of for _, _, of in tasks} == {tasks[-1][1]}, "as many begin as were counted"
    assert (first.status, first.failures) == ("ok", ())
    assert first.changed > 0
    assert {line["host"] for line in told} == {"web1"}
    assert all(line.keys() == {"host", "task", "result", "seconds"} for line in told)
    assert "档案查询系统" in page(target)
    assert "lab-yt-001-web1" in (target.root / "etc/hosts").read_text()
    second = runner.run(folder, deadline=MINUTES, cancelled=never, tell=told.append)
    assert (second.status, second.changed) == ("ok", 0)
    assert list((tmp_path / "state").rglob("*.json")) == []


def test_a_system_with_a_bare_server_beside_is_configured(
    target: Machine, renderer: PlaybookRenderer, tmp_path: Path
) -> None:
    """Nobody ever gives us the address or the key of a bare server: it must not be asked for."""
    system = web(name="带裸机的系统")
    (part,) = system.parts
    bare = GuestSpec(server="lab-yt-001-raw", host="raw", workload=Workload.NONE, user="root")
    mixed = replace(system, parts=(replace(part, guests=(*part.guests, bare)),))
    told: list[Mapping[str, str]] = []
    folder = renderer.render(mixed, tmp_path / "out", guests=at(target))
    runner = AnsibleRunner(tmp_path / "state", target.identity)
    result = runner.run(folder, deadline=MINUTES, cancelled=never, tell=told.append)
    assert (result.status, result.failures) == ("ok", ())
    assert {line["host"] for line in told} == {"web1"}
    assert "带裸机的系统" in page(target)


@pytest.mark.parametrize("column", COLUMNS)
def test_hostile_text_is_only_ever_shown(
    target: Machine, renderer: PlaybookRenderer, tmp_path: Path, column: str
) -> None:
    canary = Path(f"/tmp/canary-{os.getpid()}-{column}")
    attacks = payloads(str(canary))
    # The archive is on the machine already, so each column costs seconds.
    folder = renderer.render(web(**{column: "\n".join(attacks.values())}), tmp_path / "out", guests=at(target))
    runner = AnsibleRunner(tmp_path / "state", target.identity)
    result = runner.run(folder, deadline=MINUTES, cancelled=never, tell=lambda _: None)
    assert (result.status, result.failures) == ("ok", ())
    assert not canary.exists()
    assert not (target.root / str(canary).lstrip("/")).exists()
    shown = page(target)
    assert "62710561" not in shown, "a template was evaluated: 7919 * 7919"
    assert "<script>" not in shown
    if column in {"name", "unit", "function"}:
        assert "{{ 7919 * 7919 }}" in shown


def test_an_unknown_host_key_is_never_accepted(target: Machine, tmp_path: Path) -> None:
    other = keypair(tmp_path / "other")
    folder = slow_playbook(tmp_path / "slow", target, 0, known=f"{target.address} {other}\n")
    runner = AnsibleRunner(tmp_path / "state", target.identity)
    result = runner.run(folder, deadline=MINUTES, cancelled=never, tell=lambda _: None)
    assert result.status == "unreachable"
    assert "Host key verification failed" in result.failures[0]


def test_a_playbook_that_is_none_fails_with_the_reason(target: Machine, tmp_path: Path) -> None:
    folder = slow_playbook(tmp_path / "slow", target, 0)
    (folder / "playbook.yml").write_text("- hosts: all\n  tasks: [{no_such_module: {}}]\n")
    runner = AnsibleRunner(tmp_path / "state", target.identity)
    result = runner.run(folder, deadline=MINUTES, cancelled=never, tell=lambda _: None)
    assert result.status == "failed"
    assert "no_such_module" in result.failures[0]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("reason", ["timeout", "cancelled"])
def test_a_run_ends_when_it_is_told_to(target: Machine, tmp_path: Path, reason: str) -> None:
    folder = slow_playbook(tmp_path / "slow", target, 3600)
    begun: list[Mapping[str, str]] = []
    runner = AnsibleRunner(tmp_path / "state", target.identity)
    deadline = timedelta(seconds=4) if reason == "timeout" else MINUTES
    cancelled: Callable[[], bool] = (lambda: bool(begun)) if reason == "cancelled" else never
    result = runner.run(folder, deadline=deadline, cancelled=cancelled, tell=begun.append)
    assert result.status == reason
    assert list((tmp_path / "state").rglob("*.json")) == []


def test_nothing_of_our_environment_reaches_the_playbook(
    target: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_PASSWORD", "opensesame")
    folder = slow_playbook(tmp_path / "slow", target, 0)
    (folder / "playbook.yml").write_text(
        "- hosts: all\n  gather_facts: false\n  tasks:\n"
        "    - ansible.builtin.copy:\n        dest: /tmp/environment\n        mode: '0600'\n"
        "        content: \"{{ lookup('ansible.builtin.pipe', 'env') }}\"\n"
    )
    runner = AnsibleRunner(tmp_path / "state", target.identity)
    result = runner.run(folder, deadline=MINUTES, cancelled=never, tell=lambda _: None)
    assert (result.status, result.failures) == ("ok", ())
    environment = (target.root / "tmp/environment").read_text()
    assert "ANSIBLE_CONFIG" in environment
    assert "opensesame" not in environment


STARTER = """
import sys
from datetime import timedelta
from pathlib import Path
from orchestrator.adapters.ansible import keepers
from orchestrator.adapters.ansible.runner import AnsibleRunner
if sys.argv[4] == "alone":
    keepers._Server.loaded = lambda server: False
AnsibleRunner(Path(sys.argv[1]), Path(sys.argv[2])).run(
    Path(sys.argv[3]), deadline=timedelta(minutes=5), cancelled=lambda: False, tell=lambda line: None)
"""


@pytest.fixture(params=["forked", "alone"])
def running(
    target: Machine, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """An orchestrator in the middle of a playbook, and its run's token."""
    (target.root / "tmp/begun").unlink(missing_ok=True)
    folder = slow_playbook(tmp_path / "slow", target, 300)
    argv = [sys.executable, "-c", STARTER, str(tmp_path / "state"), str(target.identity), str(folder), request.param]
    with subprocess.Popen(argv, env={"PYTHONPATH": str(Path(__file__).parents[2])}) as orchestrator:
        wait_for(lambda: (target.root / "tmp/begun").exists(), 60)
        (note,) = (tmp_path / "state").rglob("*.json")
        assert any(True for _ in processes.members(note.stem))
        yield orchestrator, note.stem
        orchestrator.kill()
        orchestrator.wait()
        processes.end(note.stem)
        processes.reap(tmp_path / "state" / "playbook-runs")


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.1)


def line_of(orchestrator: subprocess.Popen[bytes], token: str) -> list[int]:
    """The run's keeper, and the fork server between it and the orchestrator if there is one."""
    above_of = {pid: parent(pid) for pid in processes.members(token)}
    line = [pid for pid, above in above_of.items() if above and above not in above_of]
    while (above := parent(line[-1])) != orchestrator.pid:
        line.append(above)
    return line


def parent(pid: int) -> int:
    """The process that started it; 0 where it has ended meanwhile, as a playbook's short commands do."""
    fields = processes.fields_of(Path(f"/proc/{pid}"))
    return int(fields[1]) if fields else 0


def test_sigkill_of_the_orchestrator_ends_its_playbook(
    running: tuple[subprocess.Popen[bytes], str], tmp_path: Path
) -> None:
    orchestrator, token = running
    orchestrator.send_signal(signal.SIGKILL)
    orchestrator.wait()
    wait_for(lambda: not list(processes.members(token)), 60)
    assert not Path(f"/tmp/{token}").exists()
    notes = tmp_path / "state" / "playbook-runs"
    # What the playbook was forked from ends by itself, too, and has a folder of its own.
    wait_for(lambda: not any(Path(f"/tmp/{note.stem}").exists() for note in notes.iterdir()), 60)
    assert processes.reap(notes) == []


def test_sigkill_of_orchestrator_and_keeper_ends_the_playbook_and_the_next_run_reaps_the_rest(
    running: tuple[subprocess.Popen[bytes], str], tmp_path: Path
) -> None:
    orchestrator, token = running
    (keeper, *server) = line_of(orchestrator, token)
    for pid in (keeper, *server):
        os.kill(pid, signal.SIGSTOP)  # so that they cannot do their work when their owner dies
    orchestrator.send_signal(signal.SIGKILL)
    orchestrator.wait()
    os.kill(keeper, signal.SIGKILL)

    def playbooks() -> list[int]:
        """All but ssh's connection masters, which nobody tells that the keeper is dead."""
        return [pid for pid in processes.members(token) if Path(f"/proc/{pid}/cmdline").read_bytes()[:3] != b"ssh"]

    wait_for(lambda: not playbooks(), 60)
    assert token in processes.reap(tmp_path / "state" / "playbook-runs")
    assert not [pid for pid in server if processes.started(pid)], "a fork server that was stopped is ended too"
    assert list(processes.members(token)) == []
    assert list((tmp_path / "state").rglob("*.json")) == []


def test_a_run_that_is_alive_is_not_reaped(running: tuple[subprocess.Popen[bytes], str], tmp_path: Path) -> None:
    orchestrator, token = running
    assert processes.reap(tmp_path / "state" / "playbook-runs") == []
    assert orchestrator.poll() is None
    assert list(processes.members(token))
