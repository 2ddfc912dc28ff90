"""Two machines with a file system of their own each, and a controller, on hosts of their own, reached by real sshd."""

from __future__ import annotations

import errno
import os
import random
import shutil
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

from orchestrator.adapters.movers.files.mover import FilesMover
from orchestrator.adapters.movers.files.shell import door, home, side
from orchestrator.adapters.openssh import OpenSsh
from orchestrator.adapters.sessions import ProgramSessions
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import Reach, TreeServer
from orchestrator.model.move import FilesMove, Limits
from orchestrator.model.result import CheckResult
from tests.worlds.net import Net, net, run
from tests.worlds.old_sshd import ALLOWED, OLD
from tests.worlds.postgresql import await_sshd, ssh_keys, sshd_command

HOSTS = ("ctl", "src", "tgt")
SIDES = ("src", "tgt")
# The mounts are the sshd's own: they go with it. What the tool keeps on a machine is each machine's own too.
_UP = """set -e
mount -o loop "$1/var.img" /var/lib
mount -o loop "$1/data.img" "$1/data"
for own in ssh nginx cron.d systemd; do [ ! -e "$1/$own" ] || mount --bind "$1/$own" "/etc/$own"; done
for missing in $2; do mount --bind /dev/null "$missing"; done
shift 2
exec "$@"
"""
# What a machine of long ago has not got; its sshd speaks what was spoken then.
_LACKS = ("rsync", "python3*", "perl*", "ssh-keyscan")


@dataclass(frozen=True, kw_only=True)
class FilesWorld:
    net: Net
    folder: Path
    move: FilesMove
    ssh: OpenSsh
    sessions: ProgramSessions
    mover: FilesMover
    pids: dict[str, int] = field(default_factory=dict)

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    def tree(self, host: str) -> Path:
        """Where a side's file system is, as its own users see it."""
        return Path(f"/proc/{self.pids[host]}/root{self.folder}/{host}/data")

    def copied(self, host: str) -> Path:
        """The same, as the passes see it, which may write while it is closed."""
        return Path(f"/proc/{self.pids[host]}/root{home(self.move)}/tree")

    def sh(self, host: str, text: str) -> str:
        """Run text on a machine, where its file systems are mounted."""
        return run("nsenter", "-t", str(self.pids[host]), "-m", "-n", "sh", "-c", text)

    def manifest(self, host: str) -> list[str]:
        """Everything that a side's tree is, in records."""
        return self.sh(host, f"{door(self.move, 'manifest')} | base64 -w 0 | fold -w 76").splitlines()

    def writable(self) -> list[str]:
        """The sides whose file system may be written to by its users."""
        return [host for host in SIDES if self.sh(host, side(self.move, "options")).strip() == "rw rw"]

    def await_following(self, *, back: bool = False, seconds: float = 90) -> None:
        """Wait until no pass runs and the first ones are over."""
        limit = time.monotonic() + seconds
        while self.mover.progress(self.move).tables[0].state != "following":
            assert time.monotonic() < limit
            time.sleep(0.2)

    def voices(self) -> list[Voice]:
        return [Voice(name=host, reach=Reach(address=self.net.address(host)), account="root") for host in SIDES]


class FilesWriter:
    """A client that changes files thirty times a second, on whichever side lets it, and knows what each must hold.

    A change counts once it is on the disk; one that was refused is tried again, on the other side.
    """

    _made = count()

    def __init__(self, site: FilesWorld, *, host: str = "src", rate: float = 30, seed: int = 3) -> None:
        self._site = site
        self._host = host
        self.tag = f"w{next(self._made)}-"
        self._random = random.Random(seed)
        self._period = 1 / rate
        self._stop = threading.Event()
        self.holds: dict[str, bytes] = {}
        self.changes = 0
        self.refused: set[int] = set()
        self.gap = 0.0
        self.faults: list[str] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> FilesWriter:
        self._stop.set()
        self._thread.join()
        assert self.faults == []
        return self

    def _run(self) -> None:
        last = time.monotonic()
        while not self._stop.is_set():
            change = self._random.choice(
                (self._create, self._create, self._append, self._replace, self._edit, self._delete)
            )
            name = self._random.choice(sorted(self.holds)) if self.holds else ""
            while not self._stop.is_set():
                try:
                    (change if name else self._create)(self._site.tree(self._host), name)
                except OSError as error:
                    self.refused.add(error.errno or 0)
                    # A side that is not open may lack the file; on the one that is, its loss is found at the end.
                    if error.errno not in {errno.EROFS, errno.ENOENT}:
                        self.faults.append(repr(error))
                        return
                    self._host = next(host for host in SIDES if host != self._host)
                    time.sleep(0.01)
                else:
                    break
            else:
                return
            self.changes += 1
            self.gap = max(self.gap, time.monotonic() - last)
            last = time.monotonic()
            self._stop.wait(self._period)

    def _create(self, root: Path, _: str) -> None:
        name = f"d{self._random.randrange(8)}/{self.tag}{self.changes}.txt"
        self._put(root / name, data := self._data())
        self.holds[name] = data

    def _append(self, root: Path, name: str) -> None:
        with (root / name).open("ab") as file:
            file.write(b"more\n")
            file.flush()
            os.fsync(file.fileno())
            self.holds[name] += b"more\n"

    def _replace(self, root: Path, name: str) -> None:
        data = self._data()
        self._put(root / f"{name}.tmp", data)
        (root / f"{name}.tmp").rename(root / name)
        self._settle(root / name)
        self.holds[name] = data

    def _edit(self, root: Path, name: str) -> None:
        """Change bytes and nothing else that a look at the file would tell."""
        seen = (root / name).stat()
        data = bytes(letter ^ 1 for letter in self.holds[name])
        with (root / name).open("r+b") as file:
            file.write(data)
            file.flush()
            os.utime(file.fileno(), ns=(seen.st_atime_ns, seen.st_mtime_ns))
            os.fsync(file.fileno())
            self.holds[name] = data

    def _delete(self, root: Path, name: str) -> None:
        (root / name).unlink()
        del self.holds[name]
        self._settle(root / name)

    def _data(self) -> bytes:
        return f"{self.changes} ".encode() * self._random.randrange(1, 400)

    def _put(self, path: Path, data: bytes) -> None:
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self._settle(path)

    @staticmethod
    def _settle(path: Path) -> None:
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def assert_held(site: FilesWorld, host: str, writer: FilesWriter) -> None:
    """Check that a side has every acknowledged change and nothing besides."""
    root = site.tree(host)
    found = {str(path.relative_to(root)): path.read_bytes() for path in root.glob(f"d*/{writer.tag}*.txt")}
    assert {name for name in writer.holds.keys() | found.keys() if writer.holds.get(name) != found.get(name)} == set()


def fill(root: Path) -> None:
    """Make what trees of people have in them: names of any bytes, links, attributes, holes, owners, devices."""
    for number in range(8):
        (root / f"d{number}").mkdir()
        for each in range(20):
            (root / f"d{number}/f{each}.dat").write_bytes(os.urandom(2000 * each))
    odd = root / "odd $(touch x) ; 'name'"
    odd.mkdir(mode=0o2750)
    os.chown(odd, 12345, 23456)
    (odd / "line\nbreak").write_text("x")
    Path(os.fsdecode(bytes(odd) + b"/gb\xc4\xe3\xba\xc3")).write_text("y")
    (odd / "-rf").write_text("z")
    (odd / "back\\nslash\\").write_text("z")
    (odd / "link").symlink_to("../d1/f1.dat")
    (odd / "away").symlink_to("/etc/passwd")
    (odd / "one").write_text("linked")
    (root / "d2/two").hardlink_to(odd / "one")
    with (root / "d3/sparse").open("wb") as file:
        file.seek(30_000_000)
        file.write(b"end")
    os.setxattr(odd / "one", "user.note", b"\x00\xffattribute")
    # An access list as the kernel has it: owner, a user by name, group, mask, others.
    entries = ((1, 6, -1), (2, 6, 65534), (4, 4, -1), (16, 6, -1), (32, 4, -1))
    listed = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in entries)
    os.setxattr(root / "d3/f3.dat", "system.posix_acl_access", listed)
    os.mkfifo(odd / "fifo")


def tricked(site: FilesWorld) -> Sequence[CheckResult]:
    """Do to the source what a pass can miss, have passes, and compare."""
    root, there = site.tree("src"), site.tree("tgt")
    (root / "d4/deep/er").mkdir(parents=True)
    (root / "d4/deep/er/file").write_text("one")
    (root / "d0/full").mkdir()
    (root / "d0/full/file").touch()
    os.setxattr(root / "d1", "user.of folder", b"gone")
    site.mover.ensure_reverse(site.move, 0)
    (root / "d4/deep").rename(root / "d5/deep")  # nothing below it changes its time
    (root / "d5/new-name").hardlink_to(root / "d2/two")
    edited = root / "d6/f9.dat"
    seen, data = edited.stat(), edited.read_bytes()
    same_time(edited)
    (root / "d7/f1.dat").unlink()
    (root / "d7/f1.dat").mkdir()
    shutil.rmtree(root / "d0/full")
    (root / "d0/full").write_text("a file by now")
    (root / "d0/f2.dat").unlink()
    (root / "d0/f2.dat").symlink_to("/etc")
    (root / "d6/f8.dat").chmod(0o600)
    os.setxattr(root / "d4", "user.on folder", b"kept")
    os.removexattr(root / "d1", "user.of folder")
    site.mover.ensure_reverse(site.move, 0)
    found = site.mover.verify(site.move, back=True)
    assert (there / "d5/deep/er/file").read_text() == "one"
    assert (there / "d6/f9.dat").read_bytes() == data[::-1]
    assert not (there / "d4/deep").exists()
    # A time that is made up stays what it is, also of a folder in which something was made anew.
    assert (there / "d6/f9.dat").stat().st_mtime_ns == seen.st_mtime_ns
    assert (there / "d6").stat().st_mtime_ns == (root / "d6").stat().st_mtime_ns
    return found


def trapped(root: Path) -> None:
    """Make what `fooled` changes."""
    for number in range(1, 8):
        (root / f"d{number}").mkdir(parents=True)
        for each in range(10):
            (root / f"d{number}/f{each}.dat").write_bytes(os.urandom(900 + each))
    (root / "d1/two").hardlink_to(root / "d2/f1.dat")


def fooled(leaving: Path, opening: Path) -> None:
    """Do to both sides, after the look before anybody is held, what a second look could take for nothing.

    Args:
        leaving: the tree that people write to; whatever is changed in it is old.
        opening: the other one, as the passes see it.
    """
    same_time(leaving / "d6/f7.dat")
    # Nothing below it changes its time, and one of its files has a name elsewhere.
    (leaving / "d2").rename(leaving / "d3/moved")
    (leaving / "d1/f5.dat").unlink()
    (leaving / "d1/f5.dat").hardlink_to(leaving / "d1/f6.dat")
    (leaving / "d1/f7.dat").chmod(0o640)
    os.setxattr(leaving / "d1/f8.dat", "user.note", b"late")
    os.chown(leaving / "d1/f9.dat", 12345, 0)
    # Two that change names.
    (leaving / "d4/f1.dat").rename(leaving / "d4/x")
    (leaving / "d4/f2.dat").rename(leaving / "d4/f1.dat")
    (leaving / "d4/x").rename(leaving / "d4/f2.dat")
    (leaving / "d5/f1.dat").unlink()
    (leaving / "d5/f1.dat").symlink_to("f2.dat")
    same_time(opening / "d7/f9.dat")
    (opening / "d7/f8.dat").chmod(0o777)
    (opening / "d7/stranger").mkdir()
    (opening / "d7/stranger/file").touch()


def same_time(path: Path) -> None:
    """Change bytes and nothing else that a look at the file would tell."""
    seen, data = path.stat(), path.read_bytes()
    with path.open("r+b") as file:
        file.write(data[::-1])
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


@contextmanager
def files_world(
    *,
    old: bool = False,
    data_mib: int = 128,
    given: Callable[[Net, Path], None] = lambda *_: None,
    **declared: object,
) -> Iterator[FilesWorld]:
    """Bring both machines up, the source filled, the target empty.

    Args:
        old: whether the source has no rsync, no Python and an sshd of long ago.
        data_mib: of each file system.
        given: puts what else the machines have into their folders, before they are up.
        declared: of the move.
    """
    folder = Path(tempfile.mkdtemp(prefix="mvf-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        with net(HOSTS) as hosts:
            for host in SIDES:
                (folder / host).mkdir()
            given(hosts, folder)
            yield bring_up(hosts, folder, declared, old=old, data_mib=data_mib)
    finally:
        shutil.rmtree(folder)


def bring_up(
    hosts: Net, folder: Path, declared: dict[str, object], *, old: bool = False, data_mib: int = 128
) -> FilesWorld:
    """Start everything on hosts that are there."""
    ssh_keys(folder)
    pids = {}
    for host in SIDES:
        place = folder / host
        (place / "data").mkdir(parents=True)
        for name, size in (("var", "256M"), ("data", f"{data_mib}M")):
            run("truncate", "-s", size, str(place / f"{name}.img"))
            run("mkfs.ext4", "-q", "-F", str(place / f"{name}.img"))
        prefix = hosts.inside(host)
        keys = f"AuthorizedKeysFile={folder / 'identity.pub'} {place / '.ssh/authorized_keys'}"
        command = sshd_command(hosts, host, folder, ())[len(prefix) :]
        own = [command[0], "-o", keys, "-o", f"SetEnv=HOME={place}", *command[1:]]
        lacks = ""
        if old and host == "src":
            lacks = " ".join(str(path) for name in _LACKS for path in Path("/usr/bin").glob(name) if path.is_file())
            own += [word for each in OLD for word in ("-o", each)]
            (place / "ssh").mkdir()
            shutil.copy(folder / "host_key.pub", place / "ssh/ssh_host_rsa_key.pub")
        process = subprocess.Popen([*prefix, "sh", "-c", _UP, "sh", str(place), lacks, *own])
        pids[host] = process.pid
    ssh = OpenSsh([folder / "identity"], folder / "known_hosts", hosts.inside("ctl"))
    sessions = ProgramSessions(ssh)
    source, target = (
        TreeServer(
            name=f"system-1-{host}",
            reach=Reach(address=hosts.address(host), algorithms=ALLOWED if old and host == "src" else ()),
            address=hosts.address(host),
            path=str(folder / host / "data"),
        )
        for host in SIDES
    )
    ten = timedelta(seconds=10)
    limits = Limits(hold=ten, step=ten, catch_up=2 * ten, frozen=4 * ten, undecided=timedelta(seconds=8))
    move = FilesMove(system="S-1", slug="system-1", source=source, target=target, limits=limits, **declared)  # type: ignore[arg-type]
    made = FilesWorld(
        net=hosts, folder=folder, move=move, ssh=ssh, sessions=sessions, mover=FilesMover(sessions), pids=pids
    )
    await_sshd(ssh, [source.reach, target.reach])
    fill(made.tree("src"))
    return made
