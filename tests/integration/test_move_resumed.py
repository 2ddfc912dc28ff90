"""The orchestrator killed around each step of a move, and followed by another version of itself: it goes on."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from orchestrator.model.life import Phase
from tests.worlds.postgresql import world
from tests.worlds.site import SYSTEM, Site, as_named

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]

KILLED = -signal.SIGKILL


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with world(big=200) as running:
        made = Site(running, tmp_path_factory.mktemp("programme"))
        for name in ("identity", "known_hosts"):
            shutil.copy(running.folder / name, made.folder / name)
        made.declare(approvals="none", windows="any")
        made.list()
        yield made


def either(step: str, *, daily: str) -> list[Any]:
    """Return the moments before and after a step; one of them is enough for a day."""
    return [
        pytest.param(f"{side}:{step}", marks=() if side == daily else pytest.mark.nightly)
        for side in ("before", "after")
    ]


@pytest.mark.parametrize("moment", either("ensure_prepared", daily="after"))
def test_killed_while_it_prepares(site: Site, moment: str) -> None:
    site.onward("prepared", expect=KILLED, dies=moment)
    assert (site.phase, site.world.writable()) == (Phase.PROVISIONED, ["src"])


@pytest.mark.parametrize("moment", either("ensure_seeding", daily="after"))
def test_killed_while_it_begins_the_copy(site: Site, moment: str) -> None:
    site.onward("syncing", expect=KILLED, dies=moment)
    assert (site.phase, site.world.writable()) == (Phase.PREPARED, ["src"])


def test_each_phase_by_another_version_of_the_program(site: Site) -> None:
    site.onward("prepared", version="0.0.1")
    assert site.phase is Phase.PREPARED
    site.onward("syncing", version="9.9.9")
    assert (site.phase, site.world.writable()) == (Phase.SYNCING, ["src"])
    as_named(site).await_following()


@pytest.mark.parametrize("moment", either("ensure_reverse", daily="after"))
def test_killed_before_clients_are_held(site: Site, moment: str) -> None:
    site.onward("open", expect=KILLED, dies=moment)
    assert site.world.writable() == ["src"]


def test_killed_after_the_decision_and_before_replication_is_settled(site: Site) -> None:
    """The batch after it first finishes what is decided, as any command on the system would."""
    site.onward("open", expect=KILLED, dies="before:ensure_settled")
    assert site.world.writable() == ["tgt"]
    site.onward("open", version="9.9.9")
    assert (site.phase, site.world.writable()) == (Phase.OPEN, ["tgt"])
    as_named(site).await_following(back=True)


@pytest.mark.parametrize(
    "moment",
    [pytest.param("after:ensure_reverse", marks=pytest.mark.nightly), *either("ensure_settled", daily="before")],
)
def test_killed_on_the_way_back(site: Site, moment: str) -> None:
    opened = site.world.writable()
    assert opened == ["tgt"]
    site.killed(moment, "rollback", SYSTEM, "--yes")
    if site.world.writable() == ["tgt"]:  # nothing was decided yet: the same command again
        site.migrate("rollback", SYSTEM, "--yes")
    else:
        assert site.migrate("rollback", SYSTEM, "--yes", expect=4)["error"]["code"] == "life.not-now"
    assert (site.phase, site.world.writable()) == (Phase.SYNCING, ["src"])
    as_named(site).await_following()
    site.migrate("cutover", SYSTEM, "--yes")
    as_named(site).await_following(back=True)
    as_named(site).await_equal()
