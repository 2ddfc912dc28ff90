"""The fakes fail as the real adapters do: with codes that have words, and with every value the words need."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from orchestrator.reporting.texts import Lang, Say, has

FAKES = Path(__file__).parents[1] / "fakes.py"
LANGUAGES: tuple[Lang, ...] = ("en", "zh")
ALWAYS = {"cloud", "subject"}  # what `_error` itself adds


def raised() -> Iterator[tuple[str, frozenset[str]]]:
    """Give the code and the names of the values of every error of the fake cloud."""
    for node in ast.walk(ast.parse(FAKES.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "_error":
            code = node.args[0]
            if isinstance(code, ast.Constant):
                yield str(code.value), frozenset(str(each.arg) for each in node.keywords)


@pytest.mark.parametrize(("code", "values"), sorted(set(raised()), key=repr))
def test_an_error_of_the_fake_cloud_can_be_told(code: str, values: frozenset[str]) -> None:
    assert has(code)
    for text in (code, f"{code}.remedy"):
        for lang in LANGUAGES:
            # The words of a value are looked up by the value itself.
            needed = {name.removesuffix("_words") for _, name, _, _ in Formatter().parse(Say(lang)(text)) if name}
            assert needed <= ALWAYS | values


def test_the_fake_cloud_has_no_errors_of_its_own_kind() -> None:
    made = [
        node
        for node in ast.walk(ast.parse(FAKES.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "CloudError"
    ]
    assert len(made) == 1  # the one in `_error`
    assert len(list(raised())) >= 5
