"""`migrate` before one cloud that answers nonsense and one that is well: the one is told, the other is shown."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.command_site import MIGRATE, CommandSite, command_site
from tests.front import Fault, FaultFront, FaultKind
from tests.hostile_answers import LARGE, SMALL, HostileAnswer

pytestmark = pytest.mark.integration

SYSTEMS = {"S-1": "甲局", "S-2": "乙局"}
NAMES = ("null", "status-is-a-number", "deep", "half", "redirected-elsewhere", "error-is-a-list", "no-http")
MOST_KIB = 500 * 1024
# Runs a command and tells its peak in KiB. A process of its own, because a child's peak begins with its parent's.
MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


@contextmanager
def site_behind(folder: Path, answer: HostileAnswer) -> Iterator[CommandSite]:
    """Give a programme whose administrative cloud answers this to the question for its servers."""
    with command_site(folder, SYSTEMS) as site:
        path = folder / "clouds.yaml"
        honest = yaml.safe_load(path.read_text(encoding="utf-8"))["clouds"]
        direct = folder / "direct.yaml"
        direct.write_text(yaml.safe_dump({"clouds": {"administrative": honest["administrative"]}}), encoding="utf-8")
        with FaultFront(direct) as front:
            front.inject(
                Fault(
                    kind=FaultKind.OTHER,
                    method="GET",
                    path="/servers/detail$",
                    times=999,
                    pieces=lambda: answer.pieces("servers"),
                )
            )
            behind = yaml.safe_load(front.clouds_yaml(direct).read_text(encoding="utf-8"))["clouds"]
            path.write_text(yaml.safe_dump({"clouds": honest | behind}), encoding="utf-8")
            yield site


@pytest.mark.parametrize("answer", [one for one in SMALL if one.name in NAMES], ids=lambda answer: answer.name)
def test_the_other_cloud_is_shown(tmp_path: Path, answer: HostileAnswer) -> None:
    with site_behind(tmp_path / "p", answer) as site:
        out, err = site.run("batch", "1", "--dry-run", expect=4)

        assert "[cloud." in err
        assert "administrative" in err
        assert "bench-s-1-app" in out
        assert site.servers() == []
        site.run("batch", "1", "--yes", expect=4)
        assert site.servers() == []


@pytest.mark.parametrize("answer", LARGE, ids=lambda answer: answer.name)
def test_no_answer_takes_more_memory_than_it_may(tmp_path: Path, answer: HostileAnswer) -> None:
    with site_behind(tmp_path / "p", answer) as site:
        command = [*MIGRATE, "-C", str(site.folder), "batch", "1", "--dry-run", "-o", "json"]
        done = subprocess.run([sys.executable, "-c", MEASURED, *command], capture_output=True, text=True, check=False)

        assert done.returncode == 4, done.stdout[-2000:] + done.stderr[-2000:]
        assert "[cloud." in done.stderr
        assert int(done.stderr.splitlines()[-1]) < MOST_KIB
