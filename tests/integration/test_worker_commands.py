"""`migrate worker` and `migrate batch --workers` as people run them: two folders, one database, real adapters."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from orchestrator.adapters.evidence import read
from orchestrator.cli.working import workers_of
from orchestrator.execution.database import Database
from tests.command_site import SLUG, CommandSite, command_site, server_of
from tests.engine_server import new_database, running_server
from tests.front import Fault, FaultFront, FaultKind

pytestmark = [pytest.mark.integration, pytest.mark.alone]

TOOK = "worker.took-over"
SYSTEMS = {"S-1": "甲局", "S-2": "乙局", "S-3": "甲局", "S-4": "乙局"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


@contextmanager
def shared(folder: Path, url: str) -> Iterator[tuple[CommandSite, FaultFront]]:
    """Give a programme whose clouds stand behind one front that can hold a call."""
    with command_site(folder, SYSTEMS, database_url=url) as site:
        path = folder / "clouds.yaml"
        direct = folder.parent / "direct.yaml"
        shutil.copy(path, direct)
        with FaultFront(direct) as front:
            behind = front.clouds_yaml(direct).read_text(encoding="utf-8")
            path.write_text(behind, encoding="utf-8")
            yield site, front


def beside(site: CommandSite, folder: Path) -> CommandSite:
    """Give the folder of another machine: declaration, list, credentials, and the one key that servers let in."""
    (folder / ".migrate").mkdir(parents=True, mode=0o700)
    for name in ("programme.yaml", "list.yaml", "clouds.yaml"):
        shutil.copy(site.folder / name, folder / name)
    for name in ("id", "guest_ed25519", "guest_ed25519.pub"):
        shutil.copy(site.folder / ".migrate" / name, folder / ".migrate" / name)
    return replace(site, folder=folder)


def alive(site: CommandSite) -> dict[str, list[str]]:
    """Return the workers that `migrate status` shows as alive, and what they serve."""
    told = site.ask("status", "1")
    return {worker["name"]: worker["serves"] for worker in told["workers"] if worker["alive"]}


@contextmanager
def at_work(site: CommandSite, name: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Give a worker that is on the roster; it ends with the block."""
    declared = yaml.safe_load((site.folder / "programme.yaml").read_text(encoding="utf-8"))
    database = Database(programme=SLUG, file=Path(), url=declared["database_url"], log=Path("/dev/null"))
    with site.start("worker", "--name", name, *arguments) as process:
        try:
            site.wait_for(
                lambda: (
                    process.poll() is not None
                    or name in {worker.name for worker in workers_of(database) if worker.lives}
                )
            )
            yield process
        finally:
            process.kill()


def test_two_machines_one_batch(server: str, tmp_path: Path) -> None:
    labels = ("--serves", "cloud:public-service,cloud:administrative,-")
    with ExitStack() as stack:
        site, front = stack.enter_context(shared(tmp_path / "first", new_database(server, "commands")))
        front.inject(Fault(kind=FaultKind.HANG_AFTER, method="POST", path="/servers$", seconds=90))
        started = {"one": stack.enter_context(at_work(site, "one"))}
        other = beside(site, tmp_path / "second")
        started["two"] = stack.enter_context(at_work(other, "two", *labels))
        assert alive(site) == {
            "one": ["*", "cloud:administrative", "cloud:public-service"],
            "two": ["-", "cloud:administrative", "cloud:public-service"],
        }
        # While workers are at work nobody else does a step.
        _, told = other.run("batch", "1", "--yes", expect=7)
        assert "run.locked" in told

        batch = site.start("batch", "1", "--workers", "--yes", "-o", "json")
        site.wait_for(lambda: any(each.path.endswith("/servers") and each.mutating for each in front.calls))
        site.wait_for(lambda: bool(silent(site)) or bool(silent(other)))
        # One has sent a create that was accepted, and hears no answer: it dies now.
        name, left = ("one", other) if silent(site) else ("two", site)
        started.pop(name).kill()
        out, _ = site.end(batch, expect=0)

        assert {each["status"] for each in json.loads(out)["systems"]} == {"done"}
        assert site.servers() == sorted(map(server_of, SYSTEMS))
        assert [entry.data["dead"] for entry in read(left.folder / ".migrate/evidence.jsonl") if entry.kind == TOOK]
        assert alive(site).keys() == started.keys()
        shown, _ = left.run("doctor", expect=1)
        assert f"worker {name}" in shown
        assert "(gone)" in shown
        logs = [each.folder / ".migrate/evidence.jsonl" for each in (site, other)]
        judged, _ = site.run("evidence", "verify", "--with", str(logs[1]))
        assert judged.startswith("unanchored")
        alone, _ = other.run("evidence", "verify")
        assert "were done by workers" in alone
        shutil.copy(logs[0], tmp_path / "copy.jsonl")  # one log twice is not both
        judged, _ = site.run("evidence", "verify", "--with", str(tmp_path / "copy.jsonl"), expect=8)
        assert "none of these logs has it" in judged
        merged = site.ask("evidence", "show", "--with", str(logs[1]), "--kind", "step.done", "--last", "999")
        done = Counter((each["data"]["system"], each["data"]["cloud"], each["data"]["step"]) for each in merged)
        assert set(done.values()) == {1}, "a step that was done was done again"
        (survivor,) = started.values()
        survivor.send_signal(signal.SIGTERM)
        left.end(survivor, expect=0)
        assert alive(site) == {}


def silent(site: CommandSite) -> list[str]:
    """Return the servers whose create was announced in a folder and whose answer was not recorded."""
    path = site.folder / ".migrate/evidence.jsonl"
    found = [entry for entry in read(path) if entry.kind in {"call.intent", "call.answer"}]
    answered = {entry.data["key"] for entry in found if entry.kind == "call.answer"}
    names = [str(entry.data["name"]) for entry in found if entry.data["key"] not in answered and "name" in entry.data]
    return [name for name in names if name.endswith("-app")]
