"""A cloud that is lost under the engine: what is only half on it, who stands behind it, and how all of it goes on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.execution.history import newest
from orchestrator.model.pipeline import verbs
from orchestrator.model.result import RunStatus
from tests.fakes import sample_spec
from tests.runs import CLOUDS, Site

pytestmark = pytest.mark.integration

LOST, WELL = CLOUDS
BOTH = sample_spec("YT-001", clouds=CLOUDS)
THERE = sample_spec("YT-002", clouds=(LOST,))
HERE = [sample_spec(f"YT-00{number}", clouds=(WELL,)) for number in (3, 4)]
STEPS = {"keypair": "ensure_access", "port": "ensure_ports", "server": "ensure_servers"}


@pytest.mark.parametrize("places", [1, 2])
@pytest.mark.parametrize("kind", STEPS)
def test_a_lost_cloud_holds_what_needs_it_and_nothing_else(kind: str, places: int, tmp_path: Path) -> None:
    """All of one department; with one place, everybody stands behind the first that the cloud holds."""
    site = Site(tmp_path)
    everybody = [BOTH, THERE, *HERE]

    assert site.run(everybody, lost=[f"{LOST} {kind}"], per_department=places, concurrency=places) == 1

    stands = {system: run.status for system, run in newest(site.runs()).items()}
    assert {stands[spec.system] for spec in HERE} == {RunStatus.DONE}
    assert {stands[BOTH.system], stands[THERE.system]} <= {RunStatus.WAITING, RunStatus.RUNNING}
    parts = {step.verb for step in newest(site.runs())[BOTH.system].steps if step.cloud == WELL}
    assert "ensure_servers" in parts, "the part on the other cloud is made"
    assert f"{BOTH.system} verify" not in site.performed()

    assert site.run([BOTH, THERE], per_department=places) == 0

    ends = newest(site.runs())
    assert {(run.status, run.attempt) for run in ends.values()} == {(RunStatus.DONE, 1)}
    begun = Counter(site.performed())
    again = {f"{spec.system} {STEPS[kind]}" for spec in (BOTH, THERE)}
    for spec in everybody:
        for verb in verbs(spec.pipeline):
            step = f"{spec.system} {verb}"
            once = sum(any(each.verb is verb for each in leg.steps) for leg in spec.pipeline)
            assert begun[step] in ({once, once + 1} if step in again else {once}), step


def test_what_is_on_the_lost_cloud_alone_is_not_begun_again_and_again(tmp_path: Path) -> None:
    site = Site(tmp_path)
    many = [replace(THERE, system=f"YT-1{number:02}", slug=f"yt-1{number:02}") for number in range(12)]

    assert site.run([*many, *HERE], lost=[f"{LOST} keypair"], per_department=2) == 1

    begun = [line for line in site.performed() if line.endswith("ensure_access")]
    assert len([line for line in begun if line.startswith("YT-1")]) <= 2, "those that ran when it was lost"
    assert {newest(site.runs())[spec.system].status for spec in HERE} == {RunStatus.DONE}
