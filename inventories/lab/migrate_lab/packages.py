"""The machine: whether it can run the lab, and the Debian packages it needs."""

from __future__ import annotations

import os
from pathlib import Path

from . import files
from .errors import Refused
from .progress import say
from .shell import run, succeeds

_POLICY = Path("/usr/sbin/policy-rc.d")
_OWN_CLOUDS = (
    "the lab needs root on Debian 12 with namespaces and overlayfs; to use clouds of your own instead, name them in"
    " clouds.yaml and in the programme's programme.yaml"
)


def check_machine() -> None:
    """Refuse a machine that cannot run the lab, before anything is touched."""
    if os.geteuid() != 0:
        raise Refused("the lab needs root", _OWN_CLOUDS)
    release = Path("/etc/os-release")
    if not release.is_file() or not is_bookworm(release.read_text()):
        raise Refused("this is not Debian 12", _OWN_CLOUDS)
    if "overlay" not in Path("/proc/filesystems").read_text() and not succeeds("modprobe", "overlay"):
        raise Refused("the kernel has no overlayfs", _OWN_CLOUDS)
    if not succeeds("unshare", "--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "true"):
        raise Refused("the kernel gives no namespaces", f"in a container, run it privileged; {_OWN_CLOUDS}")


def is_bookworm(release: str) -> bool:
    """Say whether an `os-release` speaks of Debian 12."""
    return {"ID=debian", "VERSION_CODENAME=bookworm"} <= set(release.replace('"', "").splitlines())


def wanted() -> list[str]:
    """Return the packages' names."""
    lines = (files.DATA / "packages.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def missing() -> list[str]:
    """Return the packages that are not installed."""
    known = run("dpkg-query", "-W", "-f=${Package} ${db:Status-Abbrev}\n").splitlines()
    installed = {line.split()[0] for line in known if line.split()[1:] == ["ii"]}
    return [name for name in wanted() if name not in installed]


def install() -> None:
    """Install what is missing, without starting any of it."""
    names = missing()
    if not names:
        say("packages", "all installed")
        return
    say("packages", f"installing {len(names)} packages and what they need")
    own_policy = not _POLICY.exists()
    if own_policy:
        files.write(_POLICY, "#!/bin/sh\nexit 101\n", 0o755)
    try:
        run("apt-get", "update", "-qq", within=1200)
        lock = ("-o", "DPkg::Lock::Timeout=900")
        run("apt-get", "install", "-y", "-qq", *lock, "--no-install-recommends", *names, within=3600)
    finally:
        if own_policy:
            _POLICY.unlink()
    say("packages", "installed")


def require() -> None:
    """Refuse to begin while packages are missing."""
    if names := missing():
        few = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
        raise Refused(f"{len(names)} packages are missing ({few})", "`migrate lab install`")
