"""The cutover plan's document: what officials read in it is in their words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from orchestrator.adapters.intake.recovery import grade_tables
from orchestrator.adapters.movers.postgresql.frozen import frozen
from orchestrator.checks.cutover import check_cutover
from orchestrator.checks.replicas.centre import stand_now
from orchestrator.model.cutover import (
    CutoverNight,
    CutoverPlan,
    CutoverReplica,
    CutoverStep,
    CutoverSystem,
    Doer,
    FrozenSection,
)
from orchestrator.model.document import Block, Grid, NewPage
from orchestrator.model.machines import DatabaseServer, Pooler, Reach
from orchestrator.model.move import DatabaseMove
from orchestrator.model.plan import Reason, Used
from orchestrator.model.recovering import KeptCheck, KeptReplica, Place, Wanted
from orchestrator.model.replica import Policy, Told
from orchestrator.model.schedule import BEIJING, Basis, CutoverPhase
from orchestrator.reporting.cutover.document import document_of, night_document_of
from orchestrator.reporting.cutover.view import CutoverView
from orchestrator.reporting.texts import Lang, Say
from orchestrator.reporting.view import to_json

START = datetime(2018, 1, 5, 22, tzinfo=BEIJING)
END = START + timedelta(hours=8)


def plan(clouds: tuple[str, ...], kinds: dict[str, str] | None = None) -> CutoverPlan:
    """Return the plan of one night with one system that a deferral holds back."""
    end = START + timedelta(minutes=30)
    step = CutoverStep(
        phase=CutoverPhase.SWITCH, doer=Doer.VENDOR, start=START, end=end, minutes=30, basis=Basis.DECLARED
    )  # fmt: skip
    seasonal = Used(field="seasonal", value="true", cell="list.xlsx!系统!9")
    system = CutoverSystem(
        system="YT-S-0001", name="档案系统", unit="市档案馆", function="", audience=("public",), users=None,
        clouds=clouds, servers=1, data_gib=10, mlps_level=2, crew=1, steps=(step,), prepared=(),
        gates=(Reason(code="place.seasonal", values={"cells": "seasonal=true"}, cells=(seasonal,)),),
        rollback=40, margin=20, rollback_point=START, rollback_by=END - timedelta(hours=1), slack=390, source="",
        assumed=(), needs=(),
    )  # fmt: skip
    return CutoverPlan(
        programme="p", title="整合迁移", synthetic=True, scope="batch", subject="1", batch=1, batch_title="首批",
        deadline=date(2018, 2, 28), made_for=date(2018, 1, 1), schedule_digest="0" * 64, crew=2, people=6,
        trial_days=30,
        cloud_kinds={"public-service": "public-service", "jn-gov": "administrative", **(kinds or {})},
        units=("市档案馆",),
        nights=(CutoverNight(evening=START.date(), start=START, end=END, crews=1, systems=(system,)),),
    )  # fmt: skip


def grids(made: CutoverPlan, lang: Lang) -> dict[str, Grid]:
    document = document_of(made, check_cutover(made), Say(lang))
    return {block.name: block for block in document.blocks if isinstance(block, Grid)}


@pytest.mark.parametrize(
    ("clouds", "lang", "told"),
    [
        (("jn-gov", "public-service"), "zh", "行政服务云、公共服务云"),
        (("jn-gov", "public-service"), "en", "administrative cloud, public-service cloud"),
        ((), "zh", "未填报"),
    ],
)
def test_a_target_cloud_is_said_by_its_kind(clouds: tuple[str, ...], lang: Lang, told: str) -> None:
    (row,) = grids(plan(clouds), lang)["equipment"].rows
    assert row[0] == told


def test_of_two_clouds_of_a_kind_the_name_says_which() -> None:
    (row,) = grids(plan(("jn-gov",), {"jn-gov-2": "administrative"}), "zh")["equipment"].rows
    assert row[0] == "行政服务云（jn-gov）"


def test_what_must_be_lifted_is_told_once_with_its_cells_in_words_and_its_systems() -> None:
    (row,) = grids(plan(("jn-gov",)), "zh")["gates"].rows
    assert row[0].endswith("季节性 = 是（list.xlsx!系统!第9行（无“季节性”列））")
    assert row[1:] == ("1", "YT-S-0001")


def test_a_sheet_of_one_night_has_its_run_sheet_and_nothing_to_approve() -> None:
    document = night_document_of(plan(("jn-gov",)), Say("zh"))
    names = [block.name for block in document.blocks if isinstance(block, Grid)]
    assert names == ["night-2018-01-05", "steps", "people"]
    assert document.title == ("整合迁移", "第1批系统割接方案（2018年1月5日夜）")


def test_the_words_of_the_plan_itself_are_chinese_in_a_chinese_document() -> None:
    document = document_of(plan(("jn-gov",)), (), Say("zh"))
    own = [text for block in document.blocks for text in texts(block)]
    found = {word for text in own for word in re.findall("[A-Za-z]{2,}", text)}
    # Ids, file names and the unit of data are not ours to translate.
    assert found <= {"YT", "list", "xlsx", "GiB"}


def texts(block: Block) -> Iterator[str]:
    if isinstance(block, Grid):
        yield from block.header
        yield from (cell for row in block.rows for cell in row)
    elif not isinstance(block, NewPage):
        yield block.text


def section(system: str, *databases: str) -> FrozenSection:
    reach = Reach(address="192.0.2.1")
    source, target = (DatabaseServer(name=f"{system}-{end}", reach=reach, address="192.0.2.1") for end in ("a", "b"))
    move = DatabaseMove(
        system=system, slug="s", databases=databases, source=source, target=target, roles=("app",),
        pooler=Pooler(name="p", reach=reach, file="/f"),
    )  # fmt: skip
    return FrozenSection(frozen=frozen(move, 1), digest=f"{system[-1]}" * 64)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_frozen_sections_that_are_alike_stand_once_with_deadlines_undos_and_the_digests_that_are_approved(
    lang: Lang,
) -> None:
    alike = (section("S-1", "app"), section("S-2", "app", "another"), section("S-3", "third"))
    made = replace(plan(("jn-gov",)), frozen=alike)
    document = document_of(made, (), Say(lang))
    named = [block for block in document.blocks if isinstance(block, Grid)]
    lists = [block for block in named if block.name == "frozen"]
    systems = [block.rows for block in named if block.name == "frozen-systems"]
    assert len(lists) == 1
    say = Say(lang)
    once = {line.name: line for line in alike[0].frozen.lines}
    told = [row[1:] for row in lists[0].rows]
    assert [row[0].removesuffix(f" {say('move.decides')}") for row in told] == [
        say(f"frozen.{line.name}") for line in alike[0].frozen.lines
    ]
    assert told[list(once).index("hold")] == (say("frozen.hold"), "2 s", say("frozen.resume"))
    assert [[row[0] for row in rows] for rows in systems] == [["S-1", "S-2", "S-3"]]
    assert systems[0][0] == ("S-1", "S-1-a → S-1-b", "1" * 64)
    assert [block.name for block in night_document_of(made, say).blocks if isinstance(block, Grid)][:3] == [
        "night-2018-01-05", "steps", "frozen",
    ]  # fmt: skip
    data = json.loads(to_json(CutoverView(made, ()).data()))
    assert [line["line"] for line in data["plan"]["frozen"][0]["lines"]] == [
        line.name for line in alike[0].frozen.lines
    ]
    assert "ALTER ROLE" not in json.dumps(data)


@pytest.mark.parametrize(("lang", "verdict"), [("zh", "不通过"), ("en", "FAIL")])
def test_what_replicas_must_be_after_it_stands_beside_what_was_seen_and_when(lang: Lang, verdict: str) -> None:
    seen = KeptCheck(
        system="YT-S-0001",
        at=START,
        day=START.date(),
        until=START.date(),
        replicas=(KeptReplica(kind="postgresql", address="10.9.1.5", verdicts={"existence": "fail absent"}),),
    )
    place = Place(kind="postgresql", address="10.9.1.5", port=5432, follows="10.0.1.5")
    policy = Policy(level=5, rpo=timedelta(minutes=30), check=timedelta(days=1))
    one = Wanted(
        system="YT-S-0001", policy=policy, told=Told(), needed=frozenset({"postgresql"}), places=(place,)
    )  # fmt: skip
    other = replace(one, system="YT-S-0002", places=())
    centre = stand_now([one, other], [seen], grade_tables()[2007], START + timedelta(hours=1), START.date())
    replicas = tuple(
        CutoverReplica(wanted=each, stood=stood) for each, stood in zip((one, other), centre.systems, strict=True)
    )
    made = replace(plan(("jn-gov",)), replicas=replicas)
    found = grids(made, lang)
    ((system, must, replica, follows, told, _, at, _, blank),) = found["replicas"].rows
    assert (system, replica, follows, told) == ("YT-S-0001", "postgresql 10.9.1.5", "10.0.1.5", verdict)
    assert ("5" in must and "30 min" in must, at, blank) == (True, "2018-01-05 22:00", "")
    assert found["no-replicas"].rows[0][1:] == ("1", "YT-S-0002")
    first, second = json.loads(to_json(CutoverView(made, ()).data()))["plan"]["replicas"]
    assert (first["status"], first["replicas"][0]["code"], second["replicas"][0]["code"]) == (
        "fail", "faulty", "missing",
    )  # fmt: skip
    assert "replicas" not in grids(plan(("jn-gov",)), lang)
