"""A failback that was begun and whose end is not on record may have left its primary closed."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.adapters.evidence import Entry
from orchestrator.adapters.replicas.kept_failbacks import BEGUN, ENDED, HOLDING, REFUSED, unended


def entry(kind: str, system: str = "S-1", **told: Any) -> Entry:
    place = {"system": system, "replica": "postgresql 10.0.0.1 5432"}
    return Entry(seq=1, at="", actor="", kind=kind, data={"failback": {**place, **told}}, prev="", hash="")


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([], ()),
        ([entry(BEGUN)], ("S-1",)),
        ([entry(BEGUN), entry(ENDED, promoted=True, failed="")], ()),
        ([entry(BEGUN), entry(ENDED, promoted=True, failed="follow")], ("S-1",)),
        ([entry(BEGUN), entry(ENDED, promoted=False, failed="promote")], ("S-1",)),
        ([entry(BEGUN), entry(REFUSED, closed=False)], ()),
        ([entry(BEGUN), entry(REFUSED, closed=True)], ("S-1",)),
        ([entry(BEGUN), entry(REFUSED, closed=True), entry(ENDED, promoted=True, failed="")], ()),
        ([entry(BEGUN, system="S-2")], ()),
        ([entry("dr.failed-over")], ()),
    ],
)
def test_the_last_word_on_each_failback_counts(entries: list[Entry], told: tuple[str, ...]) -> None:
    assert unended(reversed(entries), {"S-1"}) == told


def test_every_kind_is_found_by_what_all_hold() -> None:
    assert all(HOLDING in kind.encode() for kind in (BEGUN, ENDED, REFUSED))
