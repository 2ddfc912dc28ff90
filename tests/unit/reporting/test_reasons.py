"""What rules rest on is told in the reader's language: fields, the values of cells, clouds, and where a cell stands."""

from __future__ import annotations

import io
import re
from datetime import date
from enum import Enum
from typing import get_args, get_type_hints

import pytest
from rich.console import Console

from orchestrator.model.plan import Reason, Used
from orchestrator.model.programme import CloudKind
from orchestrator.model.system import System
from orchestrator.planning.classification import classify
from orchestrator.planning.placement import place
from orchestrator.planning.rules import FIELDS, shown
from orchestrator.reporting.placement import ExplainView, PlacementView
from orchestrator.reporting.reasons import place_text, reason_text, target_text, value_text
from orchestrator.reporting.texts import Say, has
from tests.unit.seeds.regions import read

ZH, EN = Say("zh"), Say("en")


def coded() -> list[tuple[str, str]]:
    """Return every value of every field of a system that holds code names, or yes and no."""
    found = []
    for field, hint in get_type_hints(System).items():
        for kind in (hint, *get_args(hint)):
            if isinstance(kind, type) and issubclass(kind, Enum):
                found += [(field, shown(member)) for member in kind]
            elif kind is bool:
                found += [(field, shown(answer)) for answer in (True, False)]
    return found


def test_every_code_name_of_a_system_has_words() -> None:
    told = {(field, value): value_text(ZH, Used(field=field, value=value, cell="B7")) for field, value in coded()}
    assert len(told) > 50
    # Two spellings of a processor are the same in both languages.
    bare = {key for key, words in told.items() if words.isascii()}
    assert bare == {("arch", "x86_64"), ("arch", "aarch64")}


def test_every_field_a_rule_may_look_at_has_words() -> None:
    assert [field for field in sorted(FIELDS) if not has(f"field.{field}")] == []


def test_every_kind_of_cloud_on_the_list_has_words() -> None:
    kinds = {kind.value for kind in CloudKind} - {"dr"}
    assert [kind for kind in kinds if target_text(ZH, kind) == kind] == []


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("audience", "enterprise,public", "企业、公众"),
        ("system_class", "zombie", "僵尸"),
        ("seasonal", "false", "否"),
        ("target_cloud", "administrative", "行政服务云"),
        ("target_cloud", "实验云,甲区", "实验云,甲区"),
        ("mlps_level", "0", "未定级"),
        ("mlps_level", "3", "3"),
        ("merged_into", "public", "public"),
        ("merged_into", "", "（空）"),
        ("remarks", "a\x1b[31m", "a\N{REPLACEMENT CHARACTER}[31m"),
    ],
)
def test_a_cell_is_told_in_words_and_free_text_as_it_is(field: str, value: str, told: str) -> None:
    assert value_text(ZH, Used(field=field, value=value, cell="B7")) == told


@pytest.mark.parametrize(
    ("field", "cell", "zh", "en"),
    [
        ("confirmed_by", "a.csv!B521", "a.csv!B521", "a.csv!B521"),
        ("confirmed_by", "表!521", "表!第521行（无“认定人”列）", "表!row 521 (no column “confirmed by”)"),
        ("outcome", "a.csv!5", "a.csv!第5行（无“处置方式”列）", "a.csv!row 5 (no column “disposition”)"),
        ("days_since_login", "5", "第5行（无“最近登录”列）", "row 5 (no column “last login”)"),
        ("servers", "a.csv!5", "a.csv!第5行", "a.csv!row 5"),
    ],
)  # fmt: skip
def test_a_missing_column_is_told_in_words(field: str, cell: str, zh: str, en: str) -> None:
    used = Used(field=field, value="", cell=cell)
    assert (place_text(ZH, used), place_text(EN, used)) == (zh, en)


def test_a_cloud_the_programme_named_itself_keeps_its_name() -> None:
    assert target_text(ZH, "jn-gov/internet + jn-gov/外联区") == "jn-gov/互联网接入区 + jn-gov/外联区"


def test_what_was_found_on_a_cloud_is_told_with_its_name_in_clouds_yaml() -> None:
    found = Reason(code="plan.cloud-not-seen", values={"cloud": "administrative"})
    assert "administrative" in reason_text(ZH, found)


@pytest.mark.parametrize("region", ["yantai", "weihai", "laiwu", "shandong", "lab"])
def test_an_explanation_in_chinese_has_no_code_name_in_it(region: str) -> None:
    programme, census, _ = read(region)
    listing = census.listing
    today = date(2018, 1, 5)
    some = listing.systems[:20] + listing.systems[-40:]
    placements = [place(programme, listing, system, today=today) for system in some]
    out = io.StringIO()
    console = Console(file=out, width=1000)
    for system, placement in zip(some, placements, strict=True):
        verdict = classify(programme, system, listing, today=today)
        console.print(*ExplainView(system, placement, verdict).lines(ZH), sep="\n")
    console.print(*PlacementView(some, placements, 0).lines(ZH), sep="\n")
    # Files, rules and flavors go by their names.
    bare = re.sub(r"[\w-]+\.(xlsx|csv|yaml)|\b[A-Z]\w*\.[a-z-]+|\bgov\.\w+", "", out.getvalue())
    assert sorted(set(re.findall(r"[a-z][a-z_-]+", bare))) == []


def test_programs_are_told_in_code_names() -> None:
    programme, census, _ = read("yantai")
    system = next(one for one in census.listing.systems if one.id == "YT-D-001")
    (reason,) = place(programme, census.listing, system, today=date(2018, 1, 5)).reasons
    assert reason.values["cells"].startswith("confirmed_by=∅, confirmed_on=∅ (")
    assert [used.cell.rpartition("!")[2] for used in reason.cells] == ["521", "521"]
