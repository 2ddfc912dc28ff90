"""A standby takes the place of a primary that is gone: never of one that lives, never by hope, and the loss is told."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from orchestrator.adapters.replicas.postgresql import PostgresObserver
from orchestrator.adapters.replicas.promoting import PostgresPromoter
from orchestrator.adapters.sessions import ProgramSessions
from orchestrator.errors import Locked
from tests.worlds.failed import BEAT, Client, centre, kill, restored, state
from tests.worlds.recovery import World

pytestmark = [pytest.mark.integration, pytest.mark.alone]
KILLED = ("-m", "tests.worlds.failed", "killed")
RECOVERS = "SELECT pg_is_in_recovery()"


@pytest.fixture(scope="module")
def made() -> Iterator[World]:
    with centre() as made:
        yield made


@pytest.fixture
def pair(made: World) -> Iterator[World]:
    """Give a primary whose heartbeat beats, with its standby, that a check has seen."""
    if made.sql("rep", RECOVERS) == "f":
        restored(made)
    made.beat(BEAT)
    beats = int(made.sql("rep", "SELECT n FROM migrate_dr.heartbeat"))
    made.until(lambda: int(made.sql("rep", "SELECT n FROM migrate_dr.heartbeat")) > beats + 1)
    made.asked("S-1", expect=8)
    yield made
    made.still()


def failover(made: World, *words: str, expect: int) -> Any:
    return json.loads(made.migrate("dr", "failover", "S-1", *words, "-o", "json", expect=expect))


def blocked(made: World, *words: str) -> list[str]:
    return [code.removeprefix("failover.") for code in failover(made, *words, expect=4)["blocked"]]


def told(came: Any) -> tuple[float, float]:
    """Return from when to when what was acknowledged may be lost, as it was told before the decision."""
    newest = came["loss"]["newest_heartbeat"]["ts"]
    return newest, newest + came["loss"]["most_seconds"]


def rows(made: World, host: str) -> set[int]:
    return {int(line) for line in made.sql(host, "\\c app\nSELECT id FROM ledger").splitlines()}


def test_a_killed_primary_is_replaced_and_what_is_lost_was_told(pair: World) -> None:
    client = Client(pair)
    pair.until(lambda: len(client.acknowledged) > 50)
    assert blocked(pair) == ["primary.answers", "standby.fed", "fence.none", "loss.bound"]
    kill(pair)
    pair.still()
    assert blocked(pair, "--dry-run") == ["fence.none", "loss.bound"]
    own = pair.folder / "own"
    pair.migrate("dr", "fenced", "S-1", "--did", "power off", "--key", str(pair.folder / "second"), "--out", str(own),
                 expect=0)  # fmt: skip
    assert blocked(pair, "--fenced-by", str(own)) == ["fence.same-person", "loss.bound"]
    fence = ("--fenced-by", str(state(pair)))
    most = failover(pair, *fence, "--dry-run", expect=4)["loss"]["most_heartbeats"]
    assert blocked(pair, *fence, "--accept-loss", str(most - 1)) == ["loss.bound"]
    assert pair.sql("rep", RECOVERS) == "t"
    assert not list((pair.folder / "rep").glob("migrate-failover-*"))
    came = failover(pair, *fence, "--accept-loss", str(most), expect=0)
    assert (came["decided"], came["done"], came["split"], came["loss"]["most_heartbeats"]) == (True, True, False, most)
    before = max(client.acknowledged)
    pair.until(lambda: max(client.acknowledged) > before + 20)  # clients write again
    acknowledged = client.end()
    there, (first, last) = rows(pair, "rep"), told(came)
    assert all(first <= at <= last + 0.5 for number, at in acknowledged.items() if number not in there)
    # Once more is the same as once; the old primary that comes back is a finding, never silent.
    assert failover(pair, expect=0)["finished_an_earlier_one"]
    pair.server("src", "start")
    assert failover(pair, "--dry-run", expect=8)["split"]
    assert "dr.continuity.split" in json.dumps(pair.asked("S-1", expect=8))


def test_one_fails_over_at_a_time(made: World) -> None:
    promoters = []
    for _ in range(2):
        sessions = ProgramSessions(made.ssh)
        promoters.append(PostgresPromoter(made.standby(), sessions, sessions, PostgresObserver(sessions)))
    promoters[0].hold()
    with pytest.raises(Locked, match=r"failover\.running"):
        promoters[1].hold()
    promoters[0].release()
    promoters[1].hold()
    promoters[1].forget()


@pytest.mark.nightly
def test_a_primary_that_is_cut_off_lives_and_what_it_still_took_is_lost_within_the_bound(pair: World) -> None:
    pair.net.cut("src", "rep")
    acknowledged = {}
    for number in range(1_000_000, 1_000_040):  # past the pooler
        pair.sql("src", f"\\c app\nINSERT INTO ledger (id) VALUES ({number})")
        acknowledged[number] = time.time()
        time.sleep(0.05)
    assert blocked(pair)[0] == "primary.answers"
    pair.net.cut("src", "ctl")
    # Cut off from here and from the standby it lives: silence is no fence.
    time.sleep(8)
    assert blocked(pair) == ["fence.none", "loss.bound"]
    early = state(pair, ago=3600)
    assert blocked(pair, "--fenced-by", str(early), "--accept-loss", "unknown") == ["fence.contradicted"]
    came = failover(pair, "--fenced-by", str(state(pair)), "--accept-loss", "1000", expect=0)
    there, (first, last) = rows(pair, "rep"), told(came)
    lost = [at for number, at in acknowledged.items() if number not in there]
    assert lost
    assert all(first <= at <= last + 0.5 for at in lost)
    pair.net.mend()
    assert failover(pair, expect=8)["split"]


@pytest.mark.nightly
@pytest.mark.parametrize("change", ["stranger", "other-system", "other-server", "expired", "other-programme"])
def test_a_statement_that_says_something_else_is_refused_by_its_own_word(pair: World, change: str) -> None:
    kill(pair)
    pair.still()
    then = dict.fromkeys(("since", "made", "expires"), datetime(2026, 1, 1, tzinfo=UTC))
    changed: dict[str, dict[str, Any]] = {
        "stranger": {"key": "stranger"},
        "other-system": {"system": "S-2"},
        "other-server": {"server": "10.99.8.77:5432"},
        "expired": then,
        "other-programme": {"programme": "q"},
    }
    word = "signature-unknown-signer" if change == "stranger" else change
    found = blocked(pair, "--fenced-by", str(state(pair, **changed[change])), "--accept-loss", "1000")
    assert found[0] == f"fence.{word}"
    pair.server("src", "start")
    pair.until(lambda: pair.sql("src", "SELECT count(*) FROM pg_stat_replication") == "1", 60)


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("step", "when"),
    [("hold", "before"), ("hold", "after"), ("decide", "before"), ("decide", "after"), ("ensure_settings", "after"),
     ("ensure_promoted", "before"), ("ensure_promoted", "after"), ("ensure_route", "before"),
     ("ensure_route", "after"), ("verify", "after")],
)  # fmt: skip
def test_a_failover_that_is_killed_anywhere_ends_with_one_writable_side(pair: World, step: str, when: str) -> None:
    pair.sql("src", "ALTER SYSTEM SET synchronous_standby_names = '*'")
    pair.sql("src", "SELECT pg_reload_conf()")
    client = Client(pair)
    pair.until(lambda: len(client.acknowledged) > 50)
    kill(pair)
    pair.still()
    words = ("--fenced-by", str(state(pair)), "--accept-loss", "1000")
    died = pair.begin("dr", "failover", "S-1", *words, entry=(*KILLED, step, when))
    died.communicate(timeout=120)
    assert died.returncode == -9
    decided = (step, when) not in {("hold", "before"), ("hold", "after"), ("decide", "before")}
    if not decided:
        assert pair.sql("rep", RECOVERS) == "t"
        assert blocked(pair) == ["fence.none", "loss.bound"]
    came = failover(pair, *(() if decided else words), expect=0)
    assert came["finished_an_earlier_one"] is decided
    before = max(client.acknowledged)
    pair.until(lambda: max(client.acknowledged) > before + 20)
    assert client.end().keys() <= rows(pair, "rep")  # the standby was synchronous
    pair.server("src", "start")
    pair.sql("src", "ALTER SYSTEM RESET synchronous_standby_names")
    pair.sql("src", "SELECT pg_reload_conf()")
