"""The pipelines, read aloud."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator.model.pipeline import Pipeline, Verb, stages, verbs
from orchestrator.model.plan import ServerSpec
from orchestrator.model.programme import Limits
from orchestrator.model.system import Workload
from orchestrator.planning.pipelines import provisioning
from orchestrator.reporting.texts import has
from tests.fakes import sample_spec

LIMITS = Limits(server_minutes=7, playbook_minutes=9)


def read_aloud(pipeline: Pipeline) -> list[str]:
    return [" ".join([f"{leg.name}:", *(step.verb for step in leg.steps)]) for leg in pipeline]


def test_a_system_with_everything() -> None:
    assert read_aloud(provisioning(sample_spec(), LIMITS)) == [
        "before: precheck probe_sources",
        "provision: ensure_access ensure_storage ensure_ports ensure_servers ensure_attachments ensure_floating_ips",
        "after: await_guests configure verify record",
    ]


def test_a_bare_server_without_source_volume_or_floating_ip() -> None:
    spec = sample_spec(workload=Workload.NONE, volumes=False, floating=False, source=False)

    assert read_aloud(provisioning(spec, LIMITS)) == [
        "before: precheck",
        "provision: ensure_access ensure_ports ensure_servers",
        "after: verify record",
    ]


def test_what_a_server_boots_from_is_stored_and_not_attached() -> None:
    (part,) = sample_spec().parts
    server = next(item for item in part.objects if isinstance(item, ServerSpec))
    others = tuple(item for item in part.objects if item is not server and item.name not in server.volumes)
    part = replace(part, objects=(*others, replace(server, volumes=())))

    spec = replace(sample_spec(), parts=(part,))
    assert read_aloud(provisioning(spec, LIMITS))[1] == (
        "provision: ensure_access ensure_storage ensure_ports ensure_servers ensure_floating_ips"
    )


def test_limits_are_the_programmes() -> None:
    timeouts = {step.verb: step.timeout for leg in provisioning(sample_spec(), LIMITS) for step in leg.steps}

    assert timeouts[Verb.ENSURE_SERVERS] == timeouts[Verb.AWAIT_GUESTS] == timedelta(minutes=7)
    assert timeouts[Verb.CONFIGURE] == timedelta(minutes=9)


def test_parts_go_side_by_side_between_what_is_done_once() -> None:
    spec = sample_spec(clouds=("public-service", "administrative"))
    pipeline = provisioning(spec, LIMITS)

    assert [[leg.cloud for leg in legs] for legs in stages(pipeline)] == [
        [""],
        ["public-service", "administrative"],
        [""],
    ]
    assert verbs(pipeline) == tuple(Verb)


@pytest.mark.parametrize("verb", Verb)
def test_every_verb_has_a_name(verb: Verb) -> None:
    assert has(f"step.{verb}")
