"""Turns codes into words in the chosen language."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Literal

from orchestrator.reporting import catalogue

Lang = Literal["en", "zh"]


@cache
def _module(name: str) -> Mapping[str, tuple[str, str]]:
    texts: Mapping[str, tuple[str, str]] = importlib.import_module(f"{catalogue.__name__}.{name}").TEXTS
    return texts


@cache
def modules() -> tuple[str, ...]:
    """Return the names of the catalogue's modules."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(catalogue.__path__)))


def _lookup(code: str) -> tuple[str, str] | None:
    # The module of the code's first word is tried first, so that `--help` loads one module and not all.
    first = code.split(".", 1)[0]
    for name in sorted(modules(), key=lambda name: name != first):
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
            told = ", ".join(f"{name}={value}" for name, value in values.items())
            return f"{code} ({told})" if told else code
        return texts[self.lang == "zh"].format_map(_Values(values))

    def either(self, code: str, fallback: str = "", /, **values: object) -> str:
        """Return the words of a code, or the fallback where there are none."""
        return self(code, **values) if has(code) else fallback


class _Values(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
