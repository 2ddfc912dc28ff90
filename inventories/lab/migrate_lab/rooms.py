"""The source machine rooms: small real machines with an own network, root, sshd and host key each."""

from __future__ import annotations

import secrets
import socket
import struct
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import files, image, mirror, network
from .box import Box
from .errors import LabError
from .progress import say, wait_for
from .shell import run

ROOMS: Mapping[str, str] = {"room-a": "10.77.1", "room-b": "10.77.2"}
_KEY = "source_ed25519"
# What a source's application logs in with, and so does the probe client.
SECRETS: Mapping[str, str] = {"postgresql": "hall.secret", "mariadb": "budget.secret"}
_SPEAK_S = 5.0
_DATA_MIB = 64


@dataclass(frozen=True, slots=True)
class Source:
    """One source machine."""

    name: str
    room: str
    host: int
    kind: str
    workload: str
    packages: str
    services: tuple[str, ...]
    ports: tuple[int, ...]
    data: str = ""  # the folder that has a file system of its own

    @property
    def address(self) -> str:
        """Its address in its room."""
        return f"{ROOMS[self.room]}.{self.host}"

    @property
    def form(self) -> str:
        """What it is made by: a machine that was made otherwise is made anew."""
        return files.key_of(self.kind, self.packages, self.address, self.data, files.DATA / "rooms/provision.sh")

    @property
    def box(self) -> Box:
        """Its namespaces."""
        return Box(self.name, files.state() / "sources" / self.name)

    def answers(self) -> bool:
        """Say whether its sshd and its services speak; a connection alone is taken by the kernel, also for the deaf."""
        try:
            return all(_speaks(self.address, port, _ASKED.get(port, b"")) for port in (22, *self.ports))
        except OSError:
            return False


SOURCES = (
    Source(
        "src-web-01", "room-a", 11, "web", "nginx", "nginx-light haproxy socat", ("nginx", "haproxy"), (80, 8080),
        "/var/www/html",
    ),
    Source(
        "src-pg-01", "room-a", 12, "postgresql", "postgresql", "postgresql-15 pgbouncer", ("postgresql", "pgbouncer"),
        (5432, 6432),
    ),
    Source(
        "src-maria-01", "room-b", 11, "mariadb", "mariadb", "mariadb-server haproxy socat", ("mariadb", "haproxy"),
        (3306, 3308),
    ),
    Source(
        "src-legacy-01", "room-b", 12, "legacy", "nginx", "nginx-light haproxy socat", ("nginx", "haproxy"), (80, 8080),
        "/var/www/html",
    ),
)  # fmt: skip


_TLS = struct.pack("!II", 8, 80877103)
_HEAD = b"HEAD / HTTP/1.0\r\n\r\n"
_ASKED = {80: _HEAD, 8080: _HEAD, 3308: _HEAD, 5432: _TLS, 6432: _TLS}
"""What a service is asked before it says something: nginx its page, HAProxy (whose other port is the server's, wherever
that is) whether it lives, PostgreSQL and its pooler whether TLS is spoken."""


def _speaks(address: str, port: int, asked: bytes) -> bool:
    with socket.create_connection((address, port), timeout=_SPEAK_S) as connection:
        connection.sendall(asked)
        return bool(connection.recv(1))


def up() -> None:
    """Bring every source machine up."""
    key = files.state() / _KEY
    if not key.exists():
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "migrate-lab", "-f", key)
    for secret in (files.state() / name for name in SECRETS.values()):
        if not secret.exists():
            files.write(secret, f"{secrets.token_urlsafe(18)}\n", 0o600)
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
    fresh = not _is_provisioned(source) or not origin.exists()
    if fresh:
        box.destroy()
        origin.parent.mkdir(parents=True)
        origin.symlink_to(lower)
    found = box.pid is not None
    try:
        _start(source, packages, within=30 if found else 120)
    except LabError:
        if not found:
            raise
        say(source.name, "deaf; started again")
        box.stop()
        _start(source, packages, within=120)
    if fresh:
        say(source.name, f"provisioned: {source.kind} at {source.address}, {source.room}")


def _start(source: Source, packages: Path, *, within: float) -> None:
    """Start what of the machine does not run, and wait until it answers."""
    box = source.box
    if box.pid is None:
        lower = (box.folder / "origin").readlink()
        if source.data:
            _ensure_disk(box.folder / "data.img")
        box.start(("sh", files.DATA / "rooms/init.sh", box.folder, lower, source.name, source.data))
    box.let_go()
    network.plug(box, "eth0", source.name, address=f"{source.address}/24", bridge=source.room)
    box.run("ip", "route", "replace", "default", "via", f"{ROOMS[source.room]}.1", within=60)
    if not _is_provisioned(source):
        _provision(source, packages)
        (box.folder / "provisioned").write_text(source.form)
    box.spawn("sshd", ["/usr/sbin/sshd", "-D", "-e"])
    if not source.answers():
        for service in source.services:
            box.succeeds("service", service, "start", within=60)
    wait_for(source.name, f"{', '.join(source.services)} and sshd to answer", source.answers, within=within)


def _ensure_disk(image: Path) -> None:
    """Make the file system that a machine's data lies in, whole or not at all."""
    if not image.exists():
        fresh = image.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        run("mke2fs", "-q", "-t", "ext4", fresh, f"{_DATA_MIB}M")
        fresh.replace(image)


def _is_provisioned(source: Source) -> bool:
    done = source.box.folder / "provisioned"
    return done.is_file() and done.read_text() == source.form


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
    if secret := SECRETS.get(source.kind):
        files.write(box.path("/root/secret"), (files.state() / secret).read_text(), 0o600)
    box.run("sh", "-s", source.kind, source.packages, source.address, text=script, within=900)
    box.run("sh", "-c", "rm -rf /media/* /root/secret")


def down() -> None:
    """Stop every source machine; its disk stays."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(_down, [source for source in SOURCES if source.box.pid]))


def _down(source: Source) -> None:
    for service in reversed(source.services):
        source.box.succeeds("service", service, "stop", within=30)
    source.box.stop()
    say(source.name, "down")


def connect(folder: Path) -> None:
    """Give a programme folder what it needs to work with the lab, and replace only that."""
    state = files.state()
    folder.mkdir(parents=True, exist_ok=True)
    for name, mode in (
        ("clouds.yaml", 0o600),
        ("known_hosts", 0o644),
        (_KEY, 0o600),
        *((name, 0o600) for name in SECRETS.values()),
    ):
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
