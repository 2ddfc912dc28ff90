"""A whole Debian on a disk that a BIOS starts, as its people left it: device names, a fixed address, few drivers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.worlds.net import run

MIB = 2048
_PACKAGES = (
    "systemd-sysv,udev,ifupdown,openssh-server,linux-image-amd64,grub-pc,initramfs-tools,e2fsprogs,iproute2,kmod"
)
_GRUB = "GRUB_DISABLE_LINUX_UUID=true\nGRUB_DISABLE_OS_PROBER=true\nGRUB_TIMEOUT=0\n"
_CARD = "auto lo\niface lo inet loopback\n\nauto eth7\niface eth7 inet static\n  address 192.0.2.55/24\n"
_RULE = 'SUBSYSTEM=="net", ATTR{address}=="52:54:00:12:34:56", NAME="eth7"\n'


def debian(root: Path, disk: str) -> None:
    """Install it on the mounted root file system of a disk."""
    options = ["--variant=minbase", "--skip=check/empty", f"--include={_PACKAGES}"]
    run("mmdebstrap", "--quiet", *options, "bookworm", str(root))
    for name, text in {
        "etc/fstab": f"# by hand\n{disk}p1 / ext4 errors=remount-ro 0 1\nproc /proc proc defaults 0 0\n",
        "etc/hostname": "oldbox\n",
        "etc/network/interfaces": _CARD,
        "etc/udev/rules.d/70-persistent-net.rules": _RULE,
        "etc/machine-id": "0123456789abcdef0123456789abcdef\n",
        "etc/initramfs-tools/conf.d/few": "MODULES=list\n",
        "etc/initramfs-tools/modules": "ext4\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).unlink(missing_ok=True)
        (root / name).write_text(text)
    with (root / "etc/default/grub").open("a") as file:
        file.write(_GRUB)
    with _devices(root):
        for words in ("update-initramfs -u -k all", f"grub-install --target=i386-pc {disk}", "update-grub"):
            run("chroot", str(root), *words.split())


@contextmanager
def _devices(root: Path) -> Iterator[None]:
    names = ("dev", "proc", "sys")
    try:
        for name in names:
            run("mount", "--bind", f"/{name}", str(root / name))
        yield
    finally:
        for name in names:
            with suppress(RuntimeError):
                run("umount", str(root / name))
