"""The lab and the finished quickstart, once for all end-to-end tests."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.site import LAB, MIGRATE, REPO, Site
from tests.front import FaultFront

CLOUDS = ("public-service", "administrative")


@dataclass(frozen=True)
class Quickstart:
    """The programme that `script/quickstart` left behind, and what it said."""

    site: Site
    output: str
    minutes: float


@pytest.fixture(scope="session")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> Quickstart:
    """Run `script/quickstart` on an empty lab; the slow, cached things (guest image, databases) may be there.

    While working on a test, MIGRATE_QUICKSTART may name a programme that a quickstart finished before.
    """
    finished = os.environ.get("MIGRATE_QUICKSTART")
    if finished:
        return Quickstart(site=Site(folder=Path(finished), slug="lab", clouds=CLOUDS), output="", minutes=0.0)
    subprocess.run([*MIGRATE, "lab", "destroy"], check=True, timeout=300)
    folder = tmp_path_factory.mktemp("quickstart") / "programme"
    log = folder.parent / "quickstart.log"
    began = time.monotonic()
    with log.open("wb") as out:
        code = subprocess.call(
            ["script/quickstart", str(folder)],
            cwd=REPO,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            timeout=2400,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    output = log.read_text(encoding="utf-8", errors="replace")
    assert code == 0, output[-6000:]
    return Quickstart(
        site=Site(folder=folder, slug="lab", clouds=CLOUDS), output=output, minutes=(time.monotonic() - began) / 60
    )


@pytest.fixture(scope="session")
def fake_compute(quickstart: Quickstart) -> None:
    """Add the fake compute driver to the public-service cloud."""
    del quickstart
    subprocess.run([*MIGRATE, "lab", "up", CLOUDS[0], "--fake", "--no-sources"], check=True, timeout=600)


@pytest.fixture
def front(quickstart: Quickstart) -> Iterator[FaultFront]:
    """Stand between the tool and the clouds' APIs."""
    del quickstart
    with FaultFront(LAB / "clouds.yaml") as between:
        yield between


def processes_naming(text: str) -> list[int]:
    """Return the pids whose command line or environment names the text, except our own."""
    found = []
    for proc in Path("/proc").iterdir():
        if not proc.name.isdigit() or int(proc.name) == os.getpid():
            continue
        try:
            told = proc.joinpath("cmdline").read_bytes() + proc.joinpath("environ").read_bytes()
        except OSError:
            continue
        if re.search(re.escape(text).encode(), told):
            found.append(int(proc.name))
    return found
