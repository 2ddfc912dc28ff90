"""Throw-away machines for integration tests: a real sshd with its own network, name, root file system and host key.

The root file system is an overlay of this machine's, so that everything installed here is there, and nothing
that is done there is done here.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_INIT = r"""
set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs "$D/disk"
mkdir "$D/disk/upper" "$D/disk/work" "$D/disk/root"
R=$D/disk/root
mount -t overlay overlay -o lowerdir=/,upperdir="$D/disk/upper",workdir="$D/disk/work" "$R"
mount -t proc proc "$R/proc"
for m in run tmp var/tmp; do mount -t tmpfs -o mode=1777 tmpfs "$R/$m"; done
mount --rbind /dev "$R/dev"
mkdir -p "$R/run/sshd" "$R/root/.ssh"
cp "$D/authorized_keys" "$R/root/.ssh/authorized_keys"
chown -R 0:0 "$R/root/.ssh"; chmod 700 "$R/root/.ssh"; chmod 600 "$R/root/.ssh/authorized_keys"
install -m 600 "$D/host_key" "$R/run/host_key"
# What this machine's root has its shells do at a login is no machine's.
rm -f "$R"/root/.bashrc "$R"/root/.bash_profile "$R"/root/.bash_login "$R"/root/.profile
rm -f "$R/etc/fstab" "$R/usr/sbin/policy-rc.d" "$R/bin/systemctl" "$R/usr/bin/systemctl"
hostname "$N"
echo "$N" > "$R/etc/hostname"
eval "$EXTRA"
exec chroot "$R" /usr/sbin/sshd -D -e -o HostKey=/run/host_key -o UsePAM=no -o PidFile=none -o UseDNS=no \
  -o PasswordAuthentication=no -o PermitRootLogin=prohibit-password -o MaxStartups=100 -f /dev/null
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A running machine; `root` is its file system as the tests can read and write it."""

    name: str
    address: str
    host_key: str
    identity: Path
    pid: int

    @property
    def root(self) -> Path:
        """Its root file system, seen through its sshd's own root."""
        return Path(f"/proc/{self.pid}/root")

    def known_hosts(self) -> str:
        """The line that pins its key."""
        return f"{self.address} {self.host_key}\n"


def _run(*argv: str) -> str:
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def keypair(path: Path) -> str:
    """Make a key pair and return the public half without its comment."""
    _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(path))
    return " ".join(path.with_name(path.name + ".pub").read_text().split()[:2])


@contextmanager
def machine(folder: Path, number: int, *, extra: str = "") -> Iterator[Machine]:
    """Bring up machine `number` (1 to 60) with its state in `folder`; needs root.

    Args:
        folder: made if missing.
        number: decides name and address.
        extra: shell lines run before sshd starts; `$R` is the machine's root folder.
    """
    name, net = f"mtest{os.getpid() % 1000}x{number}", f"10.98.{os.getpid() % 200}"
    ours, address = f"{net}.{number * 4 + 1}", f"{net}.{number * 4 + 2}"
    (folder / "disk").mkdir(parents=True)
    (folder / "authorized_keys").write_text(keypair(folder / "identity") + "\n")
    host_key = keypair(folder / "host_key")
    _run("ip", "netns", "add", name)
    process = None
    try:
        _run("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
        _run("ip", "addr", "add", f"{ours}/30", "dev", name)
        _run("ip", "link", "set", name, "up")
        for words in ("link set lo up", f"addr add {address}/30 dev eth0", "link set eth0 up"):
            _run("ip", "-n", name, *words.split())
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(
                [*f"ip netns exec {name} unshare --mount --uts --pid --ipc --fork --kill-child sh -c".split(), _INIT],
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "D": str(folder), "N": name, "EXTRA": extra},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        _await_banner(address, folder / "log")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield Machine(name=name, address=address, host_key=host_key, identity=folder / "identity", pid=int(children[0]))
    finally:
        if process is not None:
            process.kill()
            process.wait()
        with suppress(subprocess.CalledProcessError):
            _run("ip", "link", "del", name)
        _run("ip", "netns", "del", name)


def _await_banner(address: str, log: Path) -> None:
    limit = time.monotonic() + 120
    while time.monotonic() < limit:
        with suppress(OSError), socket.create_connection((address, 22), timeout=2) as connection:
            if connection.recv(4) == b"SSH-":
                return
        time.sleep(0.05)
    raise TimeoutError(log.read_text())
