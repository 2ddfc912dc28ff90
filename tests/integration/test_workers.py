"""Workers that share a batch: what each can reach, limits over all of them, and who takes over whom."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from orchestrator.adapters.evidence import read, verify
from orchestrator.errors import ExitCode
from orchestrator.model.pipeline import Verb, verbs
from orchestrator.model.plan import SystemSpec
from orchestrator.model.worker import GONE
from tests.crew import Crew
from tests.engine_server import Line, new_database, running_server
from tests.fakes import sample_spec
from tests.runs import CLOUDS

pytestmark = [pytest.mark.integration, pytest.mark.alone]

TAKEN_OVER_IN = 10.0  # seconds


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_server() as url:
        yield url


@pytest.fixture
def crew(server: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Crew]:
    with Crew(tmp_path, new_database(server, request.node.name)) as crew:
        yield crew


def systems(count: int, departments: int = 3) -> list[SystemSpec]:
    return [
        sample_spec(f"YT-{number:03}", clouds=CLOUDS, department=f"d{number % departments}", source=False)
        for number in range(count)
    ]


def whole(crew: Crew, specs: list[SystemSpec], *workers: str) -> None:
    """Check that every object is there once, that no step that was done was done again, and that every log is whole."""
    for cloud in CLOUDS:
        assert crew.cloud(cloud).named("server") == sorted(f"lab-{spec.slug}-web" for spec in specs)
        posted = Counter(call for call in crew.cloud(cloud).mutations() if call.startswith("POST "))
        assert {call for call, times in posted.items() if times > 1 and "keypair" not in call} == set()
    with psycopg.connect(crew.url) as session:
        stored = session.execute(
            "SELECT workflow_uuid, function_name FROM dbos.operation_outputs GROUP BY 1, 2 HAVING count(*) > 1"
        ).fetchall()
    assert [row for row in stored if row[1] in set(Verb)] == []
    assert crew.most("cloud") <= 2
    assert crew.most("department") <= 2
    for worker in workers:
        assert verify(crew.site(worker).state.evidence).ok


def refused(crew: Crew, worker: str) -> str:
    return str(json.loads((crew.site(worker).folder / "refused.json").read_text())["code"])


def test_two_share_a_batch_and_one_killed_is_taken_over(crew: Crew) -> None:
    specs = systems(4)
    first = crew.worker("a", slow={"ensure_servers": 0.4})
    crew.worker("b", slow={"ensure_servers": 0.4})
    batch = crew.batch(specs)
    crew.wait_for(lambda: crew.began("ensure_servers", "b"))
    crew.wait_for(lambda: (last := crew.steps()[-1])["worker"] == "a" and last["what"] == "began")
    crew.kill("a", first)
    mine = {(step["system"], step["cloud"]) for step in crew.steps() if step["worker"] == "a"}

    batch.join(60)

    assert batch.exitcode == ExitCode.DONE
    later = [s for s in crew.steps() if s["at"] > crew.killed["a"] and (s["system"], s["cloud"]) in mine]
    assert min(step["at"] for step in later) - crew.killed["a"] < TAKEN_OVER_IN
    whole(crew, specs, "a", "b")
    gone = next(worker for worker in crew.workers() if worker.name == "a")
    assert (gone.why, gone.taken_by.split("/")[1]) == ("gone", "b")


@pytest.mark.nightly
@pytest.mark.parametrize("point", ["before", "inside"])
@pytest.mark.parametrize("verb", [str(verb) for verb in verbs(sample_spec(clouds=CLOUDS).pipeline)])
def test_killed_at_any_step(crew: Crew, verb: str, point: str) -> None:
    specs = systems(2)
    first = crew.worker("a", kill=f"{point}:{verb}")
    batch = crew.batch(specs)
    first.join(60)
    assert first.exitcode == -signal.SIGKILL
    crew.killed["a"] = crew.steps()[-1]["at"]
    crew.worker("b")
    batch.join(60)
    assert batch.exitcode == ExitCode.DONE
    whole(crew, specs, "a", "b")


@pytest.mark.nightly
def test_one_that_stood_still_ends_and_stores_nothing(crew: Crew) -> None:
    specs = systems(2)
    first = crew.worker("a", slow={"ensure_ports": 5.0})
    batch = crew.batch(specs)
    # All of it waits then, and nothing is in the middle of a request, whose lock on the fake cloud it would keep.
    crew.wait_for(lambda: len(crew.began("ensure_ports", "a")) == len(specs) * len(CLOUDS))
    assert first.pid
    os.kill(first.pid, signal.SIGSTOP)
    crew.killed["a"] = crew.steps()[-1]["at"]
    crew.worker("b")
    batch.join(60)
    assert batch.exitcode == ExitCode.DONE
    os.kill(first.pid, signal.SIGCONT)
    first.join(20)
    assert first.exitcode == ExitCode.LOCKED
    assert refused(crew, "a") in {"worker.taken-over", "worker.cut-off", "run.lease-lost"}
    whole(crew, specs, "b")


@pytest.mark.nightly
def test_one_that_is_cut_off_ends_before_it_is_taken_over(crew: Crew) -> None:
    specs = systems(2)
    with Line(sa.make_url(crew.url).port or 0) as line:
        over = sa.make_url(crew.url).set(port=line.port).render_as_string()
        first = crew.worker("a", url=over, slow={"ensure_ports": 30.0})
        batch = crew.batch(specs)
        crew.wait_for(lambda: crew.began("ensure_ports", "a"))
        line.refuses = True
        line.cut()
        crew.killed["a"] = crew.steps()[-1]["at"]
        crew.worker("b")
        first.join(GONE)
        assert first.exitcode == ExitCode.LOCKED, "others take it for dead by now"
        assert refused(crew, "a") == "worker.cut-off"
        batch.join(60)
    assert batch.exitcode == ExitCode.DONE
    whole(crew, specs, "a", "b")


@pytest.mark.nightly
def test_each_does_what_it_reaches_and_what_nobody_reaches_waits(crew: Crew) -> None:
    here = [sample_spec("YT-001", clouds=CLOUDS[:1], source=False), sample_spec("YT-002", clouds=CLOUDS, source=False)]
    there = [sample_spec("YT-003", clouds=CLOUDS[1:], source=False)]
    crew.worker("a", [f"cloud:{CLOUDS[0]}"])
    crew.worker("b", [f"cloud:{CLOUDS[1]}"])
    batch = crew.batch([*here, *there])
    batch.join(60)
    assert batch.exitcode == ExitCode.FAILED
    assert {(step["system"], step["worker"]) for step in crew.steps()} == {("YT-001", "a"), ("YT-003", "b")}
    told = [entry.data for entry in read(crew.site("conductor").state.evidence) if entry.kind == "run.unserved"]
    assert told == [{"batch": 1, "systems": {"YT-002": [f"cloud:{CLOUDS[1]}", f"cloud:{CLOUDS[0]}"]}}]

    crew.worker("c")
    again = crew.batch([*here, *there])
    again.join(60)
    assert again.exitcode == ExitCode.DONE
    assert {step["worker"] for step in crew.steps() if (step["system"], step["cloud"]) == ("YT-002", "")} == {"c"}


@pytest.mark.nightly
def test_one_that_loses_a_cloud_ends_and_another_goes_on(crew: Crew) -> None:
    specs = systems(2)
    first = crew.worker("a", lost=[f"{CLOUDS[0]} port"])
    batch = crew.batch(specs)
    first.join(60)
    assert first.exitcode == ExitCode.FAILED
    assert refused(crew, "a") == "cloud.credentials"
    crew.worker("b")
    batch.join(60)
    assert batch.exitcode == ExitCode.DONE
    whole(crew, specs, "a", "b")


@pytest.mark.nightly
def test_a_run_of_one_machine_waits_for_no_worker_and_takes_up_what_they_left(crew: Crew) -> None:
    specs = systems(1)
    first = crew.worker("a", slow={"ensure_servers": 30.0})
    batch = crew.batch(specs)
    crew.wait_for(lambda: crew.began("ensure_servers"))
    assert crew.site("conductor").run(specs) == ExitCode.LOCKED
    crew.kill("a", first)
    batch.kill()
    batch.join(10)
    site = crew.site("alone")
    site.folder.mkdir(exist_ok=True)
    for cloud in CLOUDS:  # the same clouds
        shutil.copy(crew.folder / f"{cloud}.json", site.folder / f"{cloud}.json")
    crew.wait_for(lambda: site.database.holder() is None)
    assert site.run(specs) == ExitCode.DONE
    for cloud in CLOUDS:
        assert site.cloud(cloud).named("server") == ["lab-yt-000-web"]
