"""The pipelines, read aloud."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from orchestrator.model.plan import ServerSpec, Step, Verb
from orchestrator.model.programme import Limits
from orchestrator.model.system import Workload
from orchestrator.planning import pipelines
from orchestrator.reporting.texts import has
from tests.fakes import sample_spec

LIMITS = Limits(server_minutes=7, playbook_minutes=9)


def read_aloud(steps: tuple[Step, ...]) -> str:
    return " ".join(step.verb for step in steps)


def test_a_system_with_everything() -> None:
    spec = sample_spec()

    assert read_aloud(pipelines.before(spec)) == "precheck probe_sources"
    assert read_aloud(pipelines.provision(spec.parts[0], LIMITS)) == (
        "ensure_access ensure_storage ensure_ports ensure_servers ensure_attachments ensure_floating_ips"
    )
    assert read_aloud(pipelines.after(spec, LIMITS)) == "await_guests configure verify record"


def test_a_bare_server_without_source_volume_or_floating_ip() -> None:
    spec = sample_spec(workload=Workload.NONE, volumes=False, floating=False, source=False)

    assert read_aloud(pipelines.before(spec)) == "precheck"
    assert read_aloud(pipelines.provision(spec.parts[0], LIMITS)) == "ensure_access ensure_ports ensure_servers"
    assert read_aloud(pipelines.after(spec, LIMITS)) == "verify record"


def test_what_a_server_boots_from_is_stored_and_not_attached() -> None:
    (part,) = sample_spec().parts
    server = next(item for item in part.objects if isinstance(item, ServerSpec))
    others = tuple(item for item in part.objects if item is not server and item.name not in server.volumes)
    part = replace(part, objects=(*others, replace(server, volumes=())))

    assert read_aloud(pipelines.provision(part, LIMITS)) == (
        "ensure_access ensure_storage ensure_ports ensure_servers ensure_floating_ips"
    )


def test_limits_are_the_programmes() -> None:
    spec = sample_spec()
    steps = (*pipelines.provision(spec.parts[0], LIMITS), *pipelines.after(spec, LIMITS))
    timeouts = {step.verb: step.timeout for step in steps}

    assert timeouts[Verb.ENSURE_SERVERS] == timeouts[Verb.AWAIT_GUESTS] == timedelta(minutes=7)
    assert timeouts[Verb.CONFIGURE] == timedelta(minutes=9)


def test_verbs_of_a_move_are_in_the_order_of_their_steps() -> None:
    spec = sample_spec(clouds=("public-service", "administrative"))

    assert pipelines.verbs(spec, LIMITS) == tuple(Verb)


@pytest.mark.parametrize("verb", Verb)
def test_every_verb_has_a_name_and_a_reason(verb: Verb) -> None:
    assert has(f"step.{verb}")
    assert has(f"step.{verb}.reason")
