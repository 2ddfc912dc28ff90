"""A machine with a disk of its own, a keeper and a controller, on hosts of their own, reached by real sshd.

The disk is a loop device with a partition table and an ext4 that the source alone has mounted.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from orchestrator.adapters.movers.rehost.mover import DiskMover
from orchestrator.adapters.movers.rehost.shell import home
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.sessions import ProgramSessions
from orchestrator.adapters.tools.place import ToolPlace
from orchestrator.checks import preflight_rehost
from orchestrator.cli.starting import cloud_sessions
from orchestrator.model.machines import CloudServer, DiskServer, Keeper, Reach
from orchestrator.model.move import RehostMove
from tests.worlds.disk_cloud import KEY, StandIn
from tests.worlds.net import Net, net, run
from tests.worlds.postgresql import await_sshd, ssh_keys, sshd_command

HOSTS = ("ctl", "src", "kpr", "srv")
PROGRAMS = (
    "sh", "awk", "grep", "sed", "rm", "mkdir", "cp", "mv", "ln", "ls", "cat", "sort", "sync", "tail", "bash", "find",
    "true", "env",
)  # fmt: skip
# The mounts are the sshd's own, and go with it: its system below a folder, and what the tool keeps on the machine.
_UP = """set -e
mount -t tmpfs tmpfs /var/lib
[ -z "$1" ] || mount "$1" "$2"
shift 2
exec "$@"
"""


@dataclass(frozen=True, kw_only=True)
class RehostWorld:
    net: Net
    folder: Path
    disk: str
    move: RehostMove
    ssh: OpenSsh
    sessions: ProgramSessions
    mover: DiskMover
    pids: dict[str, int] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """The source's system, as its own users see it."""
        return Path(f"/proc/{self.pids['src']}/root{self.folder}/src/root")

    @property
    def copy(self) -> Path:
        """The copy on the keeper."""
        return Path(home(self.move)) / "disk.raw"

    @property
    def cloud(self) -> StandIn:
        """What starts a server from the copy."""
        return StandIn(self.folder, self.net)

    @property
    def tools(self) -> ToolPlace:
        return ToolPlace(programme=self.folder, state=self.folder / "tools")

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    def writable(self) -> list[str]:
        """Which sides can be written to; a server that runs can."""
        open_ = self.sh(f"touch {self.folder}/src/root/x 2>/dev/null && echo yes || :").strip()
        return [*(["src"] if open_ else []), *(["tgt"] if self.cloud.runs() else [])]

    def on_server(self, text: str) -> str:
        """Run text on the server, by the source's host key."""
        assert self.move.server is not None
        return run(*self.ssh.command(self.move.server.reach, "root", ["sh", "-c", text]))

    def sh(self, text: str) -> str:
        """Run text on the source."""
        return run("nsenter", "-t", str(self.pids["src"]), "-m", "-n", "sh", "-c", text)

    def prepared(self) -> RehostMove:
        """Bring the move as far as its first copy."""
        found = preflight_rehost.preflight(self.move, *self.mover.observe(self.move))
        assert found.possible, found.findings
        assert isinstance(found.move, RehostMove)
        self.mover.ensure_prepared(found.move)
        self.mover.ensure_seeding(found.move)
        return found.move

    def await_following(self, move: RehostMove | None = None, seconds: float = 120, *, back: bool = False) -> None:
        """Wait until the first passes are over."""
        del back
        move = move or self.move
        limit = time.monotonic() + seconds
        while self.mover.progress(move).tables[0].state != "following":
            assert time.monotonic() < limit
            time.sleep(0.2)


def _with_libraries(root: Path, name: str) -> None:
    """Copy a program of this machine, and what it is linked with."""
    program = shutil.which(name)
    assert program, name
    linked = re.findall(r"(/\S+) \(0x", run("ldd", program))
    for path in (program, *linked):
        place = root / str(path).lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)


def small(root: Path) -> None:
    """Make what the preflight looks for in a system, the programs by which it is made fit, and some data."""
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")
    for name in PROGRAMS:
        _with_libraries(root, name)
    for name, text in {
        "lib/systemd/system/systemd-networkd.service": "",
        "boot/initrd.img-6.0": "",
        "etc/fstab": "",
        "etc/os-release": 'PRETTY_NAME="A small system"\n',
        "usr/sbin/update-initramfs": "#!/bin/sh\n",
        "usr/lib/systemd/systemd-networkd": "",
        "boot/grub/grub.cfg": "",
        "boot/vmlinuz-6.0": "",
        "lib/modules/6.0/modules.builtin": "kernel/drivers/block/virtio_blk.ko\n",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
    for name in ("dev", "proc", "tmp", "run", "srv"):
        (root / name).mkdir()
    for number in range(4):
        (root / f"srv/{number}.dat").write_bytes(os.urandom(3 * 1024**2))


@contextmanager
def rehost_world(
    *, mib: int = 64, fill: Callable[[Path, str], None] = lambda root, _: small(root), **declared: object
) -> Iterator[RehostWorld]:
    """Bring the machines up.

    Args:
        mib: of the disk.
        fill: puts the system on the mounted root file system; told the disk's device.
        declared: of the move.
    """
    folder = Path(tempfile.mkdtemp(prefix="mvr-", dir="/var/tmp"))
    folder.chmod(0o711)
    loop = ""
    try:
        image = folder / "disk.img"
        run("truncate", "-s", f"{mib}M", str(image))
        run("sfdisk", "-q", str(image), text="label: dos\nstart=2048, type=83, bootable\n")
        loop = run("losetup", "--show", "-f", str(image)).strip()
        run("partx", "--update", loop)  # a run that was killed may have left one of its own
        run("mkfs.ext4", "-q", "-F", f"{loop}p1")
        ssh_keys(folder)
        with _mounted(f"{loop}p1", folder / "made") as root:
            fill(root, loop)
            if not (key := root / KEY).exists():
                key.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(folder / "host_key", key)
        with net(HOSTS) as hosts:
            yield _bring_up(hosts, folder, loop, declared)
    finally:
        if loop:
            # What mounted it is dead, and its mounts go with it.
            for _ in range(100):
                if not subprocess.run(["partx", "-d", loop], check=False, capture_output=True).returncode:
                    break
                time.sleep(0.1)
            run("losetup", "-d", loop)
        shutil.rmtree(folder)


@contextmanager
def _mounted(device: str, place: Path) -> Iterator[Path]:
    place.mkdir()
    run("mount", device, str(place))
    try:
        yield place
    finally:
        run("umount", str(place))


def _bring_up(hosts: Net, folder: Path, loop: str, declared: dict[str, object]) -> RehostWorld:
    (folder / "src/root").mkdir(parents=True)
    (folder / "kpr/copies").mkdir(parents=True)
    pids = {}
    for host, device in (("src", f"{loop}p1"), ("kpr", "")):
        place, prefix = folder / host, hosts.inside(host)
        keys = f"AuthorizedKeysFile={folder / 'identity.pub'} {place / '.ssh/authorized_keys'}"
        command = sshd_command(hosts, host, folder, ())[len(prefix) :]
        own = [command[0], "-o", keys, "-o", f"SetEnv=HOME={place}", *command[1:]]
        process = subprocess.Popen([*prefix, "sh", "-c", _UP, "sh", device, str(place / "root"), *own])
        pids[host] = process.pid
    ssh = OpenSsh([folder / "identity"], folder / "known_hosts", hosts.inside("ctl"))
    sessions = ProgramSessions(ssh, clouds=cloud_sessions(folder, ssh, lambda at, _: StandIn(at, hosts)))
    here, there = (Reach(address=hosts.address(host)) for host in ("src", "kpr"))
    move = RehostMove(
        system="S-1",
        slug="system-1",
        source=DiskServer(
            name="system-1-src", reach=here, address=here.address, disk=loop.rpartition("/")[2],
            root=str(folder / "src/root"),
        ),
        server=CloudServer(
            name="p-system-1-sv-1", cloud="c", programme="p", system="system-1", key="sv-1/server",
            reach=Reach(address=hosts.address("srv"), known_as=here.address),
        ),
        target=Keeper(name="keeper", reach=there, address=there.address, folder=str(folder / "kpr/copies")),
    )  # fmt: skip
    await_sshd(ssh, [here, there])
    return RehostWorld(
        net=hosts,
        folder=folder,
        disk=loop,
        move=replace(move, **declared),  # type: ignore[arg-type]  # of its names
        ssh=ssh,
        sessions=sessions,
        mover=DiskMover(sessions),
        pids=pids,
    )
