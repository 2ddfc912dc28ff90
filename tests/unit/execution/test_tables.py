"""The engine's tables are read without the engine only where they are what this program was written for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from dbos._migration import sqlite_migrations

from orchestrator.execution.database import Database
from orchestrator.execution.tables import FORM, Tables, read


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(programme="lab", file=tmp_path / "state.sqlite", log=tmp_path / "engine.log")
    database.prepare()
    return database


def change(database: Database, *statements: str) -> None:
    with closing(sqlite3.connect(database.file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def workflows(tables: Tables) -> list[object]:
    return [(each.workflow_id, each.input) for each in tables.list_workflows(workflow_id_prefix="lab:1:", name="s")]


def test_the_form_is_that_of_the_release_installed() -> None:
    assert len(sqlite_migrations) == FORM, "look at what changed in the tables that `tables.py` reads, then raise FORM"


def test_tables_of_that_form_are_read(database: Database) -> None:
    row = "INSERT INTO workflow_status (workflow_uuid, status, name, inputs, serialization, priority) VALUES"
    change(
        database,
        f"""{row} ('lab:1:a:1', 'PENDING', 's', '{{"positionalArgs": [7]}}', 'portable_json', 0)""",
        f"""{row} ('lab:10:a:1', 'PENDING', 's', '{{"positionalArgs": [8]}}', 'portable_json', 0)""",
        f"""{row} ('lab:1:a:1:cloud', 'PENDING', 'part', '{{"positionalArgs": [9]}}', 'portable_json', 0)""",
    )

    assert read(database, workflows) == [("lab:1:a:1", {"args": [7]})]
    assert read(database, Tables.life_rows) == ()


@pytest.mark.parametrize("form", [FORM - 1, FORM + 1])
def test_of_another_form_the_engine_is_asked(database: Database, form: int) -> None:
    change(database, f"UPDATE dbos_migrations SET version = {form}")

    assert read(database, workflows) is None


def test_a_pickle_is_never_opened(database: Database) -> None:
    change(
        database,
        "INSERT INTO workflow_status (workflow_uuid, status, name, inputs, serialization, priority)"
        " VALUES ('lab:1:a:1', 'PENDING', 's', 'gASVAAAA', 'py_pickle', 0)",
    )

    assert read(database, workflows) is None


@pytest.mark.parametrize("text", ["{", "[[" * 100_000, '"x"'])
def test_what_is_no_value_of_ours_is_left_to_the_engine(database: Database, text: str) -> None:
    change(
        database,
        "INSERT INTO workflow_status (workflow_uuid, status, name, error, serialization, priority)"
        f" VALUES ('lab:1:a:1', 'ERROR', 's', '{text}', 'portable_json', 0)",
    )

    assert read(database, workflows) is None


def test_no_database_and_one_that_is_none_are_left_to_who_tells_it(tmp_path: Path) -> None:
    database = Database(programme="lab", file=tmp_path / "state.sqlite", log=tmp_path / "engine.log")
    assert read(database, workflows) is None
    assert not database.file.exists()

    database.file.write_bytes(b"no database" * 1000)
    assert read(database, workflows) is None


def test_postgresql_is_asked_by_the_engine(tmp_path: Path) -> None:
    database = Database(
        programme="lab", file=tmp_path / "state.sqlite", url="postgresql://127.0.0.1/x", log=tmp_path / "engine.log"
    )

    assert read(database, workflows) is None
