"""How many servers a second are provisioned on the lab's cloud, by the tool and by plain openstacksdk."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.lab import CLOUD, SLUG, UP, one_server_systems, require_fake_compute
from benchmarks.measure import MIGRATE, PYTHON, Part, Row, Sample, alternate, rows, run
from tests.e2e.site import LAB, connect

NAME = "provisioning"
NEEDS = f"the lab, {UP}"
PLAIN = "openstacksdk with threads"
RATE = "servers/s"
CALLS = "API calls per system"


def measure(*, quick: bool, say: Callable[[str], None]) -> Part:
    """Compare `migrate batch 1` with a script that makes the same objects with as many threads."""
    require_fake_compute()
    count, threads, rounds = (4, 2, 1) if quick else (24, 8, 3)
    with tempfile.TemporaryDirectory(prefix="bench-provisioning-") as temporary:
        folder = Path(temporary) / "programme"
        site = one_server_systems(folder, count, at_once=threads)
        ours = f"migrate batch 1, {threads} at a time"

        def counted(command: list[str]) -> Sample:
            try:
                sample = run(command)
                found = active()
                if found != count:
                    raise RuntimeError(f"{found} of {count} servers are ACTIVE after {' '.join(command)}")
                recorded = sum(entry["kind"] == "call" for entry in site.evidence())
                calls = recorded or int(sample.output)  # the baseline prints its number
                return replace(sample, output="", values={RATE: count / sample.wall_seconds, CALLS: calls / count})
            finally:
                site.clear()
                shutil.rmtree(folder / ".migrate", ignore_errors=True)

        plain = [PYTHON, "-m", "benchmarks.naive.provision_threads", str(LAB / "clouds.yaml"), str(count), str(threads)]
        site.clear()  # what a run that was killed has left
        samples = alternate(
            {
                ours: lambda: counted([MIGRATE, "-C", str(folder), "batch", "1", "--yes", "-o", "json"]),
                PLAIN: lambda: counted(plain),
            },
            rounds,
            say,
        )
    found: list[Row] = rows(f"{count} systems", samples, (RATE, CALLS, "wall s", "CPU s", "peak MiB"), against=PLAIN)
    return Part(
        name=NAME,
        title="Provisioning rate, fake compute driver",
        method=(
            f"{count} systems of one server each on the lab's cloud {CLOUD}: real Keystone, Neutron, Glance, Placement "
            "and Nova, but the fake compute driver, which boots nothing; the control plane runs on the same machine "
            f"and limits both. Each makes per system a security group with two rules, a port and a server, and waits "
            f"until it is ACTIVE, {threads} at a time; the time is that of the whole command, its start included. "
            f"Alternating, {rounds} run(s) each, everything deleted in between. CPU is the controller's. The baseline "
            "neither looks before it creates nor keeps a record nor checks afterwards."
        ),
        rows=tuple(found),
    )


def active() -> int:
    """Return how many of the benchmark's servers run, as the cloud itself says."""
    found = connect(CLOUD).compute.servers()
    return sum(server.status == "ACTIVE" for server in found if server.name.startswith(f"{SLUG}-"))
