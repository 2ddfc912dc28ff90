"""A batch's preflight: what counts as a method left, and what is told of whom."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from orchestrator.checks.preflight import DUMP, LOGICAL, PHYSICAL, Finding, finding
from orchestrator.checks.preflighted import Judged, Unasked
from orchestrator.errors import ExitCode
from orchestrator.model.move import Kind, Method
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.reporting.preflight import PreflightView
from orchestrator.reporting.preflight_page import render_preflight
from orchestrator.reporting.texts import Lang, Say

UNTOLD = Finding(
    result=CheckResult(code="move.preflight.unknown", status=CheckStatus.UNKNOWN, values={"fact": "version"}),
    against=(LOGICAL, PHYSICAL, DUMP),
)
LARGE = finding("large-objects", "app", LOGICAL)
NONE = finding("extension", "postgis", LOGICAL, PHYSICAL, DUMP)


def judged(*findings: Finding, method: Method | None = None, declared: Method | None = None) -> Judged:
    return Judged(
        system="S-1", kind=Kind.POSTGRESQL, method=method, declared=declared, able=(LOGICAL, DUMP), findings=findings
    )


@pytest.mark.parametrize(
    ("system", "status", "code"),
    [
        (judged(LARGE, method=DUMP), CheckStatus.PASS, ExitCode.DONE),
        (judged(LARGE, UNTOLD), CheckStatus.UNKNOWN, ExitCode.FAILED),
        (judged(NONE, UNTOLD), CheckStatus.FAIL, ExitCode.REFUSED),
        (judged(LARGE, UNTOLD, declared=LOGICAL), CheckStatus.FAIL, ExitCode.REFUSED),
        (judged(declared=PHYSICAL), CheckStatus.FAIL, ExitCode.REFUSED),
        (Unasked(system="S-1", code="session.late", values={}), CheckStatus.UNKNOWN, ExitCode.FAILED),
    ],
)
def test_unknown_is_never_pass_and_what_is_known_to_forbid_is_no_longer_unknown(
    system: Judged | Unasked, status: CheckStatus, code: ExitCode
) -> None:
    view = PreflightView(batch=1, systems=[system], names={})
    assert (system.status, view.exit_code, view.counts[str(status)]) == (status, code, 1)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_page_loads_nothing_and_runs_nothing(lang: Lang) -> None:
    view = PreflightView(
        batch=2, systems=[judged(finding("large-objects", "<img src=x onerror=alert(1)>\u202e", LOGICAL), method=DUMP)],
        names={"S-1": '"><script>'}, left=["<em>"],
    )  # fmt: skip
    page = render_preflight(view, title="<i>", at=datetime(2026, 1, 1, tzinfo=UTC), lang=lang).decode()
    assert "default-src 'none'" in page
    assert not any(mark in page for mark in ("<img", "<script", "<em>", "<i>", "\u202e", "http://", "https://"))
    assert "2026-01-01 08:00" in page
    told = "\n".join(map(str, view.lines(Say(lang))))
    assert "<img src=x onerror=alert(1)>" in told
