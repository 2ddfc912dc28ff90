"""The vars file is PyYAML's, byte for byte, also where its text is put together without it."""

from __future__ import annotations

import random
from typing import Any

import pytest
import yaml

from orchestrator.adapters import vars_text as module
from orchestrator.adapters.vars_text import Row, Unsafe, vars_text
from tests.hostile import payloads

ODD = (
    *("", " ", "a b", "on", "y", "null", "~", "12", "1e3", "0x1f", "1_000", "-", "-a", "a-", "a:", "a: b", "a #b"),
    *("名称", "名 称", "（一）", "a、b。", "…", "\u2028", "é", "\U0001f600", "'", '"', "{{ x }}", "[a]", "a,b"),
    *("---", "...", "<<", "=", "#a", "/", "/var/www", "/srv/{{ 7 }}", "10.0.0.1", "10.0.0.0/8", "::1"),
    *("2001:db8::/32", "1.5", "2020-01-01", "a" * 99, "a" * 200, *payloads("/tmp/canary")),
)


def by_pyyaml(values: dict[str, Any]) -> str:
    return yaml.dump(
        values, Dumper=module._Dumper, explicit_start=True, allow_unicode=True, sort_keys=False, width=1 << 20
    )


@pytest.mark.parametrize("text", ODD, ids=ascii)
@pytest.mark.parametrize("place", ["key", "value", "tagged", "row"])
def test_one_value_in_any_place(text: str, place: str) -> None:
    values: dict[str, dict[str, Any]] = {
        "key": {text: 1},
        "value": {"slug": text},
        "tagged": {"name": Unsafe(text)},
        "row": {"sources": Row([text, "0.0.0.0/0"])},
    }

    assert vars_text({"system": values[place]}) == by_pyyaml({"system": values[place]})


def test_documents_of_all_kinds_of_values() -> None:
    dice = random.Random(7)

    def text() -> str:
        return (
            dice.choice(ODD)
            if dice.random() < 0.1
            else "".join(dice.choices("ab-09系统（）、/._", k=dice.randint(1, 12)))
        )

    def value(depth: int) -> object:
        if depth and dice.random() < 0.5:
            return document(depth - 1)
        number = dice.randint(-3, 99_999)
        return dice.choice([text(), Unsafe(text()), number, Row(), {}, Row([number, text()])])

    def document(depth: int) -> dict[str, object]:
        return {text(): value(depth) for _ in range(dice.randint(1, 4))}

    for _ in range(3000):
        values = document(2)
        assert vars_text(values) == by_pyyaml(values)


def test_what_a_list_usually_holds_does_not_need_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(module, "_Dumper")

    text = vars_text({"migrate_system": {"id": Unsafe("YT-001"), "facts": {"name": Unsafe("预算管理系统")}}})

    assert text == "---\nmigrate_system:\n  id: !unsafe YT-001\n  facts:\n    name: !unsafe 预算管理系统\n"
