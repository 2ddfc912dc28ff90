"""What configuring a system costs the controller, by the tool's runner and by `ansible-playbook` alone."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.measure import PYTHON, Part, Row, Sample, Unready, alternate, rows, run
from orchestrator.adapters.rendering import PlaybookRenderer
from orchestrator.model.plan import CloudPart, GuestSpec, SystemSpec
from orchestrator.model.programme import Limits
from orchestrator.model.result import Guest
from orchestrator.model.system import Opening, Workload
from tests.machines import machine
from tests.packages import nginx_mirror

NAME = "configuring"
NEEDS = "root (namespaces), sshd, and Debian's packages of nginx (apt)"
TUNED = "ansible-playbook, the same ansible.cfg"
PLAIN = "ansible-playbook, Ansible's defaults"
CPU, WALL = "CPU s per system", "wall s per system"
_AT_A_TIME = Limits().playbooks


@dataclass(frozen=True, slots=True)
class _Site:
    """Rendered systems, each with a machine of its own, and the key that opens all of these."""

    identity: Path
    folders: Sequence[str]


def measure(*, quick: bool, say: Callable[[str], None]) -> Part:
    """Compare the runs of rendered nginx systems that are configured already, on one real machine each."""
    if os.getuid() != 0:
        raise Unready("it needs root, for machines in namespaces of their own")
    if shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        raise Unready("there is no sshd; `migrate lab install` installs it")
    sizes, rounds = ((1, 2), 1) if quick else ((1, 10, 50), 3)
    found: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="bench-configuring-") as temporary:
        mirror = nginx_mirror(Path(temporary) / "mirror")
        with _site(Path(temporary), mirror, max(sizes)) as site:
            say(f"  installing nginx on {max(sizes)} machine(s), not counted")
            _ours(site.identity, site.folders)
            for size in sizes:
                found += _compare(site.identity, site.folders[:size], rounds if size < 50 else 1, say)
    return Part(
        name=NAME,
        title="Controller's cost of configuring a system",
        method=(
            "Rendered systems of one nginx server each (base, configure and verify roles), every one on a real machine "
            "of its own namespaces over SSH, configured before and so unchanged: the controller's work is the same and "
            f"the target's is small. One process configures all, {_AT_A_TIME} at a time, each by a run and connections "
            "of its own; its own start, and what it loads once, are shared among them. Alternating, "
            f"{rounds} round(s), 50 systems once. CPU is the controller's, its ssh processes and connection masters "
            "included, the targets' sshd not."
        ),
        rows=tuple(found),
    )


def _ours(identity: Path, folders: Sequence[str]) -> Sample:
    return run([PYTHON, "-m", "benchmarks.configure", str(identity), str(_AT_A_TIME), *folders])


def _bare(identity: Path, folders: Sequence[str], config: str) -> Sample:
    return run([PYTHON, "-m", "benchmarks.naive.configure_bare", str(identity), str(_AT_A_TIME), config, *folders])


def _compare(identity: Path, folders: Sequence[str], rounds: int, say: Callable[[str], None]) -> list[Row]:
    def per_system(sample: Sample) -> Sample:
        values = {CPU: sample.cpu_seconds / len(folders), WALL: sample.wall_seconds / len(folders)}
        return replace(sample, output="", values=values)

    contenders = {
        "migrate's runner": lambda: per_system(_ours(identity, folders)),
        TUNED: lambda: per_system(_bare(identity, folders, "tuned")),
        PLAIN: lambda: per_system(_bare(identity, folders, "plain")),
    }
    if len(folders) > 1:
        del contenders[PLAIN]
    samples = alternate(contenders, rounds, say)
    what = f"nginx systems: {len(folders)}"
    return rows(what, samples, (CPU, WALL, "peak MiB"), against=TUNED)


@contextmanager
def _site(folder: Path, mirror: Path, size: int) -> Iterator[_Site]:
    """Bring up machines that all take the first one's key, and render a system for each."""
    renderer = PlaybookRenderer(mirror)
    with ExitStack() as stack:
        targets = [stack.enter_context(machine(folder / f"machine-{n}", n)) for n in range(1, size + 1)]
        key = (targets[0].root / "root/.ssh/authorized_keys").read_text()
        folders = []
        for number, target in enumerate(targets, 1):
            (target.root / "root/.ssh/authorized_keys").write_text(key)
            guest = Guest(server="bench-1", address=target.address, host_keys=(target.host_key,))
            folders.append(str(renderer.render(nginx(), folder / f"out-{number}", guests={"bench-1": guest})))
        yield _Site(targets[0].identity, folders)


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
