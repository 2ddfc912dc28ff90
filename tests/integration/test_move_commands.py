"""`migrate cutover`, `rollback`, `approve` and `retire` as commands, on real servers in namespaces of their own."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any, cast

import pytest

from orchestrator.adapters.frozen_journal import FileJournal
from orchestrator.adapters.frozen_process import FrozenProcess
from orchestrator.errors import ExitCode, MigrateError
from orchestrator.execution.moving import recorded
from orchestrator.model.life import Move, Phase
from orchestrator.model.move import DatabaseMove
from orchestrator.planning.moving import cutover_digest
from orchestrator.planning.specs import slug
from tests.worlds.drive import KILLED
from tests.worlds.postgresql import world
from tests.worlds.site import SYSTEM, Site, syncing

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A programme whose servers stand, and nothing else of it."""
    with world(big=200) as running:
        made = Site(running, tmp_path_factory.mktemp("programme"))
        for name in ("identity", "known_hosts"):
            shutil.copy(running.folder / name, made.folder / name)
        made.declare(approvals="none")
        made.list()
        yield made


def test_a_batch_goes_as_far_as_it_is_told_and_as_it_may(empty: Site) -> None:
    for until in ("prepared", "syncing"):
        empty.onward(until)
        assert empty.phase == until
    assert "there is no schedule" in empty.onward("open")  # a gate holds it, and says why
    life = empty.lives.of(SYSTEM)
    assert life is not None
    assert (life.phase, life.waits_for, empty.world.writable()) == (
        Phase.SYNCING, "gate.window.no-schedule", ["src"],
    )  # fmt: skip
    empty.declare(approvals="none", windows="any", rehearsal="required")  # the batch makes it itself
    told = empty.onward("open")
    assert "The rehearsal of S-1 passed" in told
    assert (empty.phase, empty.world.writable()) == (Phase.OPEN, ["tgt"])
    assert "migrate rollback S-1" in told
    assert empty.onward("open") != ""  # again: nothing happens to what is open
    assert empty.phase is Phase.OPEN


def test_what_was_rolled_back_is_not_sent_there_again_by_a_batch(empty: Site) -> None:
    life = empty.lives.of(SYSTEM)
    assert life is not None
    begun = cast(DatabaseMove, recorded(life))  # its names are the list's, not the world's
    replace(empty.world, move=begun).await_following(back=True)
    empty.migrate("rollback", SYSTEM, "--yes")
    assert "only a person" in empty.onward("open")
    assert (empty.phase, empty.world.writable()) == (Phase.SYNCING, ["src"])


def test_a_list_that_was_edited_meanwhile_is_told_and_changes_nothing(empty: Site) -> None:
    text = (empty.folder / "programme.yaml").read_text()
    (empty.folder / "programme.yaml").write_text(text.replace("frozen: 30", "frozen: 29"))
    empty.onward("open", expect=ExitCode.FAILED)
    assert (empty.phase, empty.world.writable()) == (Phase.SYNCING, ["src"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with syncing(tmp_path_factory.mktemp("programme")) as made:
        yield made


def test_a_dry_run_prints_the_very_list_and_touches_nothing(site: Site) -> None:
    told = site.migrate("cutover", SYSTEM, "--dry-run")
    frozen = site.world.mover.frozen(site.world.move, 1)
    assert [line["line"] for line in told["lines"]] == [line.name for line in frozen.lines]
    assert told["digest"] == cutover_digest(site.world.move, frozen)
    assert (site.phase, site.world.writable()) == (Phase.SYNCING, ["src"])


def test_what_nobody_approved_is_refused_and_what_a_second_person_signed_is_not(site: Site) -> None:
    site.declare(approvals="required", windows="any")
    told = site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.REFUSED)
    assert (told["checks"][-1]["code"], told["checks"][-1]["values"]["reason"]) == ("gate.approval", "none")
    key = site.folder.with_name(f"{site.folder.name}-reviewer")  # other programmes have theirs beside it
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    (site.folder / "approvers").write_text(f"reviewer@gov {key.with_suffix('.pub').read_text()}")
    own = site.migrate("approve", SYSTEM, "--digest", told["digest"], "--key", str(key))
    assert [each["by"] for each in own["approvals"]] == ["reviewer@gov"]
    # The same account on the same machine: another key does not make another person.
    told = site.migrate("cutover", SYSTEM, "--dry-run", expect=ExitCode.REFUSED)
    assert told["checks"][-1]["values"]["reason"] == "same-person"
    assert site.world.writable() == ["src"]
    site.declare(approvals="none", windows="any")


def test_a_window_that_is_not_planned_is_unknown_and_no_window(site: Site) -> None:
    site.declare(approvals="none")
    told = site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.REFUSED)
    assert [(check["code"], check["status"]) for check in told["checks"]] == [("gate.window", "unknown")]
    site.declare(approvals="none", windows="any")


def test_there_and_back_by_command(site: Site) -> None:
    told = site.migrate("cutover", SYSTEM, "--yes")
    assert (told["decision"], told["phase"], site.world.writable()) == ("open", "open", ["tgt"])
    assert measured(told) > 0
    assert [check["status"] for check in told["checks"]] == ["pass"] * len(told["checks"])
    site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.REFUSED)
    assert (site.phase, site.world.writable()) == (Phase.OPEN, ["tgt"])
    site.migrate("retire", SYSTEM, "--confirm", SYSTEM, expect=ExitCode.REFUSED)  # it has not soaked
    site.world.await_following(back=True)
    told = site.migrate("rollback", SYSTEM, "--yes")
    assert (told["decision"], told["phase"], site.world.writable()) == ("open", "syncing", ["src"])
    assert measured(told) > 0


def measured(told: Any) -> float:
    """Return the gap that the probe client met, in seconds, once it is known that no row was lost or is there twice."""
    probe = told["probe"]
    assert (probe["fault"], probe["lost"], probe["duplicated"]) == ("", 0, 0), probe
    assert probe["rows"] > 0
    return float(probe["gap_seconds"])


@pytest.mark.parametrize("wrong", ["open", "missing", "link", "pipe"])
def test_a_secret_that_others_can_read_stops_before_anything_is_touched(site: Site, wrong: str) -> None:
    secret = site.folder / "app.secret"
    if wrong == "open":
        secret.chmod(0o644)
    else:
        secret.unlink()
        if wrong == "link":
            secret.symlink_to(site.folder / "identity")
        if wrong == "pipe":
            os.mkfifo(secret, mode=0o600)
    told = site.migrate("cutover", SYSTEM, "--yes", expect=ExitCode.REFUSED)
    assert told["error"]["code"] == "probe.secret"
    assert (site.phase, site.world.writable()) == (Phase.SYNCING, ["src"])
    secret.unlink(missing_ok=True)
    site.declare(approvals="none", windows="any")


def test_a_machine_that_is_gone_in_the_frozen_section_is_followed_by_another_once_it_must_have_ended(
    site: Site,
) -> None:
    site.world.await_following()
    life = site.lives.of(SYSTEM)
    assert life is not None
    site.world.mover.ensure_reverse(site.world.move, life.attempt + 1)
    lost = FrozenProcess(site.folder / "lost", site.world.ssh, (*KILLED, "frozen", "mark", "0"))
    with pytest.raises(MigrateError):
        lost.run(site.world.mover.frozen(site.world.move, life.attempt + 1))
    site.lives.happen(life, Move.FREEZE)
    assert site.world.writable() == []
    told = site.migrate("give-back", SYSTEM, expect=ExitCode.LOCKED)
    assert (told["error"]["code"], site.phase, site.world.writable()) == ("frozen.elsewhere", Phase.CUTOVER, [])
    with closing(sqlite3.connect(site.folder / ".migrate" / "state.sqlite")) as record, record:
        record.execute("update migrate_lives set since = '2026-01-01T00:00:00+00:00'")
    site.migrate("give-back", SYSTEM)
    assert (site.phase, site.world.writable()) == (Phase.SYNCING, ["src"])


def test_a_command_that_dies_in_the_frozen_section_is_finished_by_the_next(site: Site) -> None:
    site.world.await_following()
    lives = site.lives
    life = lives.of(SYSTEM)
    assert life is not None
    # As if it had been killed between the record of its beginning and the section's own first line.
    FileJournal(site.folder / ".migrate" / "sections" / slug(SYSTEM)).promise(life.attempt + 1)
    lives.happen(life, Move.FREEZE)
    told = site.migrate("cutover", SYSTEM, "--yes")
    assert (told["decision"], site.phase, site.world.writable()) == ("open", Phase.OPEN, ["tgt"])


def test_a_source_that_is_gone_costs_rows_that_are_accepted_by_number_or_not_at_all(site: Site) -> None:
    told = site.migrate("rollback", SYSTEM, "--dry-run")
    assert told["would_lose"] is not None
    assert sum(told["would_lose"].values()) == 0
