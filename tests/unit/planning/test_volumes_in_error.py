"""A volume in error is in the way and never replaced: its text says which command clears the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.model.plan import Kind, Mark
from orchestrator.model.programme import Hold
from orchestrator.planning.batches import plan_batch
from orchestrator.reporting.reasons import reason_text
from orchestrator.reporting.texts import Lang, Say
from tests.unit.planning.given import as_seen, listing, programme

ROWS = listing([{}], [{"id": "S-1-db", "system_id": "S-1", "workload": "postgresql", "data_disk_gib": 5}])
LANGUAGES: tuple[Lang, ...] = ("en", "zh")


@pytest.mark.parametrize("status", ["error", "error_deleting", "error_extending"])
def test_it_blocks_its_system_and_names_the_command_in_both_languages(status: str) -> None:
    admin, public = as_seen(plan_batch(programme(), ROWS, 1, None))
    broken = [replace(seen, status=status) if seen.kind == Kind.VOLUME else seen for seen in admin.objects]
    (volume,) = (seen for seen in broken if seen.kind == Kind.VOLUME)

    (held,) = plan_batch(programme(), ROWS, 1, (replace(admin, objects=tuple(broken)), public)).systems

    assert (held.mark, held.hold, held.spec) == (Mark.HOLD, Hold.BLOCK, None)
    assert [(item.kind, item.detail) for item in held.items if item.mark is Mark.HOLD] == [
        (Kind.VOLUME, {"status": status})
    ]
    (reason,) = held.reasons
    for lang in LANGUAGES:
        told = reason_text(Say(lang), reason)
        assert f"`openstack --os-cloud administrative volume delete {volume.id}`" in told
        assert status in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_so_does_the_step_that_meets_one(lang: Lang) -> None:
    values = {"cloud": "dr", "subject": "lab-s-1-db-data", "id": "0f3", "status": "error"}
    assert "`openstack --os-cloud dr volume delete 0f3`" in Say(lang)("cloud.volume-error.remedy", **values)
