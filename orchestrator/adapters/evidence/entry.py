"""One line of the log: its canonical form and its hash.

A line is the canonical JSON (sorted keys, no spaces, UTF-8) of `{actor, at, data, hash, kind, prev, seq}`; `hash` is
over the line's own content without `hash`, which holds `prev`, the hash of the line before. A hash names its
algorithm, `sm3:…`; one without a name is SHA-256 (FIPS 180-4), 64 hex digits. SM3 is GB/T 32905-2016.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from orchestrator.errors import Refused

FIRST = "0" * 64
SHA256, SM3 = "sha256", "sm3"
_FIELDS = frozenset({"actor", "at", "data", "hash", "kind", "prev", "seq"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the log."""

    seq: int
    at: str
    actor: str
    kind: str
    data: Mapping[str, object]
    prev: str
    hash: str


def hasher(algorithm: str) -> Callable[..., Any]:
    """Return what makes a hash object of hashlib.

    Raises:
        Refused: `evidence.no-algorithm`: this Python's OpenSSL has no SM3.
    """
    if algorithm == SHA256:
        return hashlib.sha256
    if algorithm == SM3 and SM3 in hashlib.algorithms_available:
        return lambda data=b"": hashlib.new(SM3, data)
    raise Refused("evidence.no-algorithm", algorithm=algorithm)


def named(algorithm: str, hexadecimal: str) -> str:
    """Return a hash as it is written: SHA-256 bare, as in every log there is, others with their name."""
    return hexadecimal if algorithm == SHA256 else f"{algorithm}:{hexadecimal}"


def algorithm_of(written: str) -> str:
    """Return the algorithm of a written hash."""
    name, colon, _ = written.rpartition(":")
    return name if colon else SHA256


def digest(algorithm: str, data: bytes) -> str:
    """Return the written hash of bytes."""
    return named(algorithm, hasher(algorithm)(data).hexdigest())


def canonical(content: Mapping[str, object]) -> bytes:
    """Return the one form that equal contents have.

    Raises:
        TypeError, ValueError: something of it is not JSON.
    """
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def line_of(content: Mapping[str, object], algorithm: str) -> tuple[bytes, str]:
    """Return an entry's line and its hash; `content` is everything but the hash."""
    made = digest(algorithm, canonical(content))
    return canonical({**content, "hash": made}) + b"\n", made


def parsed(line: bytes) -> Entry:
    """Return the entry in a line; whether its hash fits is not asked.

    Raises:
        ValueError: it is no entry.
    """
    try:
        content = json.loads(line)
    except RecursionError:  # `{"a":` a hundred thousand times
        raise ValueError from None
    if not isinstance(content, dict) or content.keys() != _FIELDS:
        raise ValueError
    texts = (content[name] for name in ("actor", "at", "hash", "kind", "prev"))
    seq, data = content["seq"], content["data"]
    if not (isinstance(seq, int) and isinstance(data, dict) and all(isinstance(text, str) for text in texts)):
        raise ValueError
    return Entry(**content)
