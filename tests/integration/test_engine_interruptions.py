"""Wherever a run is killed, the same command ends in the same state: nothing lost, nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from orchestrator.model.pipeline import verbs
from orchestrator.model.plan import Mark
from orchestrator.model.result import RunStatus
from tests.fakes import sample_spec
from tests.runs import Site

pytestmark = pytest.mark.integration

SPEC = sample_spec()
VERBS = verbs(SPEC.pipeline)
EFFECTS = (
    "POST server lab-yt-001-web",
    "POST volume lab-yt-001-web-boot",
    "POST volume lab-yt-001-web-data",
    "POST floating-ip lab-yt-001-web",
)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> list[Mapping[str, Any]]:
    site = Site(tmp_path_factory.mktemp("uninterrupted"))
    assert site.run([SPEC]) == 0
    return site.cloud().end_state()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("when", ["before", "inside", "after"])
def test_killed_at_a_step_and_run_again(
    when: str, verb: str, tmp_path: Path, uninterrupted: list[Mapping[str, Any]]
) -> None:
    site = Site(tmp_path)

    assert site.run([SPEC], kill=f"{when}:{verb}") == -9
    everything_is_there = (when, verb) == ("after", VERBS[-1])
    assert site.run([SPEC], mark=Mark.KEEP if everything_is_there else Mark.CHANGE) == 0

    begun = Counter(site.performed())
    twice = {f"YT-001 {verb}"} if when != "after" else set()
    assert begun == {f"YT-001 {each}": 2 if f"YT-001 {each}" in twice else 1 for each in VERBS}
    assert_same_end(site, uninterrupted)


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("moment", ["sent", "accepted", "answered"])
def test_killed_between_a_request_and_its_answer(
    effect: str, moment: str, tmp_path: Path, uninterrupted: list[Mapping[str, Any]]
) -> None:
    site = Site(tmp_path)

    assert site.run([SPEC], kill=f"{effect} {moment}") == -9
    assert site.run([SPEC]) == 0

    assert_same_end(site, uninterrupted)


def assert_same_end(site: Site, uninterrupted: list[Mapping[str, Any]]) -> None:
    assert site.cloud().end_state() == uninterrupted
    assert site.cloud().named("server") == ["lab-yt-001-web"]
    (run,) = site.runs()
    assert (run.status, run.attempt) == (RunStatus.DONE, 1)
    assert [step.verb for step in run.steps] == list(VERBS)
