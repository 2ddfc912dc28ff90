"""Deterministic choice: the same key draws the same value on every machine and every version of Python."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


def number(key: str, below: int) -> int:
    """Return a number from 0 to below - 1."""
    return int.from_bytes(sha256(key.encode()).digest()[:8]) % below


def pick(key: str, options: Sequence[T]) -> T:
    """Return one of the options."""
    return options[number(key, len(options))]


def between(key: str, least: int, most: int) -> int:
    """Return a number from least to most."""
    return least + number(key, most - least + 1)


def day(key: str, first: date, last: date) -> date:
    """Return a day from first to last."""
    return first + timedelta(days=number(key, (last - first).days + 1))


def spread(key: str, total: int, parts: int, least: int, most: int) -> list[int]:
    """Return `parts` numbers within bounds that sum to `total`: few large, many small, as in life.

    Raises:
        ValueError: the bounds do not allow the total.
    """
    if not least * parts <= total <= most * parts:
        raise ValueError(key)
    weights = [(1 + number(f"{key}/{index}", 30)) ** 2 for index in range(parts)]
    left = total - least * parts
    found = [least + min(most - least, left * weight // sum(weights)) for weight in weights]
    # What rounding and the upper bound left over goes round, one at a time.
    index = 0
    while (missing := total - sum(found)) > 0:
        found[index] += min(most - found[index], 1 if missing < parts else missing // parts)
        index = (index + 1) % parts
    return found


def money(key: str, total_wan: str, parts: int, least_wan: int, most_wan: int) -> list[str]:
    """Return amounts in 万元 with two decimals that sum to the total."""
    cents = spread(key, int(Decimal(total_wan) * 100), parts, least_wan * 100, most_wan * 100)
    return [str(Decimal(amount) / 100) for amount in cents]
