"""Writes a list back with its bad cells marked; credentials and classified rows leave it masked."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from orchestrator.adapters.files import PRIVATE_FILE, write_whole
from orchestrator.adapters.intake.cells import is_blank, text_of
from orchestrator.adapters.intake.credentials import MASK, looks_like_credential
from orchestrator.adapters.intake.delimited import FORMULA_STARTS
from orchestrator.adapters.intake.grid import FileFault
from orchestrator.adapters.intake.marking import Marking, Words, closed_unread, labelled
from orchestrator.adapters.intake.reader import hidden_rows, open_file
from orchestrator.errors import Refused, storage_error
from orchestrator.model.problem import Problem
from orchestrator.model.programme import Programme

# Signs for "nothing", numbers and telephone numbers: no spreadsheet program makes anything else of them.
_NOT_COMPUTED = re.compile(r"[+-]+|[+-][\d ]*(?:\.\d+)?")


def write_marked(
    folder: Path,
    programme: Programme,
    problems: Sequence[Problem],
    out: Path,
    words: Words,
    heading: str,
    *,
    mode: int = PRIVATE_FILE,
) -> tuple[Path, ...]:
    """Write a marked copy of each list file that could be read; existing files are never replaced.

    The copy is `out`; of several list files, `NAME-1.SUFFIX`, `NAME-2.SUFFIX` … `words` tells a problem in
    words, `heading` is the header of the problems column of a CSV copy. `mode` are the copies' permission bits: a list
    is not for everybody.

    Raises:
        Refused: `list.copy-exists`, `list.copy-format`, `list.copy-unreadable`; nothing is written then.
            `list.copy-unwritable`.
    """
    targets = [*_targets(programme.list_files, out)]
    read = hidden_rows(folder, programme)
    copies = []
    for file, target in targets:
        try:
            grids = open_file(folder, file)
        except FileFault:
            continue  # the problem says why it cannot be read; there is nothing to mark
        by_cell: dict[tuple[str, str], list[Problem]] = defaultdict(list)
        for problem in problems:
            if problem.file == file:
                by_cell[problem.sheet, problem.cell].append(problem)
        closed = {one.sheet: read.get((file, one.sheet)) for one in grids}
        marking = Marking(
            sheets={one.sheet: one for one in grids},
            problems=by_cell,
            closed={one.sheet: closed_unread(one) if (rows := closed[one.sheet]) is None else rows for one in grids},
            secret={one.sheet: labelled(one) if closed[one.sheet] is None else frozenset() for one in grids},
            words=words,
            heading=heading,
        )
        copies.append((target, _render(folder / file, target, marking)))
    for target, data in copies:
        _save(target, data, mode)
    return tuple(target for target, _ in copies)


def _targets(files: Sequence[str], out: Path) -> Iterable[tuple[str, Path]]:
    """Yield each list file with its copy's path. A copy has no macros, so that of an .xlsm is an .xlsx."""
    for number, file in enumerate(files, start=1):
        suffix = Path(file).suffix.lower()
        wanted = ".xlsx" if suffix == ".xlsm" else suffix
        several = len(files) > 1
        if not several and out.suffix.lower() != wanted:
            raise Refused("list.copy-format", source=file, suffix=out.suffix or "?", wanted=wanted)
        target = out.with_name(f"{out.stem}-{number}{wanted}") if several else out
        if target.exists():
            raise Refused("list.copy-exists", path=str(target))
        yield file, target


def _render(source: Path, target: Path, marking: Marking) -> bytes:
    match target.suffix.lower():
        case ".xlsx":
            from orchestrator.adapters.intake.marked_workbook import mark_workbook  # openpyxl is slow to import

            return mark_workbook(source, marking)
        case ".yaml" | ".yml":
            return _sections(marking)
        case _:
            return _delimited(marking)


def _save(path: Path, data: bytes, mode: int) -> None:
    try:
        write_whole(path, data, mode=mode)
    except OSError as error:
        raise (storage_error(error, path, ours=False) or Refused("list.copy-unwritable", path=str(path))) from error


def _delimited(marking: Marking) -> bytes:
    grid = marking.sheets[""]
    width = max(map(len, grid.rows), default=0)
    by_row: dict[int, list[str]] = defaultdict(list)
    for name in {name for _, name in marking.problems}:
        digits = name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        by_row[int(digits) - 1 if digits.isdigit() else 0].append(f"{name}: {marking.told('', name)}")
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row, cells in enumerate(grid.rows):
        shown = [_harmless(marking.shown(grid, row, column)) for column in range(len(cells))]
        told = [*([marking.heading] if row == 0 else []), *sorted(by_row[row])]
        writer.writerow([*shown, *[""] * (width - len(cells)), _harmless("\n".join(told))])
    return text.getvalue().encode("utf-8-sig")


def _harmless(text: str) -> str:
    """Keep a spreadsheet program from computing a text; the reader drops the quote again."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not _NOT_COMPUTED.fullmatch(text) else text


def _sections(marking: Marking) -> bytes:
    document: dict[str, object] = {}
    for name, grid in marking.sheets.items():
        keys = [text_of(key) for key in grid.rows[0]]
        document[name] = [
            {
                MASK if looks_like_credential(key) else key: marking.shown(grid, row, column)
                for column, key in enumerate(keys)
                if not is_blank(grid.at(row, column))
            }
            for row in range(1, len(grid.rows))
        ]
    told = [f"# {cell}: {line}" for (_, cell) in marking.problems for line in marking.told("", cell).splitlines()]
    body = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    return ("\n".join(told) + "\n" + body).encode()
