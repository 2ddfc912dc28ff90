"""A run is of one batch: what another left unfinished neither runs nor is lost, and goes on when it is asked for."""

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

ONE, TWO = (sample_spec(f"YT-00{number}", clouds=CLOUDS) for number in (1, 2))
UNFINISHED = {RunStatus.WAITING, RunStatus.RUNNING}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


# At the first step of the whole system, in a part on its cloud's queue, and after the parts.
@pytest.mark.parametrize("verb", ["precheck", "ensure_servers", "verify"])
def test_an_interrupted_batch_is_left_alone_by_another_and_goes_on(verb: str, site: Site) -> None:
    """The second system is still on its department's queue when the run dies."""
    assert site.run([ONE, TWO], kill=f"before:{verb}", per_department=1) == -9
    before = site.performed()
    other = replace(sample_spec("YT-003", clouds=CLOUDS), batch=2)

    assert site.run([other]) == 0

    assert {line.split()[0] for line in site.performed()[len(before) :]} == {"YT-003"}
    assert {run.status for run in site.runs()} <= UNFINISHED

    assert site.run([ONE, TWO]) == 0

    left = newest(site.runs())
    assert {system: (run.status, run.attempt) for system, run in left.items()} == {
        "YT-001": (RunStatus.DONE, 1),
        "YT-002": (RunStatus.DONE, 1),
    }
    assert [run.status for run in site.runs(2)] == [RunStatus.DONE]


def test_a_batch_whose_number_begins_with_anothers_is_another(site: Site) -> None:
    eleven = replace(TWO, batch=11)
    assert site.run([eleven], kill="before:verify") == -9

    assert site.run([ONE]) == 0

    assert {run.status for run in site.runs(11)} <= UNFINISHED
    assert site.run([eleven]) == 0
    assert [run.attempt for run in site.runs(11)] == [1]


def test_two_interrupted_batches_each_go_on_without_repeating(site: Site) -> None:
    second = replace(sample_spec("YT-002"), batch=2)
    first = sample_spec("YT-001")
    assert site.run([first], kill="before:configure") == -9
    assert site.run([second], kill="before:ensure_ports") == -9

    assert site.run([first]) == 0
    assert {run.status for run in site.runs(2)} <= UNFINISHED
    assert site.run([second]) == 0

    twice = {"YT-001 configure", "YT-002 ensure_ports"}  # begun before the kill, and nothing of it was done
    begun = [f"{spec.system} {verb}" for spec in (first, second) for verb in verbs(spec.pipeline)]
    assert Counter(site.performed()) == {step: 2 if step in twice else 1 for step in begun}
