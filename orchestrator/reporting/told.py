"""Values of a state or a record that somebody else may have written, each taken for what it proves to be."""

from __future__ import annotations

from datetime import datetime

_LONGEST = 300  # characters of a value that are shown


def moment(told: object) -> datetime | None:
    """Return a time with its zone; None for whatever else it is."""
    try:
        found = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def counted(told: object) -> int | None:
    """Return a count; None for whatever else it is."""
    return told if isinstance(told, int) and not isinstance(told, bool) and 0 <= told < 1 << 63 else None


def short_text(told: object) -> str:
    """Return a value as text of a length that can be shown."""
    text = str(told)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
