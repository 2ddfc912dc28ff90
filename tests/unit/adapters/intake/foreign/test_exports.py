"""Exports of other tools, as cases: what the list gets of them, and everything that is told."""

from __future__ import annotations

import io
from collections.abc import Mapping
from itertools import cycle
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from openpyxl import Workbook

from orchestrator.adapters.intake.columns import SERVERS, SYSTEMS
from orchestrator.adapters.intake.foreign.drawing import SIZES, Drawn
from orchestrator.adapters.intake.foreign.source import draw_export
from orchestrator.adapters.intake.form import write_form
from orchestrator.model.problem import Problem, Severity
from orchestrator.reporting.texts import Say
from tests.unit.adapters.intake.conftest import Desk, table

CASES = Path(__file__).parents[4] / "cases" / "foreign"


def workbook(sheets: Mapping[str, list[list[Any]]], merges: list[str]) -> bytes:
    """Return sheets as .xlsx, every text as a text."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for name, area in (merge.split("!") for merge in merges):
        book[name].merge_cells(area)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def drawn(folder: Path, given: Mapping[str, Any]) -> Drawn:
    """Write a case's export, and its mapping file if it has one, and draw it."""
    path, mapping = folder / given["name"], None
    if "sheets" in given:
        path.write_bytes(workbook(given["sheets"], given.get("merges", [])))
    else:
        path.write_bytes(given["text"].encode(given.get("encoding", "utf-8")))
    if "mapping" in given:
        mapping = folder / "mapping.yaml"
        mapping.write_text(given["mapping"], encoding="utf-8")
    return draw_export(path, mapping)


def place(problem: Problem) -> str:
    return f"{problem.code} {'!'.join(filter(None, (problem.sheet, problem.cell)))}"


@pytest.mark.parametrize("case", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_export_becomes_the_list_that_the_case_says(tmp_path: Path, case: Path) -> None:
    told = yaml.safe_load(case.read_text(encoding="utf-8"))
    found, expect = drawn(tmp_path, told["given"]), told["expect"]
    assert found.kind == expect["kind"]
    for name in ("systems", "servers"):
        rows = getattr(found, name)
        assert len(rows) == len(expect[name]), rows
        for row, wanted in zip(rows, expect[name], strict=True):
            assert {key: row.get(key) for key in wanted} == wanted
    assert sorted(map(place, found.notes)) == sorted(expect["told"])
    assert found.alone == expect.get("alone", found.alone)
    assert found.missing == expect.get("missing", found.missing)
    assert [*found.grouped_by] == expect.get("grouped_by", [*found.grouped_by])
    systems = [str(row["system_id"]).casefold() for row in found.systems]
    servers = [str(row["server_id"]).casefold() for row in found.servers]
    assert len(set(systems)) == len(systems)
    assert len(set(servers)) == len(servers)
    assert {str(row["system_id"]).casefold() for row in found.servers} <= set(systems)
    assert drawn(tmp_path, told["given"]) == found


# Each export in one of the languages; that both say the same is test_form's.
@pytest.mark.parametrize(
    ("case", "lang"),
    [*zip(sorted(CASES.glob("*.yaml")), cycle(["en", "zh"]), strict=False)],
    ids=lambda one: getattr(one, "stem", one),
)
def test_the_check_reads_it_back_exactly_and_lacks_only_what_no_export_tells(
    desk: Desk, case: Path, lang: Literal["en", "zh"]
) -> None:
    found = drawn(desk.folder, yaml.safe_load(case.read_text(encoding="utf-8"))["given"])
    complete = [{"unit": "某局", "secrecy": "unclassified", **row} for row in found.systems]
    for spec in (SYSTEMS, SERVERS):  # what is missing is missing in any format, and a form takes long to write
        names = [column.names()[0] for column in spec.columns]
        rows = [[row.get(name, "") for name in names] for row in getattr(found, spec.name)]
        desk.put(f"{spec.name}.csv", table([names, *rows]))
    _, problems = desk.read()
    errors = [problem.code for problem in problems if problem.severity is Severity.ERROR]
    assert errors == ["list.missing-value"] * sum(found.missing.values())

    write_form(desk.folder / "whole.xlsx", lang, Say(lang), rows={"systems": complete, "servers": found.servers})
    desk.files = ["whole.xlsx"]
    listing, problems = desk.read()
    assert [problem for problem in problems if problem.severity is Severity.ERROR] == []
    assert [(one.id, one.name) for one in listing.systems] == [(row["system_id"], row["name"]) for row in complete]
    taken = {"vcpus": 1, "ram_mib": 512, "disk_gib": 3, "source_address": ""}  # for what is left empty
    for server, row in zip(listing.servers, found.servers, strict=True):
        assert (server.id, server.system_id) == (row["server_id"], row["system_id"])
        assert {name: getattr(server, name) for name in taken} == {**taken, **{n: row[n] for n in taken if n in row}}
    assert found.unsized == {name: count for name in SIZES if (count := sum(name not in row for row in found.servers))}


def test_no_id_depends_on_the_order_of_the_rows_or_changes_when_one_is_added(tmp_path: Path) -> None:
    header = "VM,Powerstate,Template,CPUs,Memory,Application,VM UUID"
    rows = [f"{name},poweredOn,False,2,2048,{system},{number}" for number, (name, system) in enumerate(NAMES)]

    def ids(lines: list[str]) -> dict[str, str]:
        (tmp_path / "e.csv").write_text("\n".join((header, *lines)), encoding="utf-8")
        servers = draw_export(tmp_path / "e.csv", None).servers
        return {line: str(row["server_id"]) for line, row in zip(lines, servers, strict=True)}

    first = ids(rows)
    assert len({one.casefold() for one in first.values()}) == len(rows)
    assert ids(rows[::-1]) == first
    more = ids(["new 01,poweredOn,False,2,2048,新系统,99", *rows])
    assert {line: more[line] for line in rows} == first


NAMES = (
    ("web-01", "甲"), ("web_01", "甲"), ("WEB 01", "乙"), ("数据库", "乙"), ("数据库", "丙"), ("a.b.c", "甲"),
    ("x" * 60, "甲"), ("x" * 61, "甲"), ("localhost", "甲"), ("2018-01-02", "甲"), ("web-02", ""), ("WEB-02", ""),
)  # fmt: skip
