"""The text catalogue: two languages for every code, the same placeholders, and words for all that is raised."""

from __future__ import annotations

import ast
import importlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from orchestrator.reporting import catalogue, texts
from orchestrator.reporting.texts import Say

PACKAGE = Path(texts.__file__).parents[1]
# English counts the others, Chinese counts all; the caller gives both numbers.
COUNTED_DIFFERENTLY = {"report.wall.people"}
CARRIERS = {"MigrateError", "Refused", "Locked", "CloudError", "Interrupted", "FileFault"}


def entries() -> Iterator[tuple[str, str, str, str]]:
    for name in texts.modules():
        module = importlib.import_module(f"{catalogue.__name__}.{name}")
        for code, (english, chinese) in module.TEXTS.items():
            yield name, code, english, chinese


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_words_and_the_same_placeholders() -> None:
    bad = [
        f"{module}: {code}"
        for module, code, english, chinese in entries()
        if not english.strip()
        or not chinese.strip()
        or (placeholders(english) != placeholders(chinese) and code not in COUNTED_DIFFERENTLY)
    ]
    assert bad == []


def test_a_code_has_one_home() -> None:
    homes = Counter(code for _, code, _, _ in entries())
    assert [code for code, count in homes.items() if count > 1] == []


def raised() -> Iterator[tuple[str, str]]:
    """Give the literal first arguments of all errors that the package raises."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            first = node.args[0]
            if name in CARRIERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield str(path.relative_to(PACKAGE)), first.value


def test_every_error_has_words() -> None:
    found = list(raised())
    assert len(found) > 50, "the scan must find the errors"
    assert [f"{where}: {code}" for where, code in found if not texts.has(code)] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_message_is_never_lost_for_want_of_a_text_or_a_value(lang: texts.Lang) -> None:
    say = Say(lang)
    assert say("no.such-code", id="X") == "no.such-code (id=X)"
    assert "{path}" in say("unexpected.remedy")
