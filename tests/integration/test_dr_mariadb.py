"""Every false answer about a MariaDB replica is told right, on a real pair over real sshd."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from orchestrator.model.result import CheckStatus
from tests.worlds.maria_pair import WATCHER, MariaPair, maria_pair
from tests.worlds.recovery import RPO

pytestmark = pytest.mark.integration
PASS, FAIL, UNKNOWN = CheckStatus.PASS, CheckStatus.FAIL, CheckStatus.UNKNOWN


@pytest.fixture(scope="module")
def made() -> Iterator[MariaPair]:
    with maria_pair() as made:
        yield made


@pytest.fixture
def beating(made: MariaPair) -> Iterator[MariaPair]:
    made.beat()
    made.until(lambda: made.told(made.replica())["continuity"] == ("follows", PASS))
    yield made
    made.still()


def test_a_good_replica_is_fresh_and_what_nobody_proved_is_unknown(beating: MariaPair) -> None:
    told = beating.told(beating.replica())
    good = {"existence", "identity", "freshness", "continuity", "drift", "capacity", "protection", "independence"}
    assert {name for name, (_, status) in told.items() if status is PASS} == good, told
    assert told["content"] == ("not-compared", UNKNOWN)
    assert told["restorability"] == ("never", FAIL)
    assert beating.told(beating.replica(), None)["freshness"] == ("no-threshold", UNKNOWN)


def test_an_idle_source_is_not_behind_and_without_a_heartbeat_nobody_knows_whether_it_follows(made: MariaPair) -> None:
    assert made.told(made.replica())["freshness"] == ("fresh", PASS)
    told = made.told(made.replica(heartbeat=False))
    assert (told["freshness"], told["continuity"]) == (("fresh", PASS), ("unproved", UNKNOWN))


def test_a_cut_link_is_told_while_both_threads_say_yes_and_nothing_is_behind(beating: MariaPair) -> None:
    beating.net.cut("src", "rep")
    try:
        beating.sql("src", "INSERT INTO app.ledger SELECT seq FROM mysql.seq_1_to_15")
        beating.until(lambda: beating.told(beating.replica())["freshness"] == ("stale", FAIL))
        found = beating.look(beating.replica())
        assert found["continuity"].status is FAIL
        assert float(found["freshness"].values["seconds"]) > RPO.total_seconds()
        assert beating.told(beating.replica(heartbeat=False))["freshness"] == ("no-heartbeat", UNKNOWN)
    finally:
        beating.net.mend()
    beating.until(lambda: beating.told(beating.replica())["continuity"] == ("follows", PASS), 60)


def test_applying_that_is_paused_or_broken_is_told_with_its_error(beating: MariaPair) -> None:
    beating.sql("rep", "STOP SLAVE SQL_THREAD")
    assert beating.told(beating.replica())["continuity"] == ("paused", FAIL)
    beating.until(lambda: beating.told(beating.replica())["freshness"] == ("stale", FAIL))
    # A row that somebody wrote to the replica: a stranger's transaction, which then stops what follows.
    beating.sql("rep", "SET GLOBAL read_only = 0; INSERT INTO app.ledger VALUES (900)")
    told = beating.told(beating.replica())
    assert told["content"] == ("strangers", FAIL)
    assert told["drift"] == ("differs", FAIL)
    beating.sql("src", "INSERT INTO app.ledger VALUES (900)")
    beating.sql("rep", "START SLAVE SQL_THREAD")
    try:
        beating.until(lambda: beating.told(beating.replica())["continuity"] == ("not-applying", FAIL))
        assert "1950" in beating.look(beating.replica())["continuity"].values["measured"]  # out of order
    finally:
        beating.sql("rep", "SET SESSION sql_log_bin = 0; DELETE FROM app.ledger WHERE id = 900")
        beating.sql("rep", "RESET MASTER; SET GLOBAL read_only = 1; START SLAVE SQL_THREAD")
    beating.until(lambda: beating.told(beating.replica())["continuity"] == ("follows", PASS))


def test_a_delay_and_a_filter_are_findings_though_everything_has_arrived(beating: MariaPair) -> None:
    beating.follow(options=", MASTER_DELAY = 3600")
    try:
        told = beating.told(beating.replica())
        assert told["freshness"] == ("delayed", FAIL)
    finally:
        beating.follow(options=", MASTER_DELAY = 0")
    beating.sql("rep", "STOP SLAVE; SET GLOBAL replicate_ignore_db = 'app'; START SLAVE")
    try:
        found = beating.look(beating.replica())["drift"]
        assert (found.status, found.values["first"]) == (FAIL, "Replicate_Ignore_DB app -")
    finally:
        beating.sql("rep", "STOP SLAVE; SET GLOBAL replicate_ignore_db = ''; START SLAVE")
    beating.until(lambda: beating.told(beating.replica())["continuity"] == ("follows", PASS))


def test_who_may_only_look_is_told_the_same(beating: MariaPair) -> None:
    told = beating.told(beating.replica(role=WATCHER))
    assert told["continuity"] == ("follows", PASS)
    assert told["protection"] == ("enough", PASS)


def test_who_cannot_be_asked_is_unknown(made: MariaPair) -> None:
    told = made.told(made.replica(address="10.99.8.200"))
    assert told["existence"] == told["freshness"] == told["continuity"] == ("unseen", UNKNOWN)


def test_a_stranger_of_the_same_id_and_a_promotion_are_findings(made: MariaPair) -> None:
    made.sql("rep", "STOP SLAVE; RESET MASTER; SET GLOBAL gtid_slave_pos = ''")
    made.follow("oth")
    made.until(lambda: made.told(made.replica())["identity"] == ("another-server", FAIL))
    assert made.told(made.replica())["freshness"] == ("not-comparable", UNKNOWN)
    made.sql("rep", "STOP SLAVE; RESET SLAVE ALL; SET GLOBAL read_only = 0")
    told = made.told(made.replica(), timedelta(hours=1))
    assert told["continuity"] == ("promoted", FAIL)
    assert told["freshness"] == ("not-comparable", UNKNOWN)
