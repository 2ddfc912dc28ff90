"""The text catalogue: two languages for every code, the same placeholders, and words for all that is raised."""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from orchestrator.reporting import catalogue, texts
from orchestrator.reporting.texts import Say

PACKAGE = Path(texts.__file__).parents[1]
# English counts the others, Chinese counts all; the caller gives both numbers.
COUNTED_DIFFERENTLY = {"report.wall.people"}
CARRIERS = {"MigrateError", "Refused", "Locked", "CloudError", "Contradicted", "Interrupted", "FileFault"}


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


@cache
def scanned() -> tuple[tuple[tuple[str, str], ...], frozenset[str], frozenset[str]]:
    """Read the package's code, the catalogue's apart, once.

    Returns:
        The literal first arguments of all errors that it raises, with their file; every word that it says; and, as
        regular expressions, the texts that it makes of parts.
    """
    raised: list[tuple[str, str]] = []
    words: set[str] = set()
    made: set[str] = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.parent.name == "catalogue":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.update((node.value, *node.value.split()))
            elif isinstance(node, ast.Call) and node.args:
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                first = node.args[0]
                if name in CARRIERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    raised.append((str(path.relative_to(PACKAGE)), first.value))
            elif isinstance(node, ast.keyword) and node.arg:
                words.add(node.arg)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                words.add(node.target.id)  # a field of the model, which is said by its name
            elif isinstance(node, ast.JoinedStr):
                parts = (re.escape(str(one.value)) if isinstance(one, ast.Constant) else ".+" for one in node.values)
                made.add("".join(parts))
    return tuple(raised), frozenset(words), frozenset(made)


def test_every_error_has_words() -> None:
    found, _, _ = scanned()
    assert len(found) > 50, "the scan must find the errors"
    assert [f"{where}: {code}" for where, code in found if not texts.has(code)] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_message_is_never_lost_for_want_of_a_text_or_a_value(lang: texts.Lang) -> None:
    say = Say(lang)
    assert say("no.such-code", id="X") == "no.such-code (id=X)"
    assert "{path}" in say("unexpected.remedy")


@cache
def spoken() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Give every word that code, a template or a data file says, and the codes that code makes of parts."""
    _, words, made = scanned()
    files = (path for folder in (PACKAGE, PACKAGE.parent / "templates") for path in folder.rglob("*"))
    others = (path.read_text("utf-8") for path in files if path.is_file() and path.suffix not in {".py", ".pyc"})
    told = {word for text in others for word in re.findall(r"[\w.-]+", text)}
    return words | told, tuple(re.compile(text) for text in made if re.match(r"[a-z-]+\\\.", text))


def is_said(code: str, known: dict[str, str]) -> bool:
    """Tell whether the code, or each part that it is made of, stands anywhere outside the catalogue."""
    words, made = spoken()
    if code in words or any(pattern.fullmatch(code) for pattern in made):
        return True
    base, _, last = code.rpartition(".")
    if base and (last == "remedy" or "_words}" in known.get(base, "")):
        return is_said(base, known)
    return bool(base) and last in words and (base in words or is_said(base, known))


def test_no_text_is_kept_that_nothing_says() -> None:
    known = {code: english for _, code, english, _ in entries()}
    assert is_said("list.duplicate-id.remedy", known)
    assert not is_said("report.nobody-says-this", known)
    # Those of usage are found by their English, which is Click's: test_usage compares them with Click.
    assert [code for code in known if not code.startswith("usage.") and not is_said(code, known)] == []
