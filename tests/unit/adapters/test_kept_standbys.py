"""A standby that was begun to be made, or taken away, and whose end is not on record may have left a slot."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.adapters.evidence import Entry
from orchestrator.adapters.replicas.kept_standbys import BEGUN, DROPPED, DROPPING, ENDED, HOLDING, unended

PLACE = {"system": "S-1", "replica": "postgresql 10.0.0.2 5432"}


def entry(kind: str, **data: Any) -> Entry:
    return Entry(seq=1, at="", actor="", kind=kind, data={**PLACE, **data}, prev="", hash="")


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([], ()),
        ([entry(BEGUN)], ("S-1",)),
        ([entry(BEGUN), entry(ENDED)], ()),
        ([entry(BEGUN), entry(ENDED, failed="seed")], ("S-1",)),
        ([entry(BEGUN), entry(ENDED), entry(DROPPING)], ("S-1",)),
        ([entry(BEGUN), entry(DROPPING), entry(DROPPED, left=[])], ()),
        ([entry(DROPPING), entry(DROPPED, left=["slot"])], ("S-1",)),
        ([entry(BEGUN), entry(BEGUN, replica="another"), entry(ENDED)], ("S-1",)),
        ([entry(BEGUN, system="S-2")], ()),
        ([entry("dr.checked")], ()),
    ],
)
def test_the_last_word_on_each_standby_counts(entries: list[Entry], told: tuple[str, ...]) -> None:
    assert unended(reversed(entries), {"S-1"}) == told


def test_every_kind_is_found_by_what_all_hold() -> None:
    assert all(HOLDING in kind.encode() for kind in (BEGUN, ENDED, DROPPING, DROPPED))
