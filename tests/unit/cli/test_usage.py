"""Click's own words come in the language that was asked for, and in that one alone."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.cli.usage import _Formatter
from orchestrator.reporting.catalogue.usage import TEXTS

MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")
# What Click says to a programmer who declares a command wrongly, or for what no command of ours asks it.
FOR_PROGRAMMERS = (
    "DeprecationWarning:", "Could not determine name", "No options defined", "Arguments take exactly", "Name '{name}'",
    "Boolean option", "Choice(", "Unknown color", "Press any key",
)  # fmt: skip


def messages() -> Iterator[str]:
    """Give every message that Click asks gettext for."""
    for name in MODULES:
        for node in ast.walk(ast.parse(inspect.getsource(importlib.import_module(f"click.{name}")))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "ngettext"}:
                yield from (each.value for each in node.args if isinstance(each, ast.Constant))  # type: ignore[misc]


def test_every_message_of_click_has_chinese() -> None:
    asked = set(messages())
    assert len(asked) > 40, "the scan must find the messages"
    english = {english for english, _ in TEXTS.values()}
    assert [each for each in asked - english if not each.startswith(FOR_PROGRAMMERS)] == []


def test_other_domains_keep_their_own_translations(tmp_path: Path) -> None:
    import gettext

    with pytest.raises(FileNotFoundError):
        gettext.translation("another", localedir=tmp_path, languages=["zh"])


def test_what_options_do_stands_in_one_column_though_a_chinese_character_is_as_wide_as_two() -> None:
    page = _Formatter(width=60)
    page.write_dl([("--out 目录", "输出"), ("--yes", "执行"), ("--at 年-月-日", "统计"), ("--" + "x" * 40, "长")])
    assert page.getvalue().splitlines() == [
        "--out 目录" + " " * 22 + "输出",
        "--yes" + " " * 27 + "执行",
        "--at 年-月-日" + " " * 19 + "统计",
        "--" + "x" * 40,
        " " * 32 + "长",
    ]
