"""Packages for machines without an internet: one tar per workload, a flat repository closed against the guest."""

from __future__ import annotations

import hashlib
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path

from . import files, image
from .progress import say
from .shell import run

WORKLOADS: Mapping[str, tuple[str, ...]] = {
    # A pooler, a proxy and what speaks to it are for source machines.
    "nginx": ("nginx-light", "haproxy", "socat"),
    "postgresql": ("postgresql-15", "pgbouncer"),
    "mariadb": ("mariadb-server", "haproxy", "socat"),
}


def folder() -> Path:
    """Return where the tars are found: a link in the state root, the same whatever the cache holds."""
    return files.state() / "mirror"


def ensure() -> Path:
    """Return the folder with the tars, made if absent."""
    guest = image.ensure()
    status = guest.root / "var/lib/dpkg/status"
    key = files.key_of(status, Path(__file__))
    ready = files.cache() / f"mirror-{key}"
    if not ready.is_dir():
        say("mirror", f"collecting {', '.join(WORKLOADS)}, once")
        run("apt-get", "update", "-qq", within=1200)
        with files.built(ready) as work:
            sums = []
            for workload, names in WORKLOADS.items():
                _collect(work / workload, status, names)
                tar = work / f"{workload}.tar"
                _pack(work / workload, tar)
                sums.append(f"{_sha256(tar)}  {tar.name}\n")
            files.write(work / "SHA256SUMS", "".join(sums))
        say("mirror", ", ".join(f"{name} {(ready / f'{name}.tar').stat().st_size >> 20} MiB" for name in WORKLOADS))
    if not folder().is_symlink() or folder().readlink() != ready:
        folder().unlink(missing_ok=True)
        folder().symlink_to(ready)
        files.prune(ready)
    return ready


def _collect(into: Path, status: Path, names: tuple[str, ...]) -> None:
    """Download what the guest lacks for some packages, and index it."""
    archives = into / "archives"
    (archives / "partial").mkdir(parents=True)
    own = {
        "Dir::State::status": status,
        "Dir::Cache::archives": archives,
        "Dir::Cache::pkgcache": "",
        "Dir::Cache::srcpkgcache": "",
        "APT::Sandbox::User": "root",
        "APT::Install-Recommends": "false",
        "Debug::NoLocking": "true",
    }
    options = [word for name, value in own.items() for word in ("-o", f"{name}={value}")]
    run("apt-get", *options, "install", "--download-only", "-y", "-qq", *names, within=1200)
    stanzas = []
    for deb in sorted(archives.glob("*.deb")):
        # apt writes an epoch's colon as %3a, which a file: repository would decode once more
        deb = _repacked(deb, into / deb.name.replace("%3a", "-"))
        control = run("dpkg-deb", "--field", deb)
        stanzas.append(f"{control}Filename: ./{deb.name}\nSize: {deb.stat().st_size}\nSHA256: {_sha256(deb)}\n\n")
    (archives / "partial").rmdir()
    archives.joinpath("lock").unlink(missing_ok=True)
    archives.rmdir()
    files.write(into / "Packages", "".join(stanzas))


def _repacked(deb: Path, to: Path) -> Path:
    """Compress a package anew: what is packed with xz takes an emulated processor minutes to unpack."""
    tree = deb.with_suffix(".d")
    run("dpkg-deb", "--raw-extract", deb, tree)
    run("dpkg-deb", "-Zzstd", "-z10", "--build", tree, to)
    shutil.rmtree(tree)
    deb.unlink()
    return to


def _pack(tree: Path, tar: Path) -> None:
    """Pack a repository so that the same packages give the same bytes."""
    with tarfile.open(tar, "w") as stream:
        for path in sorted(tree.iterdir()):
            entry = stream.gettarinfo(path, path.name)
            entry.uid = entry.gid = entry.mtime = 0
            entry.uname = entry.gname = "root"
            with path.open("rb") as content:
                stream.addfile(entry, content)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
