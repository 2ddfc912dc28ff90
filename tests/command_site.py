"""A programme of bare servers on two clouds in memory, and `migrate` run in it as a person runs it.

A bare server (仅资源) is delivered without logging in, so a batch of them goes from the list to the record of
evidence by the real command, the real engine and the real adapter, with no guest and no playbook.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from orchestrator.adapters.evidence import read
from tests.fake_openstack import FakeOpenStack

# As at a terminal: what a script starts in the background is born deaf to SIGINT, and under nohup to SIGHUP.
_HEARING = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    " signal.signal(signal.SIGHUP, signal.SIG_DFL)"
)
MIGRATE = [sys.executable, "-c", f"{_HEARING}; from orchestrator.cli.main import main; main()"]
CLOUDS = ("public-service", "administrative")
SLUG = "bench"


@dataclass(frozen=True)
class CommandSite:
    """One programme folder and its clouds, by their names; `before` is Python that `migrate` begins with."""

    folder: Path
    clouds: Mapping[str, FakeOpenStack]
    before: str = ""

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `migrate`; its standard input is no terminal, so nothing is asked."""
        return subprocess.Popen(
            [*MIGRATE[:-1], f"{self.before}\n{MIGRATE[-1]}", "-C", str(self.folder), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "LC_ALL": "C.UTF-8", "MIGRATE_LANG": "en"},
        )

    def run(self, *arguments: str, expect: int = 0) -> tuple[str, str]:
        """Run `migrate` to its end, compare the exit code, and return what it said on both streams."""
        return self.end(self.start(*arguments), expect=expect)

    def ask(self, *arguments: str, expect: int = 0) -> Any:
        """Run a command with `-o json` and return its answer."""
        return json.loads(self.run(*arguments, "-o", "json", expect=expect)[0])

    @staticmethod
    def end(process: subprocess.Popen[str], *, expect: int) -> tuple[str, str]:
        """Wait for a started command; one that hangs is killed and fails the test."""
        try:
            out, err = process.communicate(timeout=300)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
        assert process.returncode == expect, f"exit {process.returncode}\n{out[-3000:]}\n{err[-3000:]}"
        return out, err

    def servers(self) -> list[str]:
        """Return the names of all servers on all clouds; a duplicate shows twice."""
        return sorted(server["name"] for cloud in self.clouds.values() for server in cloud.of("servers"))

    def steps(self, kind: str = "step.started") -> list[tuple[str, str]]:
        """Return system and step of every evidence entry of a kind, in their order."""
        path = self.folder / ".migrate" / "evidence.jsonl"
        entries = read(path) if path.exists() else []
        return [(str(e.data["system"]), str(e.data["step"])) for e in entries if e.kind == kind]

    def wait_for(self, happened: Callable[[], bool]) -> None:
        """Wait for something that a started command does."""
        deadline = time.monotonic() + 120
        while not happened():
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.05)


def server_of(system: str) -> str:
    """Return the name of a system's only server."""
    return f"{SLUG}-{system.lower()}-app"


@contextmanager
def command_site(folder: Path, systems: Mapping[str, str], **declared: object) -> Iterator[CommandSite]:
    """Give a programme.

    Args:
        folder: made.
        systems: system id → department; they go to the two clouds in turn, the first one to public-service.
        declared: keys of programme.yaml that this programme says otherwise; `concurrency` is every cloud's.
    """
    folder.mkdir()
    with ExitStack() as stack:
        clouds = {name: stack.enter_context(FakeOpenStack(polls=1)) for name in CLOUDS}
        access = {}
        for name, cloud in clouds.items():
            found = yaml.safe_load(cloud.clouds_yaml(folder / "clouds.yaml").read_text(encoding="utf-8"))
            access[name] = found["clouds"]["fake"]
        (folder / "clouds.yaml").write_text(yaml.safe_dump({"clouds": access}), encoding="utf-8")
        (folder / "clouds.yaml").chmod(0o600)
        _write(folder / "programme.yaml", _declaration(systems, dict(declared)))
        _write(folder / "list.yaml", _listing(list(systems.items())))
        yield CommandSite(folder, clouds)


def _declaration(systems: Mapping[str, str], declared: dict[str, object]) -> Mapping[str, object]:
    cloud = {
        "lifecycle": "available",
        "concurrency": declared.pop("concurrency", 2),
        "images": {"": "debian-12"},
        "flavors": {"gov.small": {"vcpus": 1, "ram_mib": 512, "disk_gib": 3}},
        "zones": {"common": {"network": "internet"}},
    }
    return {
        "programme": SLUG,
        "title": "合成项目",
        "synthetic": True,
        "list": ["list.yaml"],
        "clouds": {name: {"kind": name, **cloud} for name in CLOUDS},
        "batches": {1: {"units": sorted(set(systems.values()))}},
        **declared,
    }


def _listing(systems: Sequence[tuple[str, str]]) -> Mapping[str, object]:
    sides = (("公众", "公共服务域", "公共服务云"), ("本部门", "行政服务域", "行政服务云"))
    return {
        "systems": [
            {
                "系统编号": system,
                "单位名称（全称）": unit,
                "系统名称": f"业务系统{system}",
                "涉密分类": "非涉密",
                "使用对象": audience,
                "已接入网络类型": network,
                "目标云": cloud,
                "云分区": "公用网络区",
                "等保级别": "二级",
                "灾备等级": 2,
                "处置方式": "迁移",
            }
            for position, (system, unit) in enumerate(systems)
            for audience, network, cloud in sides[position % 2 : position % 2 + 1]
        ],
        "servers": [
            {
                "服务器编号": f"{system}-app",
                "系统编号": system,
                "部署内容": "仅资源",
                "内存（MB）": 512,
                "系统盘（GB）": 3,
            }
            for system, _ in systems
        ],
    }


def _write(path: Path, document: Mapping[str, object]) -> None:
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
