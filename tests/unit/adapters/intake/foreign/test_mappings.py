"""Mapping files: ours are sound, and every fault of another one is told at once, with its line, key and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestrator.adapters.intake.foreign.shape import known_mappings, read_mapping
from orchestrator.adapters.intake.foreign.source import draw_export
from orchestrator.errors import Refused
from orchestrator.reporting.texts import Say, has

EXPORT = "资源;归属;核\nr1;年检系统;2\n"
FAULTY = """\
name: local
sheets:
  - servers:
      name: 资源
      cores: 核
      ram_mib: {columns: 存, unit: GHz}
    skip:
      - {column: 激活, values: [否]}
    lost: 1
  - titles: [x]
fill:
  secrecy: maybe
  nothing: x
"""


def test_the_mappings_that_ship_are_sound() -> None:
    assert [mapping.name for mapping in known_mappings()] == ["RVTools", "Azure Migrate", "ServiceNow", "flat"]


def faults(text: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        read_mapping(text.encode(), "m.yaml")
    problems = refused.value.values["problems"]
    assert isinstance(problems, tuple)
    for problem in problems:
        for lang in ("en", "zh"):
            say = Say("zh" if lang == "zh" else "en")
            assert has(problem.code)
            assert "{" not in say(problem.code, **problem.values).replace("{columns", "").replace("{column", "")
            assert has(f"{problem.code}.remedy")
    return [f"{problem.code} {problem.cell}" for problem in problems]


def test_every_fault_of_the_shape_is_told_with_its_line() -> None:
    assert faults(FAULTY) == [
        "mapping.missing-key line 8: sheets[0].skip[0].is",
        "mapping.unknown-key line 8: sheets[0].skip[0].values",
        "mapping.unknown-key line 9: sheets[0].lost",
    ]


def test_every_fault_of_the_meaning_is_told_with_its_line() -> None:
    sound = FAULTY.replace("values: [否]", "is: [否]").replace("    lost: 1\n", "")
    assert faults(sound) == [
        "mapping.unknown-field line 5: sheets[0].servers.cores",
        "mapping.unknown-unit line 6: sheets[0].servers.ram_mib.unit",
        "mapping.empty-sheet line 9: sheets[1]",
        "list.value-domain line 11: fill.secrecy",
        "mapping.unknown-field line 12: fill.nothing",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sheets: []", ["mapping.too-few line 1: sheets"]),
        ("name: x", ["mapping.missing-key line 1: sheets"]),
        ("- a", ["mapping.bad-value line 1"]),
        ("sheets: [{servers: {name: [1, 2}]", ["yaml.syntax line 1"]),
        ("sheets: !!python/object:os.system x", ["yaml.tag line 1"]),
        ("sheets:\n  - servers: {name: {columns: []}}", ["mapping.no-column line 2: sheets[0].servers.name"]),
        (
            "sheets:\n  - servers:\n      name: [a, {b: c}]",
            ["mapping.bad-value line 3: sheets[0].servers.name.columns[1]"],
        ),
    ],
)
def test_a_file_that_is_no_mapping_says_where(text: str, told: list[str]) -> None:
    assert faults(text) == told


def test_columns_that_the_export_has_not_are_all_told(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text(EXPORT, encoding="utf-8")
    mapping = "sheets:\n  - servers: {name: 资源, vcpus: 核数, os: [系统版本, OS]}\n    tell: [{column: 状态, is: x}]\n"
    (tmp_path / "m.yaml").write_text(mapping, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        draw_export(tmp_path / "e.csv", tmp_path / "m.yaml")
    problems = refused.value.values["problems"]
    assert isinstance(problems, tuple)
    assert [f"{problem.code} {problem.cell}" for problem in problems] == [
        "mapping.no-such-column line 2: sheets[0].servers.vcpus",
        "mapping.no-such-column line 2: sheets[0].servers.os",
        "mapping.no-such-column line 3: sheets[0].tell[0]",
    ]
    assert problems[0].values["columns"] == "资源, 归属, 核"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("e.csv", b"a,b,c\n1,2,3\n", "from.unrecognised"),
        ("e.csv", b"", "from.unrecognised"),
        ("e.xlsx", b"PK\x03\x04nothing", "from.unreadable"),
        ("e.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "from.unreadable"),
        ("e.yaml", b"systems: []\n", "from.unreadable"),
        ("e.csv", b"VM,Powerstate,Template,CPUs\ngold,poweredOff,True,2\n", "from.no-servers"),
        ("missing.csv", None, "from.unreadable"),
    ],
)
def test_what_is_no_export_is_refused_and_says_so(tmp_path: Path, name: str, data: bytes | None, code: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(Refused) as refused:
        draw_export(tmp_path / name, None)
    assert refused.value.code == code


def test_the_mapping_of_the_documentation_is_sound() -> None:
    page = (Path(__file__).parents[5] / "docs" / "mapping.md").read_text(encoding="utf-8")
    mapping = read_mapping(page.split("```yaml\n")[1].split("```")[0].encode(), "mapping.md")
    assert [*mapping.sheets[0].servers] == ["name", "identity", "vcpus", "ram_mib", "disk_gib", "data_disk_gib"]
