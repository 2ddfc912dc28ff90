"""After a failover the old primary follows the new one and takes its place again; nothing is lost on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.worlds.failed import BEAT, Client, kill, state
from tests.worlds.recovery import World
from tests.worlds.returned import agree, returning

pytestmark = [pytest.mark.integration, pytest.mark.alone]
KILLED = ("-m", "tests.worlds.returned", "killed")
RECOVERS = "SELECT pg_is_in_recovery()"


@pytest.fixture(scope="module")
def made() -> Iterator[World]:
    with returning() as made:
        made.beat(BEAT)
        made.until(lambda: int(made.sql("rep", "SELECT n FROM migrate_dr.heartbeat")) > 1)
        yield made
        made.still()


@pytest.fixture
def pair(made: World) -> World:
    """Give a pair that was failed over: the old primary is dead, its standby serves."""
    assert (made.sql("src", RECOVERS), made.sql("rep", RECOVERS)) == ("f", "t")
    made.sql("src", "\\c app\nTRUNCATE ledger")  # every client counts from one
    made.asked("S-1", expect=8)
    kill(made)
    made.still()
    words = ("--fenced-by", str(state(made)), "--accept-loss", "1000")
    assert json.loads(made.migrate("dr", "failover", "S-1", *words, "-o", "json", expect=0))["done"]
    return made


def failback(made: World, *words: str, expect: int) -> Any:
    return json.loads(made.migrate("dr", "failback", "S-1", *words, "-o", "json", expect=expect))


def wrong(came: Any) -> list[str]:
    warnings = came.get("warnings", [])
    return [each["code"] for each in came["checks"] if each["status"] != "pass" and each["code"] not in warnings]


def rows(made: World, host: str) -> set[int]:
    return {int(line) for line in made.sql(host, "\\c app\nSELECT id FROM ledger").splitlines()}


def writable(made: World) -> list[str]:
    """Return the sides that may be written to now."""
    found = []
    for host in ("src", "rep"):
        with suppress(RuntimeError):  # it does not run
            if made.sql(host, RECOVERS) == "f":
                found.append(host)
    return found


def test_clients_are_led_home_and_nothing_is_lost(pair: World) -> None:
    pair.server("src", "start")  # back, and nobody told it
    assert wrong(failback(pair, expect=4)["standby"]) == ["prepare.old-runs"]
    pair.server("src", "stop", "-m", "fast")
    assert not list((pair.folder / "src").glob("migrate-*"))
    # Without a second person's word the old primary follows, and no more.
    came = failback(pair, expect=0)
    assert (came["standby"]["done"], came["switch"]) == (True, None)
    assert len(list((pair.folder / "src").glob("migrate-old-*/PG_VERSION"))) == 1
    client = Client(pair)
    pair.until(lambda: len(client.acknowledged) > 50)
    own = pair.folder / "own"
    pair.migrate("dr", "agree", "S-1", "--why", "tonight", "--key", str(pair.folder / "second"), "--out", str(own),
                 expect=0)  # fmt: skip
    assert wrong(failback(pair, "--agreed-by", str(own), expect=4)["switch"]) == ["failback.agreed.same-person"]
    assert writable(pair) == ["rep"]
    came = failback(pair, "--agreed-by", str(agree(pair)), expect=0)["switch"]
    assert (came["done"], came["rows_lost"], came["bytes_not_received"]) == (True, 0, 0)
    before = max(client.acknowledged)
    pair.until(lambda: max(client.acknowledged) > before + 20)
    assert client.end().keys() <= rows(pair, "src")
    assert writable(pair) == ["src"]
    left = "SELECT count(*) FROM pg_replication_slots"
    assert (pair.sql("src", left), pair.sql("rep", left)) == ("1", "0")
    assert pair.sql("src", "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'migrate%'") == "1"
    pair.migrate("evidence", "verify", expect=0)
    # Once more is the same as once.
    again = failback(pair, expect=0)["switch"]
    assert (again["finished_an_earlier_one"], again["done"], writable(pair)) == (True, True, ["src"])


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("of", "step", "when"),
    [("HomeMaker", "begin", "before"), ("HomeMaker", "begin", "after"), ("HomeMaker", "start", "after"),
     ("Promoter", "hold", "after"), ("Turner", "close", "before"), ("Turner", "close", "after"),
     ("Turner", "replayed", "after"), ("Promoter", "decide", "before"), ("Promoter", "decide", "after"),
     ("Promoter", "ensure_promoted", "before"), ("Promoter", "ensure_promoted", "after"),
     ("Promoter", "ensure_route", "after"), ("Turner", "unbind", "before"), ("Turner", "unbind", "after"),
     ("Turner", "tidy", "before"), ("Turner", "tidy", "after")],
)  # fmt: skip
def test_a_failback_that_is_killed_anywhere_ends_with_one_writable_side(
    pair: World, of: str, step: str, when: str
) -> None:
    client = Client(pair)
    pair.until(lambda: len(client.acknowledged) > 50)
    words = ("dr", "failback", "S-1", "--agreed-by", str(agree(pair)))
    died = pair.begin(*words, entry=(*KILLED, f"Postgres{of}", step, when))
    died.communicate(timeout=120)
    assert died.returncode == -9
    assert len(writable(pair)) <= 1
    decided = ("decide" in step and when == "after") or step in {
        "ensure_promoted", "ensure_route", "unbind", "tidy"
    }  # fmt: skip
    came = failback(pair, *(() if decided else ("--agreed-by", str(agree(pair)))), expect=0)["switch"]
    assert (came["done"], came["finished_an_earlier_one"]) == (True, decided)
    assert writable(pair) == ["src"]
    before = max(client.acknowledged)
    pair.until(lambda: max(client.acknowledged) > before + 20)
    assert client.end().keys() <= rows(pair, "src")


@pytest.mark.nightly
def test_an_old_primary_that_only_follows_is_taken_away_again(pair: World) -> None:
    failback(pair, expect=0)
    came = json.loads(pair.migrate("dr", "drop", "S-1", "--home", "--confirm", "S-1", "-o", "json", expect=0))
    assert (came["gone"], came["left"]) == (["standby", "data", "slot", "line", "role", "beat", "folder"], [])
    assert pair.sql("rep", "SELECT count(*) FROM pg_replication_slots") == "0"
    assert failback(pair, "--agreed-by", str(agree(pair)), expect=0)["switch"]["done"]


@pytest.mark.nightly
@pytest.mark.parametrize(("of", "step", "why"), [("Turner", "close", "serves"), ("Promoter", "decide", "switched")])
def test_neither_side_of_a_switch_that_was_killed_is_taken_away(pair: World, of: str, step: str, why: str) -> None:
    failback(pair, expect=0)
    words = ("dr", "failback", "S-1", "--agreed-by", str(agree(pair)))
    pair.begin(*words, entry=(*KILLED, f"Postgres{of}", step, "after")).communicate(timeout=120)
    pair.server("rep", "start")  # as its machine's restart would
    # Somebody who says that the source is gone for good is not asked for it.
    for without in ((), ("--without", "source")) if why == "switched" else ((),):
        out = pair.migrate("dr", "drop", "S-1", "--home", "--confirm", "S-1", *without, "-o", "json", expect=4)
        assert f"prepare.{why}" in wrong(json.loads(out))
    agreed = () if why == "switched" else ("--agreed-by", str(agree(pair)))
    assert failback(pair, *agreed, expect=0)["switch"]["done"]


@pytest.mark.nightly
def test_a_side_that_was_closed_and_not_decided_on_is_opened_again_by_whoever_comes_without_a_word(pair: World) -> None:
    failback(pair, expect=0)
    died = pair.begin(
        "dr", "failback", "S-1", "--agreed-by", str(agree(pair)), entry=(*KILLED, "PostgresTurner", "close", "after")
    )
    died.communicate(timeout=120)
    assert writable(pair) == []
    pair.server("rep", "start")  # as its machine's restart would
    assert writable(pair) == []
    came = failback(pair, expect=4)["switch"]
    assert (came["opened_again"], came["blocked"], writable(pair)) == (True, ["failback.agreed.none"], ["rep"])
    assert failback(pair, "--agreed-by", str(agree(pair)), expect=0)["switch"]["done"]


@pytest.mark.nightly
def test_a_primary_that_was_told_to_close_and_not_stopped_is_told_by_a_check_and_stays_open(pair: World) -> None:
    failback(pair, expect=0)
    words = ("dr", "failback", "S-1", "--agreed-by", str(agree(pair)))
    died = pair.begin(*words, entry=(*KILLED, "PostgresMaker", "take", "before"))
    died.communicate(timeout=120)
    signal = pair.folder / "rep" / "data" / "standby.signal"
    assert (died.returncode, writable(pair), signal.exists()) == (-9, ["rep"], True)
    out, err = pair.begin("dr", "check", "S-1", "-o", "json").communicate(timeout=60)
    (replica,) = json.loads(out)["systems"][0]["replicas"]
    assert "dr.continuity.closing" in [each["code"] for each in replica["results"]]
    assert "migrate dr failback S-1" in err
    came = failback(pair, expect=4)["switch"]
    assert (came["opened_again"], came["blocked"], signal.exists()) == (True, ["failback.agreed.none"], False)
    pair.server("rep", "restart")
    assert writable(pair) == ["rep"]
    assert failback(pair, "--agreed-by", str(agree(pair)), expect=0)["switch"]["done"]
