"""A system with several databases moves by one decision, whatever the pooler's file can hold as their names."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest

from orchestrator.adapters.routes import pgbouncer
from orchestrator.model.frozen import Decision
from tests.worlds.drive import Drive
from tests.worlds.postgresql import World, world

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]

NAMES = ("Haushalt.2026-a", "select")


@pytest.fixture(scope="module")
def site() -> Iterator[World]:
    with world(big=50) as running:
        made = replace(running, move=replace(running.move, databases=NAMES))
        for name in NAMES:
            made.sql("src", f'create database "{name}"', "postgres")
            made.sql("src", "create table note(n bigserial primary key, w text); grant all on note to app", name)
            made.sql("src", "grant all on sequence note_n_seq to app; insert into note(w) values ('before')", name)
        lines = "".join(
            f"{name} = host={made.net.address('src')} port=5432 dbname='{name}'\n" for name in (*NAMES, "app")
        )
        route = made.folder / "prx" / "route.ini"
        route.write_text(lines)
        shutil.chown(route, "postgres")
        console(made, "RELOAD;")
        made.mover.ensure_prepared(made.move)
        made.mover.ensure_seeding(made.move)
        made.await_following()
        yield made


def console(site: World, text: str) -> str:
    voice, _ = pgbouncer.voices(site.move.pooler)
    session = site.sessions.open(voice, seconds=20)
    try:
        return session.ask(text, 20)
    finally:
        session.close()


def write(site: World, side: str, name: str, word: str) -> None:
    """Insert as the application does, on the side that should be open, and nowhere else."""
    text = f"set session authorization app; insert into note(w) values ('{word}')"
    site.sql(side, text, name)


def test_two_databases_go_there_and_back_together(site: World) -> None:
    drive = Drive(site)
    assert drive.run().decision is Decision.OPEN
    assert [site.sql("tgt", "select count(*) from migrate_move.state", name) for name in NAMES] == ["1", "0"]
    shown = console(site, "SHOW DATABASES;")
    for name in NAMES:
        assert f"{name}|{site.net.address('tgt')}|" in shown
        write(site, "tgt", name, "there")
        # The sequence went on where the source's had been.
        assert site.sql("tgt", "select string_agg(n || w, ' ' order by n) from note", name) == "1before 2there"
    assert drive.run().decision is Decision.OPEN
    for name in NAMES:
        write(site, "src", name, "back")
        assert site.sql("src", "select string_agg(n || w, ' ' order by n) from note", name) == "1before 2there 3back"


def test_of_both_nothing_is_left(site: World) -> None:
    site.mover.drop(site.move, site.mover.removals(site.move))
    for host in ("src", "tgt"):
        assert site.sql(host, "select slot_name from pg_replication_slots", "postgres") == ""
        assert site.sql(host, "select subname from pg_subscription", "postgres") == ""
        for name in NAMES:
            assert site.sql(host, "select nspname from pg_namespace where nspname ~ '^migrate'", name) == ""
