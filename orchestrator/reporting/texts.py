"""Turns codes into words in the chosen language."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import PurePath
from typing import Literal

from orchestrator.reporting import catalogue
from orchestrator.reporting.visible import Line, one_line

Lang = Literal["en", "zh"]


@cache
def _module(name: str) -> Mapping[str, tuple[str, str]]:
    texts: Mapping[str, tuple[str, str]] = importlib.import_module(f"{catalogue.__name__}.{name}").TEXTS
    return texts


@cache
def modules() -> tuple[str, ...]:
    """Return the names of the catalogue's modules."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(catalogue.__path__)))


@lru_cache(maxsize=1024)
def _homes(first: str, second: str) -> tuple[str, ...]:
    """Return all modules, those first that a code of these words is kept in: `list`, `list_cells`, other `list_…`."""

    def rank(name: str) -> tuple[bool, bool, bool]:
        return name != first, name != f"{first}_{second}", not name.startswith(f"{first}_")

    return tuple(sorted(modules(), key=rank))


def _lookup(code: str) -> tuple[str, str] | None:
    # Modules are loaded as they are tried, so that `--help` loads one or two and not all.
    first, second, *_ = *code.split(".", 2), ""
    for name in _homes(first, second):
        found = _module(name).get(code)
        if found is not None:
            return found
    return None


def has(code: str) -> bool:
    """Tell whether there are words for the code."""
    return _lookup(code) is not None


class Say:
    """Says codes in one language: `say("list.duplicate-id", id="YT-001")`.

    A code without words is shown as it is with its values: a message is never lost for want of a text.
    """

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang

    def __call__(self, code: str, /, **values: object) -> str:
        """Return the words of a code; missing values show as their placeholder's name in braces."""
        texts = _lookup(code)
        if texts is None:
            told = ", ".join(f"{name}={one_line(value)}" for name, value in values.items())
            return Line(f"{code} ({told})" if told else code)
        return Line(
            texts[self.lang == "zh"].format_map(
                _Values(self, code, {name: _inline(value) for name, value in values.items()})
            )
        )

    def either(self, code: str, fallback: str = "", /, **values: object) -> str:
        """Return the words of a code, or the fallback where there are none."""
        return self(code, **values) if has(code) else fallback


def _inline(value: object) -> object:
    """Return a value that stays on its line; numbers keep their kind, which a text may ask them to be formatted by."""
    return one_line(value) if isinstance(value, str | PurePath) else value


class _Values(dict[str, object]):
    """What placeholders stand for; `{kind_words}` is the words of `CODE.KIND`, KIND being the value of `kind`."""

    def __init__(self, say: Say, code: str, values: Mapping[str, object]) -> None:
        super().__init__(values)
        self._say = say
        self._code = code

    def __missing__(self, key: str) -> str:
        name = key.removesuffix("_words")
        if name == key or name not in self:
            return "{" + key + "}"
        return self._say.either(f"{self._code}.{self[name]}", str(self[name]), **self)
