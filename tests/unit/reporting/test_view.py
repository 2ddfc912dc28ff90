"""Views as JSON: what the model's values become, and that a long answer is the same in pieces."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

import pytest

from orchestrator.model.plan import Mark
from orchestrator.reporting.view import json_pieces, plain, to_json
from orchestrator.reporting.visible import visible_json


@dataclass(frozen=True, slots=True)
class Answer:
    """One of everything that a view may hold."""

    mark: Mark = Mark.CREATE
    days: frozenset[date] = frozenset({date(2018, 3, 2), date(2017, 12, 31)})
    share: Decimal = Decimal("94.0")
    wait: timedelta = timedelta(minutes=1)
    names: tuple[str, ...] = ("政务", "\x1b[31m")
    by_name: MappingProxyType[str, object] = field(default_factory=lambda: MappingProxyType({"b": None, "a": True}))


def test_values_of_the_model() -> None:
    assert plain(Answer()) == {
        "mark": "+",
        "days": ["2017-12-31", "2018-03-02"],
        "share": "94.0",
        "wait": 60.0,
        "names": ["政务", "\x1b[31m"],
        "by_name": {"b": None, "a": True},
    }
    assert to_json({"later": 1, "earlier": []}) == '{\n  "later": 1,\n  "earlier": []\n}'


@pytest.mark.parametrize(
    "value",
    [
        None,
        0,
        "",
        [],
        {},
        "一\nb",
        [[]],
        {"a": {"b": {"c": {"d": {}, "e": "\n"}}}},
        {"a": [{2: 2, None: 3, True: [[[]]]}]},
        {1: {"x": ()}, None: [], False: {}},
        {"large": [1 << 70, -(1 << 63)]},
        {"half": ["a", {"b": ["\ud800"]}]},
        [0.1, 1.5, -3],
    ],
    ids=repr,
)
def test_the_text_is_the_standard_librarys(value: object) -> None:
    written = json.dumps(value, ensure_ascii=False, indent=2)
    assert to_json(value) == visible_json(written)


@pytest.mark.parametrize("parts", [[], [1], [{"a": [2]}, {}, [], "b\n"]], ids=repr)
def test_parts_that_are_made_one_after_the_other_are_written_as_a_list(parts: list[object]) -> None:
    for value, lazy in ((parts, iter(parts)), ({"a": parts}, {"a": iter(parts)}), ([[[parts]]], [[[iter(parts)]]])):
        assert to_json(lazy) == json.dumps(value, ensure_ascii=False, indent=2)


def test_what_is_no_number_of_json_is_none() -> None:
    assert json.loads(to_json({"a": [float("nan")]})) == {"a": [None]}


def test_a_long_answer_comes_in_pieces() -> None:
    systems = {"systems": [{"system": f"S-{number}", "reasons": []} for number in range(5_000)]}
    pieces = list(json_pieces(systems))
    assert len(pieces) > 1
    assert "".join(pieces) == to_json(systems) == json.dumps(systems, ensure_ascii=False, indent=2)
