"""How many requests a system costs: the same in an empty cloud and in a full one, however many systems there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.adapters.openstack import OpenStackCloud
from orchestrator.adapters.tasks import TaskBoard
from orchestrator.execution.handlers import Outside, handlers
from orchestrator.execution.job import Job
from orchestrator.model.plan import KeypairSpec, Owner, SystemSpec
from orchestrator.model.programme import Limits
from orchestrator.model.system import Workload
from orchestrator.planning.pipelines import provisioning
from tests.fake_openstack import FakeOpenStack
from tests.fakes import (
    FakeClock,
    FakeEvidence,
    FakeGuestProbe,
    FakeHostKeys,
    FakeRenderer,
    FakeRunner,
    FakeSourceProbe,
    sample_spec,
)

pytestmark = pytest.mark.integration

KEYPAIR = KeypairSpec(name="lab", owner=Owner(programme="lab", system="", key="keypair"))


def system(number: int) -> SystemSpec:
    spec = sample_spec(
        f"YT-{number:03}", clouds=["fake"], workload=Workload.NONE, volumes=False, floating=False, source=False
    )
    (part,) = spec.parts
    ours = [thing for thing in part.objects if not isinstance(thing, KeypairSpec)]
    return replace(spec, parts=(replace(part, objects=(KEYPAIR, *ours)),))


def test_a_system_costs_the_same_in_a_full_cloud(tmp_path: Path) -> None:
    evidence, clock = FakeEvidence(), FakeClock()
    with FakeOpenStack(polls=0) as fake:
        fake.quotas = dict.fromkeys(fake.quotas, 100_000)
        cloud = OpenStackCloud(
            "fake",
            clouds_file=fake.clouds_yaml(tmp_path / "clouds.yaml"),
            public_key="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA tool@here",
            evidence=evidence,
            clock=clock,
        )
        outside = Outside(
            clouds={"fake": cloud},
            renderer=FakeRenderer(),
            runner=FakeRunner(),
            guests=FakeGuestProbe(),
            sources=FakeSourceProbe(),
            host_keys=FakeHostKeys(),
            tasks=TaskBoard(tmp_path / "tasks", clock),
            evidence=evidence,
            clock=clock,
            runs=tmp_path,
        )
        steps = handlers(outside)

        def requests(numbers: Iterable[int]) -> int:
            sent = evidence.kinds().count("call")
            for spec in map(system, numbers):
                (part,) = spec.parts
                for leg in provisioning(spec, Limits()):
                    for step in leg.steps:
                        steps[step.verb](Job(spec=spec, step=step, part=part if leg.cloud else None))
            return evidence.kinds().count("call") - sent

        requests([1])  # it logs in, and learns the ids of what the cloud offers
        second = requests([2])
        requests(range(3, 20))
        twentieth = requests([20])
        assert len(fake.of("servers")) == 20
    assert twentieth == second <= 16
