"""The second system that is refused alike, with nothing made between, closes its cloud; one alone never does."""

from __future__ import annotations

from dataclasses import replace

from orchestrator.errors import CloudLost, CloudRefused
from orchestrator.execution.job import Job
from orchestrator.execution.refusals import Refusals
from orchestrator.model.pipeline import Verb
from tests.fakes import sample_spec

POLICY = "Policy doesn't allow os_compute_api:servers:create to be performed."


def job(system: str, cloud: str = "public-service", verb: Verb = Verb.ENSURE_SERVERS) -> Job:
    spec = replace(sample_spec("YT-001", clouds=(cloud,)), system=system)
    step = next(step for leg in spec.pipeline for step in leg.steps if step.verb is verb)
    return Job(spec=spec, step=step, part=spec.parts[0])


def forbidden(message: str = POLICY, subject: str = "x") -> CloudRefused:
    return CloudRefused("cloud.forbidden", cloud="public-service", subject=subject, message=message)


def quota(resource: str, used: int) -> CloudRefused:
    message = f"Quota exceeded for {resource}: already used {used}"
    return CloudRefused("cloud.quota", cloud="public-service", subject="x", resource=resource, message=message)


def test_the_second_system_and_all_after_it_find_the_cloud_closed() -> None:
    ours = Refusals()
    assert ours.met(job("S-1"), forbidden()) is None
    assert ours.met(job("S-1"), forbidden()) is None, "one system twice is one system"
    second, third = ours.met(job("S-2"), forbidden()), ours.met(job("S-3"), forbidden())
    for lost in (second, third):
        assert isinstance(lost, CloudLost)
        assert lost.values["systems"] == "S-1, S-2"
        assert (lost.values["cloud"], lost.values["refusal"]) == ("public-service", "cloud.forbidden")


def test_what_was_made_in_between_shows_that_it_is_not_everybodys() -> None:
    ours = Refusals()
    for number in range(20):
        assert ours.met(job(f"S-{number}"), forbidden()) is None
        ours.made(job(f"S-{number}-small"))


def test_another_reason_step_or_cloud_is_not_alike() -> None:
    ours = Refusals()
    assert ours.met(job("S-1"), forbidden()) is None
    assert ours.met(job("S-2"), forbidden("Policy doesn't allow another thing")) is None
    assert ours.met(job("S-3", verb=Verb.ENSURE_PORTS), forbidden()) is None
    assert ours.met(job("S-4", cloud="administrative"), forbidden()) is None


def test_words_that_differ_by_the_system_alone_are_alike() -> None:
    ours = Refusals()
    request = "req-0123abcd-0123-0123-0123-0123456789ab"
    assert ours.met(job("S-1"), forbidden(f"no p-s-1-app here at 14:05 ({request})", "p-s-1-app")) is None
    assert ours.met(job("S-2"), forbidden(f"no p-s-2-app here at 14:06 ({request[:-1]}c)", "p-s-2-app")) is not None


def test_quotas_are_alike_by_their_resource() -> None:
    ours = Refusals()
    assert ours.met(job("S-1"), quota("instances", 10)) is None
    assert ours.met(job("S-2"), quota("cores", 10)) is None
    assert ours.met(job("S-3"), quota("cores", 12)) is not None
