"""Preflight of a disk's move: what the source and the keeper said, judged. Pure; the questions are the mover's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from orchestrator.checks.preflight import Facts, Finding, Preflight, Rule, check, choose, finding, number, texts
from orchestrator.model.move import Method, RehostMove

DISK = Method.DISK
EVERY = (DISK,)
SECTOR = 512
_TYPES = frozenset({"ext2", "ext3", "ext4"})  # that the keeper can mend
_ARCH = "x86_64"
# Where programs, kernels and their settings lie: the root file system alone is made fit.
_WITH_ROOT = frozenset({"/boot", "/boot/efi", "/etc", "/usr", "/var", "/var/lib", "/lib", "/sbin", "/bin"})
_ROOM = 105  # of a hundred


def preflight(
    move: RehostMove,
    source: Facts,
    target: Facts,
    *,
    override: Method | None = None,
    methods: tuple[Method, ...] = EVERY,
) -> Preflight:
    """Judge the facts; there is one method. The disk's size and its root come along."""
    findings = (*check(source, target, RULES, EVERY), *_server(move))
    method = choose(findings, override, methods)
    if method is not None:
        move = replace(move, size=number(source, "size"), root=number(source, "root_number"), method=method)
    return Preflight(move=move, possible=method is not None, findings=findings)


def _server(move: RehostMove) -> Iterator[Finding]:
    if move.server is None:
        yield finding("rehost-no-server", move.databases[0])


def _machines(source: Facts, target: Facts) -> Iterator[Finding]:
    if source["arch"] != _ARCH:
        yield finding("rehost-arch", "source", DISK, arch=source["arch"])
    if target["arch"] != source["arch"]:
        yield finding("rehost-arch", "keeper", DISK, arch=target["arch"])
    if source["firmware"] != "bios":
        yield finding("rehost-firmware", "source", DISK, firmware=source["firmware"])


def _disk(source: Facts, target: Facts) -> Iterator[Finding]:
    del target
    disk = f"/dev/{source['disk']}"
    if number(source, "sector") != SECTOR:
        yield finding("rehost-sector", disk, DISK, bytes=source["sector"])
    if source["direct"] != "yes":
        yield finding("rehost-direct", disk, DISK)
    if source["table"] == "none":
        yield finding("rehost-no-table", disk, DISK)


def _layers(source: Facts, target: Facts) -> Iterator[Finding]:
    """LVM, RAID, encryption and multipath stand between a partition and its file system: none is told apart here."""
    del target
    for each in texts(source, "holder"):
        yield finding("rehost-layer", each, DISK)


def _mounts(source: Facts, target: Facts) -> Iterator[Finding]:
    del target
    root = str(source["root_path"])
    if "root_number" not in source:
        yield finding("rehost-root", root, DISK, device=source["root_device"], disk=source["disk"])
    if source["root_type"] not in _TYPES:
        yield finding("rehost-type", root, DISK, type=source["root_type"])
    for each in texts(source, "foreign"):
        device, _, path = each.partition(" ")
        if path != "/":
            yield finding("rehost-elsewhere", path, DISK, device=device)
    for path in texts(source, "mounted"):
        if path in _WITH_ROOT:
            yield finding("rehost-apart", path, DISK)


def _system(source: Facts, target: Facts) -> Iterator[Finding]:
    del target
    system = str(source["os"])
    for fact, code in {
        "initramfs_tools": "rehost-initramfs",
        "grub": "rehost-grub",
        "networkd": "rehost-network",
    }.items():
        if source[fact] != "yes":
            yield finding(code, system, DISK)
    kernels = texts(source, "kernel")
    if not kernels:
        yield finding("rehost-no-kernel", system, DISK)
    for kernel in texts(source, "no_virtio"):
        yield finding("rehost-virtio", kernel, DISK)


def _programs(source: Facts, target: Facts) -> Iterator[Finding]:
    for name, facts in (("source", source), ("keeper", target)):
        for tool in texts(facts, "missing"):
            yield finding("rehost-tool", f"{name}: {tool}", DISK)
    if target["python"] != "True":
        yield finding("rehost-python", "keeper", DISK)
    if target["namespaces"] != "yes":
        yield finding("rehost-namespaces", "keeper", DISK)


def _room(source: Facts, target: Facts) -> Iterator[Finding]:
    needed = number(source, "size") * _ROOM // 100
    free = number(target, "free")
    if free < needed:
        yield finding("rehost-room", "keeper", DISK, needed=needed, free=free)


def _known(source: Facts, target: Facts) -> Iterator[Finding]:
    """What a person must know beforehand."""
    del target
    for each in texts(source, "swap"):
        yield finding("rehost-swap", each)
    yield finding("rehost-one-way", f"/dev/{source['disk']}")


RULES: tuple[Rule, ...] = (_machines, _disk, _layers, _mounts, _system, _programs, _room, _known)
