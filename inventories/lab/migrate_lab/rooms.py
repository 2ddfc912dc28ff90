"""The source machine rooms: small real machines with an own network, root, sshd and host key each."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import files, image, mirror, network
from .box import Box
from .progress import say, wait_for
from .shell import run

ROOMS: Mapping[str, str] = {"room-a": "10.77.1", "room-b": "10.77.2"}
_KEY = "source_ed25519"


@dataclass(frozen=True, slots=True)
class Source:
    """One source machine."""

    name: str
    room: str
    host: int
    kind: str
    workload: str
    package: str
    service: str
    port: int

    @property
    def address(self) -> str:
        """Its address in its room."""
        return f"{ROOMS[self.room]}.{self.host}"

    @property
    def box(self) -> Box:
        """Its namespaces."""
        return Box(self.name, files.state() / "sources" / self.name)

    def answers(self) -> bool:
        """Say whether its sshd and its service take connections."""
        try:
            for port in (22, self.port):
                socket.create_connection((self.address, port), timeout=3).close()
        except OSError:
            return False
        return True


SOURCES = (
    Source("src-web-01", "room-a", 11, "web", "nginx", "nginx-light", "nginx", 80),
    Source("src-pg-01", "room-a", 12, "postgresql", "postgresql", "postgresql-15", "postgresql", 5432),
    Source("src-maria-01", "room-b", 11, "mariadb", "mariadb", "mariadb-server", "mariadb", 3306),
    Source("src-legacy-01", "room-b", 12, "legacy", "nginx", "nginx-light", "nginx", 80),
)


def up() -> None:
    """Bring every source machine up."""
    key = files.state() / _KEY
    if not key.exists():
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "migrate-lab", "-f", key)
    for room, prefix in ROOMS.items():
        network.bridge(room, f"{prefix}.1/24")
    guest, packages = image.ensure(), mirror.ensure()
    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(lambda source: _up(source, guest.root, packages), SOURCES))
    say("rooms", "all source machines answer")
    files.prune(guest.folder, used={(source.box.folder / "origin").readlink().parent for source in SOURCES})
    pins = [f"{source.address},{source.name} {_host_key(source)}\n" for source in SOURCES]
    files.write(files.state() / "known_hosts", "".join(pins))


def _host_key(source: Source) -> str:
    kind, key, *_ = (source.box.folder / "host_ed25519.pub").read_text().split()
    return f"{kind} {key}"


def _up(source: Source, lower: Path, packages: Path) -> None:
    box = source.box
    # a machine keeps the root it was made from, also when a newer one has been built since
    origin = box.folder / "origin"
    fresh = not (box.folder / "provisioned").exists() or not origin.exists()
    if fresh:
        box.destroy()
        origin.parent.mkdir(parents=True)
        origin.symlink_to(lower)
    if box.pid is None:
        box.start(("sh", files.DATA / "rooms/init.sh", box.folder, origin.readlink(), source.name))
    network.plug(box, "eth0", source.name, address=f"{source.address}/24", bridge=source.room)
    box.run("ip", "route", "replace", "default", "via", f"{ROOMS[source.room]}.1")
    if fresh:
        _provision(source, packages)
        (box.folder / "provisioned").touch()
    box.spawn("sshd", ["/usr/sbin/sshd", "-D", "-e"])
    if not source.answers():
        box.succeeds("service", source.service, "start")
    wait_for(source.name, f"{source.service} and sshd", source.answers, within=60)
    if fresh:
        say(source.name, f"provisioned: {source.kind} at {source.address}, {source.room}")


def _provision(source: Source, packages: Path) -> None:
    box = source.box
    host_key = box.folder / "host_ed25519"
    if not host_key.exists():
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", source.name, "-f", host_key)
    files.write(box.path("/etc/ssh/ssh_host_ed25519_key"), host_key.read_text(), 0o600)
    files.write(box.path("/etc/ssh/ssh_host_ed25519_key.pub"), host_key.with_suffix(".pub").read_text())
    files.write(box.path("/etc/hostname"), f"{source.name}\n")
    files.write(box.path("/etc/hosts"), f"127.0.0.1 localhost\n{source.address} {source.name}\n")
    login = (files.state() / f"{_KEY}.pub").read_text()
    for home, user in (("/root", "root"), ("/home/debian", "debian")):
        files.write(box.path(f"{home}/.ssh/authorized_keys"), login, 0o600)
        box.run("chown", "-R", f"{user}:", f"{home}/.ssh")
        box.run("chmod", "700", f"{home}/.ssh")
    run("cp", "-r", f"{packages / source.workload}/.", box.path("/media/"))
    script = (files.DATA / "rooms/provision.sh").read_text()
    box.run("sh", "-s", source.kind, source.package, text=script)
    box.run("sh", "-c", "rm -rf /media/*")


def down() -> None:
    """Stop every source machine; its disk stays."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(_down, [source for source in SOURCES if source.box.pid]))


def _down(source: Source) -> None:
    source.box.succeeds("service", source.service, "stop")
    source.box.stop()
    say(source.name, "down")


def connect(folder: Path) -> None:
    """Give a programme folder what it needs to work with the lab, and replace only that."""
    state = files.state()
    folder.mkdir(parents=True, exist_ok=True)
    for name, mode in (("clouds.yaml", 0o600), ("known_hosts", 0o644), (_KEY, 0o600)):
        if (state / name).exists():
            files.write(folder / name, (state / name).read_text(), mode)
    link = folder / "mirror"
    target = mirror.folder()
    if link.is_symlink() or not link.exists():
        if not link.is_symlink() or link.readlink() != target:
            with tempfile.TemporaryDirectory(dir=folder) as work:
                fresh = Path(work) / "mirror"
                fresh.symlink_to(target)
                fresh.replace(link)
    else:
        say("connect", f"{link} is a folder of your own and stays")
    say("connect", f"{folder} has the lab's clouds, keys and mirrors")
