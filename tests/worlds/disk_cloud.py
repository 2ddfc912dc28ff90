"""A cloud that starts a server from a disk's image, on a host of its own: real bytes, a real mount and a real sshd.

`python -m tests.worlds.disk_cloud frozen FOLDER NET STAGE`: a frozen section that speaks to it, killed at a stage; `-`:
at none. `… command FOLDER NET STAGE WORD…`: `migrate WORD…` with such sections; FOLDER is the world's.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

from orchestrator.adapters.frozen_process import FrozenProcess
from orchestrator.cli import moving
from orchestrator.cli.frozen import serve
from orchestrator.cli.main import main
from orchestrator.cli.starting import cloud_sessions
from orchestrator.errors import CloudError
from orchestrator.model.image import ImageSpec
from orchestrator.model.machines import CloudServer
from orchestrator.model.result import Ensured
from tests.worlds.net import Net, run
from tests.worlds.postgresql import sshd_command

HOSTS = ("ctl", "src", "kpr", "srv")
FIRST = 1024**2  # where the partition begins
KEY = "etc/ssh/ssh_host_ed25519_key"
# The mount is the server's own, and goes with it.
_UP = 'mount -o loop,offset="$1" "$2" "$3" && mount --bind /dev "$3/dev" && shift 3 && exec "$@"'


class StandIn:
    """The `ServerStarter` port: what a server runs is what the image holds, by the host key that is in it.

    Args:
        folder: the world's.
        hosts: its net.
    """

    def __init__(self, folder: Path, hosts: Net) -> None:
        self._hosts = hosts
        self._world = folder
        self._folder = folder / "srv"
        self._folder.mkdir(exist_ok=True)
        self._pid = self._folder / "pid"
        self._disk = self._folder / "disk.raw"

    def ensure_image(self, spec: ImageSpec, chunks: Iterable[bytes], *, deadline: timedelta) -> Ensured:
        del deadline
        identity = f"image-{time.time_ns()}"
        with (self._folder / identity).open("wb") as file:
            file.writelines(chunks)
        if (self._folder / identity).stat().st_size != spec.size:
            raise CloudError("cloud.image-size", cloud="c", subject=spec.name)
        return Ensured(kind="image", name=spec.name, id=identity, changed=True)

    def state(self, server: CloudServer) -> str:
        del server
        return "ACTIVE" if self.runs() else "SHUTOFF"

    def runs(self) -> bool:
        """Whether the server is on."""
        return self._pid.exists() and Path(f"/proc/{self._pid.read_text()}").exists()

    def ensure_started(self, server: CloudServer, image: str, *, deadline: timedelta) -> None:
        if image:
            self.ensure_stopped(server, deadline=deadline)
            shutil.copy(self._folder / image, self._disk)
        if self.runs():
            return
        inside = self._hosts.inside("srv")
        root = Path("/mnt")  # sshd wants nobody else to own the way to it; the mount is seen by the server alone
        command = sshd_command(self._hosts, "srv", self._world, ())[len(inside) :]
        own = [command[0], "-o", f"HostKey={root / KEY}", "-o", f"ChrootDirectory={root}", *command[1:]]
        with (self._folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [*inside, "sh", "-c", _UP, "sh", str(FIRST), str(self._disk), str(root), *own],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._pid.write_text(str(process.pid))

    def ensure_stopped(self, server: CloudServer, *, deadline: timedelta) -> None:
        del server, deadline
        while pids := run("ip", "netns", "pids", f"{self._hosts.name}-srv").split():
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(-1, os.WNOHANG)
            time.sleep(0.02)
        self._pid.unlink(missing_ok=True)


def clouds(folder: str, name: str) -> Callable[[Path, str], StandIn]:
    return lambda _folder, _cloud: StandIn(Path(folder), Net(HOSTS, name))


def frozen(folder: str, name: str, stage: str) -> None:
    def noted(reached: str) -> None:
        if reached == stage:
            os.kill(os.getpid(), signal.SIGKILL)

    serve(noted, clouds(folder, name))


def command(folder: str, name: str, stage: str, *words: str) -> None:
    entry = (sys.executable, "-m", "tests.worlds.disk_cloud", "frozen", folder, name, stage)
    for replaced, value in {
        "FrozenProcess": partial(FrozenProcess, entry=entry),
        "cloud_sessions": partial(cloud_sessions, of=clouds(folder, name)),
    }.items():
        setattr(moving, replaced, value)
    sys.argv = ["migrate", *words]
    main()


if __name__ == "__main__":
    {"frozen": frozen, "command": command}[sys.argv[1]](*sys.argv[2:])
