"""A MariaDB replica is made from nothing and taken away again: nothing is written over, and nothing is left."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import pytest
import yaml

from tests.worlds.net import run
from tests.worlds.prepared_maria import MariaBare, bare, data, told
from tests.worlds.preparing import drop, prepare, refused

pytestmark = pytest.mark.integration
KILLED = ("-m", "tests.worlds.prepared_maria", "killed")
TRACES = """SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM mysql.user WHERE user LIKE 'migrate%'),
 (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema LIKE 'migrate%'))"""
LEDGER = "CHECKSUM TABLE app.ledger"


@pytest.fixture(scope="module")
def primary() -> Iterator[MariaBare]:
    with bare() as made:
        yield made


@pytest.fixture
def made(primary: MariaBare) -> Iterator[MariaBare]:
    """Give the source without a replica; what a test leaves is taken away."""
    programme = primary.folder / "programme" / "programme.yaml"
    kept = programme.read_text()
    yield primary
    programme.write_text(kept)
    primary.net.mend()
    drop(primary, "--confirm", "S-1", expect=0)
    assert primary.sql("src", TRACES) == "0 0"
    assert not list((primary.folder / "rep").glob("*"))


def killed(made: MariaBare, step: str, when: str, *words: str) -> None:
    died = made.begin("dr", *(words or ("prepare", "S-1")), entry=(*KILLED, step, when))
    out, err = died.communicate(timeout=60)
    assert died.returncode == -9, (out, err)


def checked(made: MariaBare) -> dict[str, str]:
    """Check it, and return what did not pass."""
    out, _ = made.begin("dr", "check", "S-1", "-o", "json").communicate(timeout=60)
    (replica,) = json.loads(out)["systems"][0]["replicas"]
    found = {each["code"].split(".")[1]: each["status"] for each in replica["results"]}
    return {name: status for name, status in found.items() if status != "pass"}


def test_a_replica_is_made_from_nothing_and_taken_away(made: MariaBare) -> None:
    came = prepare(made, expect=0)
    assert {each["code"]: each["status"] for each in came["proofs"]} == {
        "dr.identity.same": "pass", "dr.continuity.follows": "pass", "prepare.caught-up": "pass",
    }  # fmt: skip
    assert [each["step"] for each in came["steps"]] == ["access", "beat", "seed", "start", "follow", "prove"]
    made.sql("src", "INSERT INTO app.ledger VALUES (5000, 'later')")
    made.until(lambda: made.sql("rep", LEDGER) == made.sql("src", LEDGER))
    assert made.sql("rep", "SELECT @@read_only, @@server_id <> 1, @@event_scheduler") == "1\t1\tOFF"
    # By its own account, which is let in by TLS alone; nobody drilled it.
    assert checked(made) == {"content": "unknown", "restorability": "fail"}


@pytest.mark.nightly
def test_where_a_backup_is_not_possible_a_dump_is_taken_and_said_why(made: MariaBare) -> None:
    # Whoever may ask the source everything need not read its files.
    made.sql("src", "CREATE USER nobody@localhost IDENTIFIED VIA unix_socket")
    made.sql("src", "GRANT ALL ON *.* TO nobody@localhost WITH GRANT OPTION")
    path = made.folder / "programme" / "programme.yaml"
    whole = yaml.safe_load(path.read_text())
    one = whole["recovery"]["systems"]["S-1"]["mariadb"][0]
    one["source"] |= {"account": "nobody", "role": "nobody"}
    one["make"]["superuser"] = "nobody"
    path.write_text(yaml.safe_dump(whole, allow_unicode=True))
    made.sql("src", "CREATE TABLE app.old (id INT) ENGINE=MyISAM")
    assert refused(made) == ["engines"]
    made.sql("src", "DROP TABLE app.old")
    made.sql("src", r"""CREATE TABLE app.odd (t TEXT); INSERT INTO app.odd VALUES ('x\n\\! touch /tmp/odd\n;\n')""")
    (finding,) = [each for each in prepare(made, "--dry-run", expect=0)["checks"] if each["code"] == "prepare.dump"]
    assert (finding["status"], finding["values"]["why"]) == ("fail", "datadir")
    # One that fails is told in its own words, and its throw-away server ends with it.
    made.sql("src", "CREATE TABLE app.gone (id INT); CREATE VIEW app.broken AS SELECT * FROM app.gone")
    made.sql("src", "DROP TABLE app.gone")
    came = prepare(made, expect=1)
    assert (came["failed"], "app.broken" in came["values"]["said"]) == ("seed", True)
    serving = [line for line in run("ps", "-eo", "args").splitlines() if line.split()[0].endswith("mariadbd")]
    assert not [line for line in serving if str(made.folder / "rep") in line]
    made.sql("src", "DROP VIEW app.broken")
    killed(made, "begin", "after")  # a dump goes on by itself
    assert prepare(made, expect=0)["done"]
    assert made.sql("rep", "CHECKSUM TABLE app.odd, app.ledger") == made.sql(
        "src", "CHECKSUM TABLE app.odd, app.ledger"
    )
    assert made.sql("rep", "SELECT COUNT(*) FROM mysql.user WHERE user = 'app'") == "1"
    rights = made.sql("src", "SELECT CONCAT(Select_priv, Repl_slave_priv) FROM mysql.user WHERE user LIKE 'migrate%'")
    assert rights == "NY"  # what a dump reads is taken back
    assert drop(made, "--confirm", "S-1", expect=0)["left"] == []
    made.sql("src", "DROP USER nobody@localhost; DROP TABLE app.odd")


@pytest.mark.nightly
def test_whatever_forbids_it_is_told_at_once_and_nothing_is_touched(made: MariaBare) -> None:
    strangers = data(made) / "app"
    strangers.mkdir(parents=True)
    (strangers / "ledger.ibd").write_text("somebody's")
    told(made, start=["systemctl", "start", "mariadb@dr"], stop=["systemctl", "stop", "mariadb@dr"], owner="games")
    run(*made.net.inside("rep"), *["iptables", "-A", "OUTPUT", "-p", "tcp", "--dport", "3306", "-j", "REJECT"])
    assert refused(made) == ["data", "config-of-service", "socket", "reach"]
    assert (strangers / "ledger.ibd").read_text() == "somebody's"
    assert drop(made, "--confirm", "S-1", expect=0)["there"] == []
    assert (strangers / "ledger.ibd").read_text() == "somebody's"
    shutil.rmtree(data(made))
    assert made.sql("src", TRACES) == "0 0"


@pytest.mark.nightly
def test_a_replica_that_was_promoted_or_led_elsewhere_is_left_alone(made: MariaBare) -> None:
    prepare(made, expect=0)
    # Once more is the same as once.
    assert [each["step"] for each in prepare(made, expect=0)["steps"]] == ["prove"]
    made.sql("rep", "STOP SLAVE; RESET SLAVE ALL; SET GLOBAL read_only = 0")
    assert refused(made) == ["promoted"]
    assert [
        each["code"] for each in drop(made, "--confirm", "S-1", expect=4)["checks"] if each["status"] != "pass"
    ] == ["prepare.promoted"]
    assert made.sql("rep", "SELECT COUNT(*) FROM app.ledger") == made.sql("src", "SELECT COUNT(*) FROM app.ledger")
    # As somebody would make a replica of it again by hand.
    account = made.sql("src", "SELECT user FROM mysql.user WHERE user LIKE 'migrate%'")
    source = made.net.address("src")
    made.sql("rep", f"SET GLOBAL read_only = 1; CHANGE MASTER TO MASTER_HOST = '{source}', MASTER_PORT = 3307")
    made.sql("rep", f"CHANGE MASTER TO MASTER_USER = '{account}', MASTER_USE_GTID = slave_pos")
    assert refused(made) == ["follows-another"]
    made.sql("rep", "CHANGE MASTER TO MASTER_PORT = 3306")
    made.sql("src", f"ALTER USER {account}@'{made.net.address('rep')}' IDENTIFIED BY 'another'")
    assert [each["step"] for each in prepare(made, expect=0)["steps"]] == ["access", "follow", "prove"]


@pytest.mark.nightly
@pytest.mark.parametrize("step", ["access", "beat", "begin", "seeding", "start", "follow", "observe"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_replica_whose_making_is_killed_anywhere_is_made_by_the_next_command(
    made: MariaBare, step: str, when: str
) -> None:
    told(made, rate="16M")
    killed(made, step, when)
    assert prepare(made, expect=0)["done"]
    made.until(lambda: made.sql("rep", LEDGER) == made.sql("src", LEDGER))


@pytest.mark.nightly
@pytest.mark.parametrize("part", ["standby", "data", "role", "beat"])
def test_taking_away_that_is_killed_anywhere_is_ended_by_the_next_command(made: MariaBare, part: str) -> None:
    prepare(made, expect=0)
    killed(made, "take", part, "drop", "S-1", "--confirm", "S-1")
