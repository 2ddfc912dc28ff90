"""The cutover plan's document: what officials read in it is in their words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from orchestrator.model.cutover import CutoverNight, CutoverPlan, CutoverStep, CutoverSystem, Doer
from orchestrator.model.document import Grid
from orchestrator.model.plan import Reason, Used
from orchestrator.model.schedule import BEIJING, Basis, Phase
from orchestrator.reporting.cutover import document_of
from orchestrator.reporting.texts import Lang, Say

START = datetime(2018, 1, 5, 22, tzinfo=BEIJING)
END = START + timedelta(hours=8)


def plan(clouds: tuple[str, ...]) -> CutoverPlan:
    """Return the plan of one night with one system that a deferral holds back."""
    end = START + timedelta(minutes=30)
    step = CutoverStep(
        phase=Phase.SWITCH, doer=Doer.VENDOR, start=START, end=end, minutes=30, basis=Basis.DECLARED
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
        cloud_kinds={"public-service": "public-service", "jn-gov": "administrative"},
        nights=(CutoverNight(evening=START.date(), start=START, end=END, crews=1, systems=(system,)),),
    )  # fmt: skip


def equipment(clouds: tuple[str, ...], lang: Lang) -> tuple[str, ...]:
    grids = {block.name: block for block in document_of(plan(clouds), Say(lang)).blocks if isinstance(block, Grid)}
    (row,) = grids["equipment"].rows
    return row


@pytest.mark.parametrize(
    ("clouds", "lang", "told"),
    [
        (("jn-gov", "public-service"), "zh", "行政服务云（jn-gov）、公共服务云（public-service）"),
        (("jn-gov", "public-service"), "en", "administrative cloud (jn-gov), public-service cloud (public-service)"),
        ((), "zh", "未填报"),
    ],
)
def test_a_target_cloud_is_said_by_its_kind_with_its_name(clouds: tuple[str, ...], lang: Lang, told: str) -> None:
    assert equipment(clouds, lang)[2] == told


def test_what_must_be_lifted_is_told_with_its_cells_in_words() -> None:
    assert equipment(("jn-gov",), "zh")[-1].endswith("季节性 = 是（list.xlsx!系统!第9行（无“季节性”列））")
