"""A server whose disk is another one than the one that was configured is no `=`, whatever its note says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.model.plan import Kind, Mark
from orchestrator.model.result import CloudView
from orchestrator.planning.batches import plan_batch
from orchestrator.reporting.reasons import reason_text
from orchestrator.reporting.texts import Lang, Say
from tests.unit.planning.given import as_seen, listing, programme

ROWS = listing(servers=[{"id": "S-1-web", "workload": "nginx"}, {"id": "S-1-db", "workload": "postgresql"}])
SINCE = "2026-11-23T08:00:00"


def with_server(views: tuple[CloudView, ...], name: str, **detail: str) -> tuple[CloudView, ...]:
    return tuple(
        replace(
            view,
            objects=tuple(
                replace(seen, detail={**seen.detail, **detail}) if (seen.kind, seen.name) == ("server", name) else seen
                for seen in view.objects
            ),
        )
        for view in views
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_rebuilt_server_is_configured_again_and_it_is_said_why(lang: Lang) -> None:
    before = plan_batch(programme(), ROWS, 1, as_seen(plan_batch(programme(), ROWS, 1, None)))
    assert {item.mark for system in before.systems for item in system.items} == {Mark.KEEP}
    views = with_server(as_seen(before), "lab-s-1-web", configured="", renewed=SINCE)

    after = plan_batch(programme(), ROWS, 1, views)

    (system,) = after.systems
    assert system.mark is Mark.CHANGE
    changed = {(item.kind, item.name): item.detail for item in system.items if item.mark is not Mark.KEEP}
    assert changed == {(Kind.CONFIGURATION, "lab-s-1-web"): {"renewed": SINCE}}
    (reason,) = system.reasons
    text = reason_text(Say(lang), reason)
    assert all(word in text for word in ("lab-s-1-web", SINCE, "migrate repin 1 --system S-1"))
    assert after.digest == before.digest
