"""The JSON Schemas of a programme's files, made from what the readers themselves check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orchestrator.adapters.intake.column import SheetSpec
from orchestrator.adapters.intake.columns import SHEETS
from orchestrator.adapters.intake.declaration import programme_schema

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def list_schema() -> dict[str, Any]:
    """Return the JSON Schema of a YAML migration list; the titles are the headers of the other formats.

    It says what a cell may look like. What only a reader can tell, such as units, dates that do not
    exist or references between rows, `migrate list check` tells.
    """
    return {
        "$schema": _DIALECT,
        "title": "migration list",
        "type": "object",
        "additionalProperties": False,
        "required": ["systems"],
        "properties": {spec.name: _section(spec) for spec in SHEETS},
    }


def _section(spec: SheetSpec) -> dict[str, Any]:
    columns = {
        column.names()[0]: {"title": column.header, "x-synonyms": list(column.also), **_or_empty(column.kind.schema())}
        for column in spec.columns
    }
    required = [column.names()[0] for column in spec.columns if column.required]
    # Headers in other spellings are allowed, so a key that is not here is no error.
    return {
        "title": spec.titles[0],
        "type": ["array", "null"],
        "items": {"type": "object", "required": required, "properties": columns},
    }


def _or_empty(schema: dict[str, Any]) -> dict[str, Any]:
    """Allow an empty cell, which every column may have as far as its own form goes."""
    return {"anyOf": [schema, {"enum": ["", None]}]}


SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {"programme": programme_schema, "list": list_schema}
