"""Keeps what was measured, raw, in `benchmarks/results.json`, and writes the page people read from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measure import REPO, Part, middle

RAW = Path(__file__).with_name("results.json")
PAGE = REPO / "docs" / "benchmarks.md"

_INTRO = """\
# Benchmarks

Written by `script/bench --write` from `benchmarks/results.json`; do not edit.

Every command is a process of its own, measured from its start to its exit. *CPU s* is user and system time of the
process and all its descendants, those included that outlive it (they are ended then). *Peak MiB* is the largest
process's resident memory. A figure is the median of all runs, with the least and the most in parentheses. A *ratio*
is ours divided by the baseline's of the same round, median and spread over the rounds: wall times of shared machines
vary, ratios of neighbours in time vary less. Below 1 we need less; for rates, above 1 we do more.
"""


def keep(part: Part, *, quick: bool, circumstances: Mapping[str, str]) -> None:
    """Replace the part's results."""
    raw = load()
    raw[part.name] = {**asdict(part), "quick": quick, **circumstances}
    RAW.write_text(json.dumps(raw, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def load() -> dict[str, Any]:
    """Return all results by part."""
    return json.loads(RAW.read_text(encoding="utf-8")) if RAW.exists() else {}


def write_page(order: list[str]) -> Path:
    """Write the page; parts in this order, those never measured left out."""
    raw = load()
    PAGE.parent.mkdir(exist_ok=True)
    sections = [line for name in order if name in raw for line in section(raw[name])]
    PAGE.write_text("\n".join([_INTRO, *sections]), encoding="utf-8")
    return PAGE


def section(part: Mapping[str, Any]) -> Iterator[str]:
    """Yield one part's lines."""
    yield f"## {part['title']}\n"
    yield f"{part['method']}\n"
    yield (
        f"{'**Quick, small sizes: not for comparison.** ' if part['quick'] else ''}"
        f"Measured {part['began']} to {part['ended']}, commit {part['commit']}; cores {part['cores']}, memory "
        f"{part['memory']}, {part['system']}, Python {part['python']}; {part['packages']}; load average at the start "
        f"{part['load_began']}, at the end {part['load_ended']}.\n"
    )
    yield from table(part["rows"])
    yield ""


def table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a table for each thing that was done: a line for each contender, a column for each figure."""
    for what in dict.fromkeys(row["what"] for row in rows):
        mine = [row for row in rows if row["what"] == what]
        figures = list(dict.fromkeys(row["figure"] for row in mine))
        cells = {(row["who"], row["figure"]): row for row in mine}
        yield f"| {what} | {' | '.join(figures)} |"
        yield f"|---|{'---:|' * len(figures)}"
        for who in dict.fromkeys(row["who"] for row in mine):
            told = [_cell(cells.get((who, figure))) for figure in figures]
            yield f"| {who.replace('|', '/')} | {' | '.join(told)} |"
        base = next((row["ratio"] for row in mine if row["ratio"]), "")
        yield f"\nRatios are to *{base}*.\n" if base else ""


def _cell(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return ""
    ratio = f"<br>ratio {middle(row['ratios'])}" if row["ratios"] else ""
    return middle(row["runs"]) + ratio
