"""What a cloud offers is judged before anything is made: each fault with its words, its remedy and its place."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.checks.readiness import blocking, check_batch
from orchestrator.model.plan import BatchPlan, Kind
from orchestrator.model.result import CheckResult, CloudView, Offer
from orchestrator.planning.batches import plan_batch
from orchestrator.reporting.texts import Lang, Say, has
from tests.unit.planning.given import as_seen, empty, listing, programme

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "cases" / "readiness" / "offers.yaml").read_text(encoding="utf-8")
)
PUBLIC = listing([{"audience": ["public"], "networks": ["public-service-domain"]}])


def with_offer(view: CloudView, kind: str, name: str, detail: Mapping[str, str], *, twice: bool = False) -> CloudView:
    """Return a view that tells some detail of one offer otherwise, and has it once more under another id if asked."""

    def told(offer: Offer) -> list[Offer]:
        if (offer.kind, offer.name) != (kind, name):
            return [offer]
        changed = replace(offer, detail={**offer.detail, **detail})
        return [changed, replace(changed, id="another")] if twice else [changed]

    return replace(view, offers=tuple(each for offer in view.offers for each in told(offer)))


def judged(views: Sequence[CloudView]) -> tuple[BatchPlan, tuple[CheckResult, ...]]:
    plan = plan_batch(programme(), PUBLIC, 1, views)
    return plan, blocking(check_batch(plan, views))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["case"]))
def test_what_is_offered_is_judged(case: Mapping[str, Any]) -> None:
    administrative, public = empty()
    kind, name = case["offer"]
    public = with_offer(public, kind, name, case.get("detail", {}), twice=case.get("twice", False))

    plan, faults = judged((administrative, public))

    assert sorted(f"{fault.code} {fault.status}" for fault in faults) == sorted(case["expect"])
    beside = [note.code for note in plan.notes if note.code not in {fault.code for fault in faults}]
    assert beside == case.get("notes", [])
    assert {fault.subject for fault in faults} <= {"public-service"}


def words() -> list[tuple[CheckResult, Lang]]:
    """Return every fault of the cases in both languages."""
    _, public = empty()
    found: dict[tuple[str, str], CheckResult] = {}
    for case in CASES:
        kind, name = case["offer"]
        view = with_offer(public, kind, name, case.get("detail", {}), twice=case.get("twice", False))
        found |= {(fault.code, fault.status): fault for fault in judged((view,))[1]}
    return [(fault, lang) for fault in found.values() for lang in ("en", "zh")]


def test_every_fault_has_words_and_a_remedy_with_all_their_values() -> None:
    told = words()
    assert len(told) > 30
    for fault, lang in told:
        code = fault.code if fault.status == "fail" else f"{fault.code}.{fault.status}"
        for text in (code, f"{fault.code}.remedy"):
            assert has(text)
            assert "{" not in Say(lang)(text, subject=fault.subject, **fault.values)


def test_an_id_is_one_word_of_the_command_that_it_stands_in() -> None:
    administrative, public = empty()
    evil = "x; reboot $(id)"
    offers = tuple(replace(offer, id=evil) if offer.name == "internet" else offer for offer in public.offers)
    view = with_offer(replace(public, offers=offers), "network", "internet", {"port_security": "no"})

    (fault,) = judged((administrative, view))[1]

    remedy = Say("en")("plan.network-no-port-security.remedy", **fault.values)
    assert shlex.split(remedy.split("`")[1])[-1] == evil


def test_what_stands_already_is_not_needed_again_and_not_judged() -> None:
    seen = as_seen(plan_batch(programme(), PUBLIC, 1, None))
    full = {"taken_least": "200", "taken_most": "200", "status": "DOWN"}
    views = tuple(
        with_offer(with_offer(view, "network", "internet", full), "network", "provider", full) for view in seen
    )

    plan, faults = judged(views)

    assert faults == ()
    assert not [line for line in plan.quotas if line.resource == "addresses"]


def test_fixed_and_floating_addresses_of_one_network_are_one_sum() -> None:
    made = programme(
        {"public-service": {"zones": {"internet": {"network": "provider", "floating_network": "provider"}}}}
    )
    _, public = empty()
    view = with_offer(public, "network", "provider", {"taken_least": "199", "taken_most": "199"})

    plan = plan_batch(made, PUBLIC, 1, (view,))

    (line,) = [line for line in plan.quotas if line.resource == "addresses"]
    assert (line.network, line.needed, line.missing) == ("provider", 2, 1)


def test_a_port_that_is_gone_needs_an_address_again() -> None:
    seen = as_seen(plan_batch(programme(), PUBLIC, 1, None))
    lost = tuple(
        replace(view, objects=tuple(each for each in view.objects if each.kind != Kind.PORT.value)) for view in seen
    )

    plan, _ = judged(lost)

    assert [(line.network, line.needed) for line in plan.quotas if line.resource == "addresses"] == [("internet", 1)]
