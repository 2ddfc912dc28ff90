"""Writes what a vars file holds as YAML: text of the list under `!unsafe`, so that Ansible never templates it.

PyYAML decides how anything is written. Of values whose form leaves it no choice, which are nearly all of a list's, the
text is put together here: of ten thousand systems that is most of the time that writing them takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml


class Unsafe(str):
    """Text of the list; written with a tag that keeps Ansible from ever templating it."""

    __slots__ = ()


class Row(list[object]):
    """A short list, written on one line."""


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature; anchors do not read well
        return True


_Dumper.add_representer(
    Row, lambda dumper, row: dumper.represent_sequence("tag:yaml.org,2002:seq", row, flow_style=True)
)
_Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))

# A word that YAML 1.1 reads as nothing but text: a slug, a name, a folder, an address, a network.
_WORD = re.compile(r"[a-z][a-z0-9_-]{0,100}|/[a-z/]+|\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?")
_NOT_TEXT = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
# Under its tag text is text; this has no sign that YAML knows, and no space.
_TAGGED = re.compile(r"[A-Za-z0-9/\u4e00-\u9fff][A-Za-z0-9/\u4e00-\u9fff、。，；（）_.-]*")


class _ChoiceError(Exception):
    """A value that may be written in more than one way."""


def vars_text(values: Mapping[str, object]) -> str:
    """Return a YAML document of nested mappings, rows, whole numbers and texts, the same for the same values."""
    try:
        return "".join(("---\n", *_lines(values, "")))
    except _ChoiceError:
        # A width that is never reached: a folded value is hard to read and to find.
        return yaml.dump(
            values, Dumper=_Dumper, explicit_start=True, allow_unicode=True, sort_keys=False, width=1 << 20
        )


def _lines(values: Mapping[str, object], margin: str) -> Iterator[str]:
    if not values:
        raise _ChoiceError
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield f"{margin}{_word(name)}:\n"
            yield from _lines(value, f"{margin}  ")
        else:
            yield f"{margin}{_word(name)}: {_value(value)}\n"


def _value(value: object) -> str:
    if isinstance(value, Unsafe):
        if not _TAGGED.fullmatch(value):
            raise _ChoiceError
        return f"!unsafe {value}"
    if isinstance(value, Row):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return "{}"
    return str(value) if type(value) is int else _word(value)


def _word(value: object) -> str:
    if not isinstance(value, str) or isinstance(value, Unsafe) or value in _NOT_TEXT or not _WORD.fullmatch(value):
        raise _ChoiceError
    return value
