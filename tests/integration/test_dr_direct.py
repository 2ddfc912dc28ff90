"""A standby asked over TLS by a password: the same verdicts, no login, and nothing for whoever is in between."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.worlds.net import run
from tests.worlds.recovery import World, world

pytestmark = [pytest.mark.integration, pytest.mark.alone]

PASSWORD = "a'b\\ c=d"  # what a connection string or a shell would take for something else
# Sessions as the observer opens them, from where the controller is.
ASKED = """
import json, sys
from pathlib import Path
from orchestrator.adapters.replicas.direct import PROGRAM, DirectSessions
from orchestrator.errors import MigrateError
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import Reach
address, secret, seconds, *texts = sys.argv[1:]
voice = Voice(name="x", reach=Reach(address=address), account=secret, program=PROGRAM, port=5432, role="reader",
              database="postgres", ours=False)
answers = []
for text in texts:
    try:
        session = DirectSessions(None, lambda name: Path(name).read_text(), most=20000).open(voice, seconds=10)
        answers.append(session.ask(text, float(seconds)))
    except MigrateError as error:
        answers.append(f"{error.code} {error.values.get('said', '')}")
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def made() -> Iterator[World]:
    with world() as found:
        found.doors()
        quoted = PASSWORD.replace("'", "''")
        found.sql("src", f"CREATE ROLE reader LOGIN PASSWORD '{quoted}' IN ROLE pg_monitor")
        found.sql("src", "GRANT USAGE ON SCHEMA migrate_dr TO reader; GRANT SELECT ON migrate_dr.heartbeat TO reader")
        found.until(lambda: found.sql("rep", "SELECT count(*) FROM pg_roles WHERE rolname = 'reader'") == "1")
        found.beat()
        yield found


@pytest.fixture
def folder(made: World) -> Path:
    """Return a programme whose standby's ends are asked directly, and that has no key to log in by."""
    found = made.folder / "programme"
    if not found.exists():
        made.declare()
    (found / "identity").unlink(missing_ok=True)
    told = yaml.safe_load((found / "programme.yaml").read_text())
    own = told["recovery"]["systems"]["S-1"]
    own.pop("files", None)
    for side in ("source", "replica"):
        own["postgresql"][0][side].update(role="reader", secret="reader.secret")
    (found / "programme.yaml").write_text(yaml.safe_dump(told, allow_unicode=True))
    (found / "reader.secret").write_text(f"{PASSWORD}\n")
    (found / "reader.secret").chmod(0o600)
    return found


def verdicts(made: World) -> dict[str, Any]:
    (system,) = made.asked("S-1", expect=8)["systems"]
    (replica,) = system["replicas"]
    return {each["code"].split(".")[1]: each for each in replica["results"]}


def test_both_ends_are_asked_and_nobody_is_logged_in_to(made: World, folder: Path) -> None:
    assert not (folder / "identity").exists()
    found = verdicts(made)
    assert {name for name, each in found.items() if each["status"] == "pass"} >= {
        "existence", "identity", "freshness", "continuity", "drift", "independence",
    }  # fmt: skip
    assert found["capacity"]["code"] == "dr.capacity.unseen"  # a server does not tell how much room its disk has
    assert PASSWORD not in json.dumps(found)
    assert PASSWORD not in (folder / ".migrate/evidence.jsonl").read_text()


@pytest.mark.parametrize(
    ("text", "mode", "code"), [("wrong", 0o600, "session.refused"), (PASSWORD, 0o644, "dr.secret")]
)
def test_a_password_that_is_wrong_or_others_can_read_makes_unknown(
    made: World, folder: Path, text: str, mode: int, code: str
) -> None:
    (folder / "reader.secret").write_text(text)
    (folder / "reader.secret").chmod(mode)
    found = verdicts(made)["existence"]
    assert (found["status"], code in json.dumps(found)) == ("unknown", True)


def asked(made: World, folder: Path, *texts: str) -> list[str]:
    """Return what a session each answers to each text within three seconds."""
    words = (made.net.address("src"), str(folder / "plain.secret"), "3", *texts)
    (folder / "plain.secret").write_text(PASSWORD)
    told: list[str] = json.loads(run(*made.net.inside("ctl"), sys.executable, "-c", ASKED, *words))
    return told


def test_a_session_reads_and_no_more_and_keeps_its_deadline(made: World, folder: Path) -> None:
    read, wrote, late, much, ended = asked(
        made,
        folder,
        "SELECT 1, 'a|b'; SELECT NULL, 2",
        "CREATE TABLE public.x ()",
        "SELECT pg_sleep(20)",
        "SELECT repeat('x', 2000000)",
        "SELECT pg_terminate_backend(pg_backend_pid())",
    )
    assert read == "1|a|b\n|2"
    assert "read-only transaction" in wrote
    assert late.startswith("session.late")
    assert much.startswith("session.too-much")
    assert "terminating" in ended


def test_a_server_without_tls_gets_no_password(made: World, folder: Path) -> None:
    try:
        made.sql("src", "ALTER SYSTEM SET ssl = off")
        made.sql("src", "SELECT pg_reload_conf()")
        made.until(lambda: asked(made, folder, "SELECT 1")[0].startswith("session.refused"), seconds=20)
    finally:
        made.sql("src", "ALTER SYSTEM SET ssl = on")
        made.sql("src", "SELECT pg_reload_conf()")


def test_a_server_that_does_not_prove_that_it_knows_the_password_is_refused(made: World, folder: Path) -> None:
    """Whoever is in between asks for the password in the clear, as a server may, and does not get it."""
    hba = made.folder / "src/data/pg_hba.conf"
    before = hba.read_text()
    try:
        hba.write_text(before.replace("scram-sha-256", "password"))
        made.sql("src", "SELECT pg_reload_conf()")
        made.until(lambda: "channel binding" in asked(made, folder, "SELECT 1")[0], seconds=20)
    finally:
        hba.write_text(before)
        made.sql("src", "SELECT pg_reload_conf()")


@pytest.mark.nightly
def test_a_drill_logs_in_and_takes_the_ends_words_over_tls(made: World, folder: Path) -> None:
    shutil.copy(made.folder / "identity", folder / "identity")
    came = json.loads(made.migrate("dr", "drill", "S-1", "-o", "json", expect=0))
    assert came["passed"]
    entries = [json.loads(line) for line in (folder / ".migrate/evidence.jsonl").read_text().splitlines()]
    last = next(each for each in reversed(entries) if each["kind"] == "dr.checked")
    assert last["data"]["seen"]["S-1"]["replicas"][0]["verdicts"]["restorability"] == "pass drilled"
