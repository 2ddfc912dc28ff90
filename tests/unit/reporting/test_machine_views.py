"""What `render` and `sources check` show."""

from __future__ import annotations

import json

import pytest

from orchestrator.model.plan import CloudPart, GuestSpec, SourceSpec, SystemSpec
from orchestrator.model.result import CheckResult, CheckStatus
from orchestrator.model.system import Workload
from orchestrator.reporting import texts
from orchestrator.reporting.rendered import Rendered
from orchestrator.reporting.sources import Probed, SourceReport
from orchestrator.reporting.texts import Say
from orchestrator.reporting.view import View, to_json


def system(number: int) -> SystemSpec:
    guest = GuestSpec(server=f"lab-{number}-web", host="web", workload=Workload.NGINX, user="debian")
    part = CloudPart(cloud="c", zone="z", objects=(), guests=(guest,), configuration_digest="0")
    return SystemSpec(
        programme="lab",
        batch=1,
        system=f"[red]S-{number}",
        slug=f"s-{number}",
        department="x",
        parts=(part,),
        digest="d",
    )


def shown(view: View) -> str:
    from rich.console import Console

    console = Console(width=200, no_color=True, record=True, file=None, quiet=False)
    with console.capture() as capture:
        for line in view.lines(Say("en")):
            console.print(line, markup=False)
    return capture.get()


def test_rendered_systems_are_listed_and_summed() -> None:
    view = Rendered(batch=1, out="o", index="o/index.json", systems=[(system(n), f"s-{n}") for n in range(50)])
    data = json.loads(to_json(view.data()))
    assert len(data["systems"]) == 50
    assert data["systems"][3] == {
        "system": "[red]S-3",
        "folder": "s-3",
        "digest": "d",
        "servers": ["lab-3-web"],
    }
    text = shown(view)
    assert "[red]S-3" in text
    assert "and 10 more" in text
    assert "50 systems written to o" in text
    assert "held back" not in text


def check(code: str, status: CheckStatus) -> CheckResult:
    values = {"address": "10.0.0.1", "pinned": "SHA256:a", "seen": "SHA256:b", "missing": "arch", "error": "x"}
    return CheckResult(code=code, status=status, subject="web", values=values)


SOURCE = SourceSpec(server="web", address="10.0.0.1", port=22, user="root")


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["pass", "pass"], "pass"),
        (["pass", "unknown"], "unknown"),
        (["unknown", "fail"], "fail"),
        (["fail", "error"], "error"),
        ([], "unknown"),
    ],
)
def test_a_machine_is_as_good_as_its_gravest_check(statuses: list[str], expected: str) -> None:
    checks = [check("source.facts", CheckStatus(status)) for status in statuses]
    machine = Probed(system="S", source=SOURCE, checks=checks, facts={})
    assert machine.status.value == expected
    assert SourceReport(machines=[machine]).good == (expected == "pass")


def test_a_failed_probe_says_why_and_what_to_do() -> None:
    failed = check("source.host-key", CheckStatus.FAIL)
    report = SourceReport(machines=[Probed(system="S", source=SOURCE, checks=[failed], facts={})])
    text = shown(report)
    assert "pinned SHA256:a, seen SHA256:b" in text
    assert "→ compare the fingerprint" in text
    assert "0 of 1 machines passed" in text
    assert json.loads(to_json(report.data()))["counts"] == {"fail": 1}


@pytest.mark.parametrize(
    "code",
    [
        *("guest.host-key", "guest.host-key-unknown", "guest.unreachable", "guest.opening"),
        *("guest.opening-restricted", "guest.answer", "guest.closed", "source.reachable", "source.host-key"),
        *("source.facts", "source.none", "source.no-identity", "render.name", "render.address", "render.host-key"),
    ],
)
def test_every_code_has_words_and_a_remedy(code: str) -> None:
    assert texts.has(code)
    assert texts.has(f"{code}.remedy")
