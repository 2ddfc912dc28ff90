"""What a system needs, who serves it, and the one word for it that a queue's name has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.model.reach import needs, read, serves, text
from tests.fakes import sample_spec


@pytest.mark.parametrize(
    ("labels", "wanted", "told"),
    [
        ({"cloud:a", "room-1"}, {"cloud:a"}, True),
        ({"cloud:a", "room-1"}, {"cloud:a", "room-1"}, True),
        ({"cloud:a"}, {"cloud:a", "room-1"}, False),
        ({"cloud:a", "*"}, {"cloud:a", "room-1", "-"}, True),
        ({"cloud:a", "*"}, {"cloud:b"}, False),
        ({"*"}, {"cloud:a"}, False),
        (set(), {"-"}, False),
        ({"cloud:a"}, set(), True),
    ],
)
def test_who_serves_what(labels: set[str], wanted: set[str], told: bool) -> None:
    assert serves(labels, frozenset(wanted)) is told


def test_a_system_needs_its_clouds_and_the_rooms_of_its_sources() -> None:
    spec = replace(sample_spec(clouds=("b", "a")), rooms=("JF-1",))
    assert needs(spec) == {"cloud:a", "cloud:b", "JF-1"}


@pytest.mark.parametrize("labels", [set(), {"cloud:a"}, {"a,b", "c%2C", "cloud:d@e", "机房", "-", "*"}])
def test_one_word_and_back(labels: set[str]) -> None:
    word = text(labels)
    assert read(word) == labels
    assert word == text(sorted(labels, reverse=True))
    assert not set(word) & set("@ \n")
