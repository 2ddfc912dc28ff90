"""How an object says whose it is, kind by kind, and how that is read back.

A mark must be part of the request that creates the object; whatever is written afterwards can be lost
with the process. Nova and Cinder keep it as metadata, Neutron as the description, a key pair as the
comment of its public key. Tags are written as well, for people and for their own listings; nothing
decides on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orchestrator.model.plan import Owner

CONFIGURED = "migrate:configured"
CONFIGURED_ON = "migrate:configured-on"
_SCHEME = "migrate:"
_TAG_LENGTH = 60  # Nova's and older Neutrons' limit


def read_mark(text: str | None) -> Owner | None:
    """Return the owner that a description names, or None if it is not one of our marks."""
    parts = (text or "").removeprefix(_SCHEME).split("/", 2)
    if not (text or "").startswith(_SCHEME) or len(parts) != 3:
        return None
    return Owner(programme=parts[0], system=parts[1], key=parts[2])


def read_metadata(metadata: Mapping[str, str] | None) -> Owner | None:
    """Return the owner that metadata names, or None."""
    told = metadata or {}
    values = [told.get(f"{_SCHEME}{name}") for name in ("programme", "system", "key")]
    if any(value is None for value in values):
        return None
    return Owner(programme=str(values[0]), system=str(values[1]), key=str(values[2]))


def marked_key(public_key: str, owner: Owner) -> str:
    """Return an OpenSSH public key whose comment is the owner's mark."""
    return " ".join([*public_key.split()[:2], owner.mark()])


def read_key(public_key: str | None) -> Owner | None:
    """Return the owner that a public key's comment names, or None."""
    return read_mark((public_key or "").partition(" ")[2].partition(" ")[2])


def same_key(one: str | None, other: str | None) -> bool:
    """Tell whether two OpenSSH public keys are the same apart from their comments."""
    return (one or "").split()[:2] == (other or "").split()[:2]


def tags(owner: Owner) -> list[str]:
    """Return the owner as tags; `/` and `,` mean something in tag queries and become `:` and `;`."""
    told = (f"{name}={value}" for name, value in owner.tags().items())
    return sorted(text.replace("/", ":").replace(",", ";")[:_TAG_LENGTH] for text in told)


def rule_text(rule: Mapping[str, Any]) -> str:
    """Return an ingress rule of Neutron in the form of `planning.specs.opening_text`.

    A rule that names a group instead of addresses has no counterpart among openings.
    """
    source = rule.get("remote_ip_prefix") or ("::/0" if rule.get("ethertype") == "IPv6" else "0.0.0.0/0")
    if rule.get("remote_group_id") or rule.get("remote_address_group_id"):
        source = f"group-{rule.get('remote_group_id') or rule.get('remote_address_group_id')}"
    first, last = rule.get("port_range_min"), rule.get("port_range_max")
    ports = f"{'any' if first is None else first}-{'any' if last is None else last}"
    return f"{rule.get('protocol') or 'any'}:{ports}:{source}"


def openings_text(texts: Iterable[str]) -> str:
    """Join openings, sorted, so that equal sets are equal texts."""
    return " ".join(sorted(texts))
