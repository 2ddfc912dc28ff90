"""The guest: a small Debian 12 that boots by itself from a qcow2 disk, built once and kept by content.

Its unpacked root is kept too: the source machines start from the same one, and the mirrors are what it lacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import files
from .errors import LabError
from .progress import say
from .shell import run

_DISK_MIB = 2047
_PACKAGES = (
    "systemd-sysv,udev,kmod,tiny-initramfs,linux-image-cloud-amd64,e2fsprogs,iproute2,openssh-server,sudo"
    ",python3,python3-apt,rsync,attr,procps,dbus"
    # What a department's standard image brings along anyway; unpacked here once, not on emulated processors each time.
    ",locales,openssl,ssl-cert,libicu72,libllvm14,libz3-4,libxslt1.1,postgresql-common"
    ",galera-4,gawk,socat,lsof,psmisc,libdbi-perl"
)
KERNEL_OPTIONS = (
    "root=/dev/vda1 rw rootfstype=ext4 rootflags=noatime console=tty0 console=ttyS0 quiet net.ifnames=0"
    " mitigations=off audit=0 apparmor=0 lsm=capability nokaslr tsc=reliable no_timer_check"
)
_SUITES = ("bookworm", "bookworm-updates", "bookworm-security")


@dataclass(frozen=True, slots=True)
class Guest:
    """What a build leaves."""

    folder: Path

    @property
    def disk(self) -> Path:
        """The qcow2 image."""
        return self.folder / "debian-12.qcow2"

    @property
    def root(self) -> Path:
        """The unpacked root file system."""
        return self.folder / "root"

    @property
    def key(self) -> str:
        """What it was built from, as a hash."""
        return self.folder.name.rpartition("-")[2]


def ensure() -> Guest:
    """Return the guest, built if absent."""
    point = Path("/etc/debian_version").read_text().strip()
    guest = Guest(files.cache() / f"guest-{files.key_of(point, Path(__file__), files.DATA / 'guest')}")
    if not guest.disk.is_file():
        say("guest", "building the image, once")
        with files.built(guest.folder) as work:
            _bootstrap(work / "root")
            _disk(work)
        say("guest", f"image built, {guest.disk.stat().st_size >> 20} MiB")
    return guest


def _bootstrap(root: Path) -> None:
    data = files.DATA / "guest"
    sources = sorted(Path("/etc/apt/sources.list.d").glob("debian*.sources")) or [Path("/etc/apt/sources.list")]
    excludes = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("man", "doc", "locale")]
    run(
        "mmdebstrap", "--mode=root", "--variant=minbase", "--quiet", *excludes,
        "--include", _PACKAGES,
        "--aptopt=Acquire::Retries \"3\"",
        "--setup-hook", f'mkdir -p "$1/etc/tiny-initramfs" && cp {data}/tiny-initramfs.conf "$1/etc/tiny-initramfs/"',
        "--customize-hook", f'sh {data}/customize.sh "$1"',
        "bookworm", root, *sources, within=3600,
    )  # fmt: skip
    if not list(root.glob("boot/initrd.img-*")):
        raise LabError("the guest has no initial RAM disk")


def _disk(work: Path) -> None:
    """Lay the root out as a disk: boot record, GRUB in the gap, one ext4 partition."""
    grub = files.render((files.DATA / "guest/grub.cfg").read_text(), {"KERNEL_OPTIONS": KERNEL_OPTIONS})
    files.write(work / "root/boot/grub/grub.cfg", grub)
    disk, part, core = work / "disk.raw", work / "part.ext4", work / "core.img"
    features = "^metadata_csum_seed,^orphan_file"
    run("mke2fs", "-q", "-t", "ext4", "-L", "root", "-O", features, "-d", work / "root", part, f"{_DISK_MIB - 1}M")
    run("truncate", "-s", f"{_DISK_MIB}M", disk)
    run("sfdisk", "-q", disk, text="label: dos\nstart=2048, type=83, bootable\n")
    modules = ["biosdisk", "part_msdos", "ext2", "linux", "normal", "boot", "configfile"]
    run("grub-mkimage", "-O", "i386-pc", "-p", "(hd0,msdos1)/boot/grub", "-o", core, *modules)
    for source, size, seek in ((part, "1M", 1), (core, "512", 1), (Path("/usr/lib/grub/i386-pc/boot.img"), "440", 0)):
        count = ("count=1",) if size == "440" else ()
        place = (f"of={disk}", f"bs={size}", f"seek={seek}", *count)
        run("dd", f"if={source}", *place, "conv=notrunc,sparse", "status=none")
    run("qemu-img", "convert", "-O", "qcow2", disk, work / "debian-12.qcow2")
    for scrap in (disk, part, core):
        scrap.unlink()
