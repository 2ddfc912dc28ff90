"""Reads .yaml lists: a mapping of sections (systems, servers, rooms, dependencies), each a list of records."""

from __future__ import annotations

from pathlib import Path

from orchestrator.adapters.intake.cells import Raw
from orchestrator.adapters.intake.columns import SHEETS
from orchestrator.adapters.intake.grid import FileFault, Grid
from orchestrator.adapters.intake.limits import MAX_COLUMNS, MAX_ROWS
from orchestrator.adapters.intake.yamltext import Value, YamlError, parse_yaml

_NAMES = frozenset(spec.name for spec in SHEETS)


def read_sections(path: Path, file: str) -> list[Grid]:
    """Return one sheet for each section; its header row is made of the keys that its records use.

    Raises:
        FileFault: no YAML as accepted here, or not of this shape.
    """
    try:
        document = parse_yaml(path.read_bytes())
    except YamlError as error:
        place = f"line {error.line}" if error.line else ""
        raise FileFault(f"yaml.{error.reason}", cell=place, key=error.key) from error
    if not isinstance(document, dict):
        raise FileFault("list.sections", found="", known=", ".join(sorted(_NAMES)))
    return [_grid(file, name, records) for name, records in document.items()]


def _grid(file: str, name: str, records: Value) -> Grid:
    if name not in _NAMES:
        raise FileFault("list.sections", cell=name, found=name, known=", ".join(sorted(_NAMES)))
    if records == "":
        records = []
    if not isinstance(records, list):
        raise FileFault("list.section-shape", cell=name)
    if len(records) > MAX_ROWS:
        raise FileFault("list.too-large", what="rows", found=str(len(records)), most=str(MAX_ROWS))
    keys: dict[str, int] = {}
    for index, record in enumerate(records):
        if not isinstance(record, dict):
            raise FileFault("list.section-shape", cell=f"{name}[{index}]")
        for key in record:
            keys.setdefault(key, len(keys))
    if len(keys) > MAX_COLUMNS:
        raise FileFault("list.too-large", what="columns", found=str(len(keys)), most=str(MAX_COLUMNS))
    rows: list[list[Raw]] = [list(keys)]
    for index, record in enumerate(records):
        row: list[Raw] = [None] * len(keys)
        if isinstance(record, dict):
            for key, value in record.items():
                row[keys[key]] = _cell(value, f"{name}[{index}].{key}")
        rows.append(row)
    return Grid(file=file, sheet=name, rows=rows, section=True, title=name)


def _cell(value: Value, place: str) -> str:
    """Return a value as a cell's text; a list of texts is the same as them joined by commas."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ",".join(str(item) for item in value)
    raise FileFault("list.section-shape", cell=place)
