"""What provisioning costs the controller, and which requests it is, on a cloud in memory."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import yaml

from benchmarks.lab import CLOUD, SLUG
from benchmarks.measure import MIGRATE, PYTHON, REPO, Part, Sample, alternate, rows, run
from benchmarks.memory_cloud import ANSWER, BUILD

NAME = "provisioning-memory"
NEEDS = "nothing"
OURS, PLAIN = "migrate batch 1", "openstacksdk with threads"
RATE, CALLS, CPU = "servers/s", "API calls per system", "CPU s per system"
_AT_ONCE = 8


def measure(*, quick: bool, say: Callable[[str], None]) -> Part:
    """Compare `migrate batch 1` with a script that makes the same objects with as many threads."""
    count, rounds = (4, 1) if quick else (24, 3)
    asked: dict[str, Counter[str]] = {}
    contenders = {who: partial(_one, who, command, count, asked) for who, command in ((OURS, _ours), (PLAIN, _plain))}
    samples = alternate(contenders, rounds, say)
    say(_table(asked, count))
    return part(count, rounds, samples)


def part(count: int, rounds: int, samples: dict[str, list[Sample]]) -> Part:
    """Return what was measured as the part's answer."""
    figures = (RATE, CALLS, CPU, "wall s", "CPU s", "peak MiB")
    return Part(
        name=NAME,
        title="Provisioning on a cloud in memory",
        method=(
            "The same systems and the same baseline as on the lab's cloud, on a cloud that is a process in memory and "
            f"answers over HTTP: each answer takes {ANSWER * 1000:.0f} ms, each server's build {BUILD:.0f} s, so that "
            "what the controller costs is told apart from what a control plane on the same machine costs. Each makes "
            f"per system a security group with two rules, a port and a server, {_AT_ONCE} at a time. Alternating, "
            f"{rounds} run(s) each, every one on a new cloud. CPU is the controller's, its start included; calls are "
            "counted by the cloud, all of the command's."
        ),
        rows=tuple(rows(f"{count} systems, {_AT_ONCE} at a time", samples, figures, against=PLAIN)),
    )


def _one(who: str, contender: Callable[[Path, int], list[str]], count: int, asked: dict[str, Counter[str]]) -> Sample:
    with tempfile.TemporaryDirectory(prefix="bench-memory-") as temporary, _cloud(Path(temporary)) as folder:
        sample = run(contender(folder, count))
        lines = (folder / "calls").read_text().splitlines()
    asked[who] = Counter(map(_kind, lines))
    made = asked[who]["POST /compute/v2.1/servers"]
    if made != count:
        raise RuntimeError(f"{made} servers were asked for by {who}, not {count}")
    values = {RATE: count / sample.wall_seconds, CALLS: len(lines) / count, CPU: sample.cpu_seconds / count}
    return replace(sample, output="", values=values)


def _ours(folder: Path, count: int) -> list[str]:
    _programme(folder, count)
    return [MIGRATE, "-C", str(folder), "batch", "1", "--yes", "-o", "json"]


def _plain(folder: Path, count: int) -> list[str]:
    return [PYTHON, "-m", "benchmarks.naive.provision_threads", str(folder / "clouds.yaml"), str(count), str(_AT_ONCE)]


@contextmanager
def _cloud(folder: Path) -> Iterator[Path]:
    argv = [PYTHON, "-m", "benchmarks.memory_cloud", str(folder)]
    with subprocess.Popen(argv, cwd=REPO, stdout=subprocess.PIPE) as process:
        try:
            if process.stdout is None or not process.stdout.readline():
                raise RuntimeError("the cloud in memory does not start")
            yield folder
        finally:
            process.terminate()


def _kind(line: str) -> str:
    return re.sub(r"/[0-9a-f]{8}-[0-9a-f-]{27}|/[0-9a-f]{32}", "/*", line)


def _table(asked: dict[str, Counter[str]], count: int) -> str:
    """Return how often each request was sent by each contender, for a system; the most frequent first."""
    most: Counter[str] = Counter()
    for found in asked.values():
        most |= found
    lines = [
        f"  {'  '.join(f'{found[kind] / count:6.2f}' for found in asked.values())}  {kind}"
        for kind, _ in most.most_common()
    ]
    return "\n".join([f"  calls a system: {', '.join(asked)}", *lines])


def _programme(folder: Path, count: int) -> None:
    unit = "测试局"
    names = [f"B-{number:03}" for number in range(1, count + 1)]
    declaration = {
        "programme": SLUG,
        "title": "合成项目",
        "synthetic": True,
        "list": ["list.yaml"],
        "clouds": {
            CLOUD: {
                "kind": CLOUD,
                "lifecycle": "available",
                "concurrency": _AT_ONCE,
                "availability_zone": "fake",
                "ssh_from": "10.77.0.2/32",
                "images": {"": "debian-12"},
                "flavors": {"gov.small": {"vcpus": 1, "ram_mib": 512, "disk_gib": 3}},
                "zones": {"common": {"network": "internet"}},
            }
        },
        "batches": {1: {"units": [unit]}},
        "limits": {"per_department": _AT_ONCE},
    }
    system = {"unit": unit, "secrecy": "非涉密", "audience": "公众", "mlps_level": "二级", "target_cloud": "公共服务云"}
    server = {"vcpus": 1, "ram_mib": 512, "disk_gib": 3, "workload": "none", "openings": "80/tcp"}
    listing = {
        "systems": [{**system, "system_id": name, "name": f"系统{name}", "zone": "common"} for name in names],
        "servers": [{**server, "server_id": f"{name}-A", "system_id": name} for name in names],
    }
    for name, document in (("programme.yaml", declaration), ("list.yaml", listing)):
        (folder / name).write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
