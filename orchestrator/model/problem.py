"""A fault in the input: where it stands and which rule it breaks, as data; the words are elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """An error refuses the list; a warning is shown and counted."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault of one cell, row, sheet or file.

    Attributes:
        code: the rule that is broken, such as `list.unknown-reference`.
        file: the file's name as the programme gives it.
        sheet: the sheet's name; empty for CSV and YAML.
        cell: such as `B7`; in YAML a path such as `systems[3].unit`; empty when the whole file is meant.
        value: the offending text, shortened; masked when it looks like a credential.
        values: what the placeholders of the rule's text stand for.
    """

    code: str
    severity: Severity = Severity.ERROR
    file: str = ""
    sheet: str = ""
    cell: str = ""
    value: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
