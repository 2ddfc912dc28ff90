"""What a worker must reach for a system's work: machine rooms and clouds, as labels; what a worker serves is a set."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from urllib.parse import quote, unquote

from orchestrator.model.plan import SystemSpec

CLOUD = "cloud:"
# Every room, also those that the list gets tomorrow, and `NO_ROOM`.
ANY_ROOM = "*"
# A source machine that stands in no room of the list: only who serves this says that it gets there.
NO_ROOM = "-"

Labels = frozenset[str]


def at(cloud: str) -> str:
    """Return the label of a cloud."""
    return f"{CLOUD}{cloud}"


def needs(spec: SystemSpec) -> Labels:
    """Return what the steps of the whole system reach: each of its clouds, and the rooms of the sources it looks at."""
    return frozenset((*(at(part.cloud) for part in spec.parts), *spec.rooms))


def serves(labels: Collection[str], wanted: Labels) -> bool:
    """Tell whether who serves these labels reaches all that is wanted."""
    reached = set(labels)
    return all(label in reached or (ANY_ROOM in reached and not label.startswith(CLOUD)) for label in wanted)


def text(labels: Iterable[str]) -> str:
    """Return labels as one word, the same for the same set; `read` is the way back."""
    return ",".join(quote(label, safe=":") for label in sorted(labels))


def read(word: str) -> Labels:
    """Return the labels of a word."""
    return frozenset(unquote(label) for label in word.split(",") if label)
