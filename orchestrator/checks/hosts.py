"""What a machine says about itself, read strictly: console logs and probe output may be hostile."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256

_BEGIN = "-----BEGIN SSH HOST KEY KEYS-----"
_END = "-----END SSH HOST KEY KEYS-----"
_KEY = re.compile(r"(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)) ([A-Za-z0-9+/]{16,2048}={0,2})(?=\s|$)")


def host_keys(console: str) -> tuple[str, ...]:
    """Return the SSH host keys (`ssh-ed25519 AAAA…`) that a server printed on its console at its last boot.

    The block is cloud-init's (`cc_keys_to_console`). Empty when there is no complete block: the keys are
    then unknown, and nothing may be trusted in their place.
    """
    before, end, _ = console.rpartition(_END)
    _, begin, block = before.rpartition(_BEGIN)
    if not (begin and end):
        return ()
    # A kernel message can fall between two lines or into one: only a key that is whole counts.
    found = (match for line in block.splitlines() for match in [_KEY.search(line)] if match)
    return tuple(dict.fromkeys(f"{match[1]} {match[2]}" for match in found if _whole(match[1], match[2])))


def fingerprint(key: str) -> str:
    """Return the fingerprint, as OpenSSH shows it (`SHA256:…`), of a key as `host_keys` returns it."""
    digest = sha256(b64decode(key.split(" ")[1])).digest()
    return f"SHA256:{b64encode(digest).decode().rstrip('=')}"


def _whole(kind: str, text: str) -> bool:
    """Tell whether the key's fields (RFC 4253 strings) fill the blob to its end and the first names its type."""
    try:
        blob = b64decode(text, validate=True)
    except binascii.Error:
        return False
    parts = []
    while len(blob) >= 4:
        length = int.from_bytes(blob[:4], "big")
        if length > len(blob) - 4:
            return False
        parts.append(blob[4 : 4 + length])
        blob = blob[4 + length :]
    return not blob and len(parts) >= 2 and parts[0] == kind.encode()


# Facts of a source machine: name → what its text must look like. Anything else is not taken.
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+ ~/-]{0,63}")
_NUMBER = re.compile(r"[0-9]{1,15}")
_FACTS: Mapping[str, re.Pattern[str]] = {
    "kernel": _WORD,
    "release": _WORD,
    "arch": _WORD,
    "os": _WORD,
    "os_version": _WORD,
    "cpus": _NUMBER,
    "ram_kib": _NUMBER,
    "uptime_s": _NUMBER,
}
_DISK = re.compile(r"(\S{1,255}) +[0-9]+ +([0-9]{1,15}) +-?[0-9]+ +[0-9]+%? +/\S{0,255}")
_LISTENER = re.compile(r"(?:[0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})")
_LINES = 4096

# Without these a probe has not told what it is for.
REQUIRED_FACTS = frozenset({"kernel", "arch", "cpus", "ram_mib", "disk_used_gib", "listening"})


def source_facts(output: str) -> Mapping[str, str]:
    """Return the facts in a probe's `name=text` lines; lines that are not exactly as expected are dropped.

    `kernel`, `release`, `arch`, `os`, `os_version`, `cpus`, `ram_mib`, `uptime_s`, `disk_used_gib` (all local
    file systems, one decimal) and `listening` (TCP ports, ascending, separated by spaces).
    """
    facts: dict[str, str] = {}
    disks: dict[str, int] = {}
    listening: set[int] = set()
    for name, text in _pairs(output):
        if name in _FACTS and _FACTS[name].fullmatch(text):
            facts.setdefault(name, text)
        elif name == "disk" and (match := _DISK.fullmatch(text)):
            disks.setdefault(match[1], int(match[2]))
        elif name == "tcp" and (match := _LISTENER.fullmatch(text)):
            listening.add(int(match[1], 16))
    if "ram_kib" in facts:
        facts["ram_mib"] = str(int(facts.pop("ram_kib")) // 1024)
    if disks:
        facts["disk_used_gib"] = f"{sum(disks.values()) / 1024**2:.1f}"
    if listening:
        facts["listening"] = " ".join(map(str, sorted(listening)))
    return facts


def _pairs(output: str) -> Iterator[tuple[str, str]]:
    for line in output.split("\n", _LINES)[:_LINES]:
        name, _, text = line.partition("=")
        yield name, text.strip(" \r\"'")
