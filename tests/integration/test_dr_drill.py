"""A standby's recovery is drilled from a copy of it, on a real pair: isolated, timed, compared, and nothing is left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.worlds.recovery import World, world

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def made() -> Iterator[World]:
    with world() as made:
        made.tree("src").mkdir()
        made.sync()
        made.declare()
        made.sql("src", "CREATE TABLE kept (id int PRIMARY KEY, note text)")
        made.sql("src", "INSERT INTO kept SELECT n, md5(n::text) FROM generate_series(1, 5000) n")
        yield made


@pytest.fixture
def beating(made: World) -> Iterator[World]:
    made.beat()
    made.until(lambda: made.sql("rep", "SELECT n > 3 FROM migrate_dr.heartbeat") == "t")
    yield made
    made.still()


def drilled(made: World, *words: str, expect: int) -> Any:
    return json.loads(made.migrate("dr", "drill", "S-1", *words, "-o", "json", expect=expect))


def test_a_drill_passes_and_leaves_everything_as_it_was(beating: World) -> None:
    came = drilled(beating, expect=0)
    print(json.dumps(came, indent=1, ensure_ascii=False))
    assert came["passed"]
