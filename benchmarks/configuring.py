"""What configuring a system costs the controller, by the tool's runner and by `ansible-playbook` alone."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import PYTHON, Part, Sample, Unready, alternate, rows, run
from orchestrator.adapters.rendering import PlaybookRenderer
from orchestrator.model.plan import CloudPart, GuestSpec, SystemSpec
from orchestrator.model.result import Guest
from orchestrator.model.system import Opening, Workload
from tests.e2e.site import LAB
from tests.machines import machine

NAME = "configuring"
NEEDS = "root (namespaces), sshd, and the lab's package mirror (`migrate lab up`)"
TUNED = "ansible-playbook, the same ansible.cfg"
PLAIN = "ansible-playbook, Ansible's defaults"
CPU, WALL = "CPU s per system", "wall s per system"


def measure(*, quick: bool, say: Callable[[str], None]) -> Part:
    """Compare the runs of one rendered nginx system, which is configured already, on one real machine."""
    mirror = LAB / "mirror"
    if os.getuid() != 0:
        raise Unready("it needs root, for a machine in namespaces of its own")
    if not (mirror / "nginx.tar").is_file():
        raise Unready(f"there is no {mirror / 'nginx.tar'}; `migrate lab up` makes it")
    if shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        raise Unready("there is no sshd; `migrate lab install` installs it")
    times, rounds = (1, 2) if quick else (5, 3)
    with (
        tempfile.TemporaryDirectory(prefix="bench-configuring-") as temporary,
        machine(Path(temporary) / "machine", 40) as target,
    ):
        guest = Guest(server="bench-1", address=target.address, host_keys=(target.host_key,))
        folder = PlaybookRenderer(mirror).render(nginx(), Path(temporary) / "out", guests={"bench-1": guest})
        identity = str(target.identity)

        def per_system(*command: str) -> Sample:
            sample = run([PYTHON, "-m", *command])
            values = {CPU: sample.cpu_seconds / times, WALL: sample.wall_seconds / times}
            return replace(sample, output="", values=values)

        say("  installing nginx on the target, not counted")
        run([PYTHON, "-m", "benchmarks.configure", str(folder), identity, "1"])

        def bare(config: str) -> Sample:
            return per_system("benchmarks.naive.configure_bare", str(folder), identity, str(times), config)

        samples = alternate(
            {
                "migrate's runner": lambda: per_system("benchmarks.configure", str(folder), identity, str(times)),
                TUNED: lambda: bare("tuned"),
                PLAIN: lambda: bare("plain"),
            },
            rounds,
            say,
        )
    return Part(
        name=NAME,
        title="Controller's cost of configuring a system",
        method=(
            "One rendered system with an nginx server (base, configure and verify roles) on a real machine of its own "
            "namespaces over SSH, configured before and so unchanged: the controller's work is the same and the "
            f"target's is small. Each process runs it {times} time(s), one after another, with SSH connections of "
            f"its own each time; the process's own start is shared among them. Alternating, {rounds} rounds. CPU is "
            "the controller's, its ssh processes and connection masters included, the target's sshd not."
        ),
        rows=tuple(rows("nginx system", samples, (CPU, WALL, "peak MiB"), against=TUNED)),
    )


def nginx() -> SystemSpec:
    """Return a system of one nginx server."""
    guest = GuestSpec(
        server="bench-1",
        host="web1",
        workload=Workload.NGINX,
        user="root",
        openings=(Opening(protocol="tcp", first=8080, last=8080),),
    )
    part = CloudPart(cloud="c", zone="z", objects=(), guests=(guest,), configuration_digest="0" * 64)
    return SystemSpec(
        programme="bench",
        batch=1,
        system="B-1",
        slug="b-1",
        department="合成单位",
        parts=(part,),
        facts={"id": "B-1", "name": "合成系统", "unit": "合成单位"},
    )
