"""Preflight of a file system's move: what both sides said, judged. Pure; the questions are the mover's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from orchestrator.checks.preflight import Facts, Finding, Preflight, Rule, check, choose, finding, listed, number, texts
from orchestrator.model.move import FilesMove, Method

RSYNC, TAR = Method.RSYNC, Method.TAR
EVERY = (RSYNC, TAR)
_OLDEST = (3, 1)  # what is gone by the time it is sent is no fault of the whole
# Where a whole file system can be made read-only, and the kernel gives every change a time.
_LOCAL = frozenset({"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "jfs", "reiserfs"})
_ROOM = 105  # of a hundred: a copy is packed otherwise than what it is of


def preflight(
    move: FilesMove,
    source: Facts,
    target: Facts,
    *,
    override: Method | None = None,
    methods: tuple[Method, ...] = EVERY,
) -> Preflight:
    """Judge the facts and choose the method, of those that can be carried out."""
    return judge(move, source, target, RULES, override, methods)


def judge(
    move: FilesMove,
    source: Facts,
    target: Facts,
    rules: Sequence[Rule],
    override: Method | None,
    methods: tuple[Method, ...],
) -> Preflight:
    """Judge the facts of a tree by rules, which may be more than its own."""
    findings = check(source, target, rules, EVERY)
    method = choose(findings, override, methods)
    return Preflight(move=replace(move, method=method or move.method), possible=method is not None, findings=findings)


def _mount(source: Facts, target: Facts) -> Iterator[Finding]:
    for name, facts in (("source", source), ("target", target)):
        path, root = str(facts["path"]), str(facts["mount_root"])
        where = f"{name}: {path}"
        if path == "/":
            yield finding("files-root", where, *EVERY)
        elif not root:
            yield finding("files-no-mount", where, *EVERY)
        elif root != "/":
            yield finding("files-part", where, *EVERY, root=root)
        elif facts["fstype"] not in _LOCAL:
            yield finding("files-type", where, *EVERY, type=facts["fstype"])
        for other in texts(facts, "mounted_twice"):
            yield finding("files-twice", where, *EVERY, other=other)
        for other in texts(facts, "nested"):
            yield finding("files-nested", f"{name}: {other}", *EVERY)


def _options(source: Facts, target: Facts) -> Iterator[Finding]:
    if "ro" in (_first(source["mount_options"]), _first(source["fs_options"])):
        yield finding("files-read-only", "source", *EVERY)
    if _first(target["fs_options"]) == "ro":
        yield finding("files-read-only", "target", *EVERY)
    here, there = (_kept(facts["mount_options"]) for facts in (source, target))
    if here != there:
        told = {"source": " ".join(sorted(here)) or "-", "target": " ".join(sorted(there)) or "-"}
        yield finding("files-options", "", **told)


def _programs(source: Facts, target: Facts) -> Iterator[Finding]:
    for name, facts in (("source", source), ("target", target)):
        version = str(facts["rsync"])
        if not version:
            yield finding("files-no-rsync", name, RSYNC)
        elif _numbers(version) < _OLDEST:
            yield finding("files-old-rsync", name, RSYNC, version=version)
        yield from _tar(name, facts, source)
        for tool in texts(facts, "missing"):
            yield finding("files-tool", f"{name}: {tool}", *EVERY)
        if facts["getfattr"] != "yes":
            yield finding("files-no-getfattr", name)


def _tar(name: str, facts: Facts, source: Facts) -> Iterator[Finding]:
    """What a tar is missing for what the tree has; either side's packs and unpacks, for the way back."""
    if not str(facts["tar"]):
        yield finding("files-no-tar", name, TAR)
    elif facts["tar_attributes"] != "yes":
        if source["attributes"] == "no":
            # Of no interest where rsync copies; what speaks against that is told beside it.
            yield finding("files-tar-plain", name)
        else:
            yield finding("files-tar-attributes", name, TAR)
    for tool in texts(facts, "missing_for_tar"):
        yield finding("files-tar-tool", f"{name}: {tool}", TAR)


def _room(source: Facts, target: Facts) -> Iterator[Finding]:
    needed = number(source, "used_bytes") * _ROOM // 100
    free = number(target, "free_bytes")
    if free < needed:
        yield finding("files-disk", "target", *EVERY, needed=needed, free=free)
    # Some file systems have as many as there is room for, and say that they have none.
    inodes = number(source, "used_inodes")
    have = number(target, "free_inodes") + number(target, "used_inodes")
    if have and number(target, "free_inodes") < inodes:
        yield finding("files-inodes", "target", *EVERY, needed=inodes, free=number(target, "free_inodes"))


def _owners(source: Facts, target: Facts) -> Iterator[Finding]:
    for which in ("users", "groups"):
        there = dict(_named(each) for each in texts(target, which))
        for each in texts(source, which):
            owner, name = _named(each)
            other = there.get(owner, "")
            if other and other != name:
                yield finding("files-owner-taken", f"{which} {owner}", *EVERY, source=name or "-", target=other)
            elif not other:
                yield finding("files-owner-unknown", f"{which} {owner}", source=name or "-")


def _service(source: Facts, target: Facts) -> Iterator[Finding]:
    writers = str(source["writers"]).strip()
    if writers and not source["stop"]:
        yield finding("files-writers", "source", who=writers)
    for name, facts in (("source", source), ("target", target)):
        if bool(facts["stop"]) is not bool(facts["start"]):
            yield finding("files-half-service", name)


def _first(options: object) -> str:
    return str(options).partition(",")[0]


def _kept(options: object) -> frozenset[str]:
    """Return the options that change what may be done with a file, whichever side they are of."""
    return frozenset(str(options).split(",")) & {"noexec", "nosuid", "nodev"}


def _named(told: str) -> tuple[str, str]:
    owner, _, name = told.partition(" ")
    return owner, name


def _numbers(version: str) -> tuple[int, int]:
    found = re.match(r"(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _target_entries(source: Facts, target: Facts) -> Iterator[Finding]:
    del source
    for name in texts(target, "entries"):
        yield finding("files-not-empty", name, *EVERY)


RULES: tuple[Rule, ...] = (
    _mount,
    _options,
    _programs,
    _room,
    _owners,
    _service,
    _target_entries,
    # Warnings: the move can be made, and a person must know.
    listed("files-special", "special"),
    listed("files-undecodable", "undecodable"),
    listed("files-case", "case_twins"),
)
