"""A PostgreSQL system moves there and back under a steady writer, and nothing is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from orchestrator.adapters.frozen_journal import FileJournal
from orchestrator.adapters.frozen_process import FrozenProcess
from orchestrator.adapters.movers.postgresql.counting import count
from orchestrator.adapters.writer import ProbeClient
from orchestrator.checks import preflight
from orchestrator.model.frozen import Decision
from orchestrator.model.move import DatabaseMove, Method
from orchestrator.model.result import CheckStatus
from orchestrator.model.written import Counted
from tests.worlds.postgresql import SECRET, World, world

pytestmark = [pytest.mark.integration, pytest.mark.alone, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def site() -> Iterator[World]:
    with world() as made:
        made.mover.ensure_prepared(made.move)
        made.mover.ensure_seeding(made.move)
        made.await_following()
        yield made


def test_what_preflight_asks_is_answered_and_judged(site: World) -> None:
    source, target = site.mover.observe(site.move)
    found = preflight.preflight(site.move, source, target)
    assert isinstance(found.move, DatabaseMove)
    assert (found.move.roles, found.move.method, found.possible) == (("app",), Method.LOGICAL, True)
    assert [finding.result for finding in found.findings if finding.against] == []
    site.sql("src", "create table bare(n int); insert into bare values (1)")
    site.sql("src", "update bare set n = 2; select lo_create(77)")
    try:
        time.sleep(1.5)  # statistics
        found = preflight.preflight(site.move, *site.mover.observe(site.move))
        codes = {finding.result.code for finding in found.findings if Method.LOGICAL in finding.against}
        assert codes == {"move.preflight.no-key", "move.preflight.large-objects"}
        assert found.move.method is Method.PHYSICAL
    finally:
        site.sql("src", "drop table bare; select lo_unlink(77)")


def test_there_and_back_under_a_writer(site: World) -> None:
    move = site.move
    client = ProbeClient(site.dsn, SECRET, first=1_000_000_000, prefix=site.net.inside("cli"))
    journal = FileJournal(site.journal)
    for attempt, back in ((1, False), (2, True)):
        site.mover.ensure_reverse(move, attempt, back=back)
        assert [check for check in site.mover.gate(move, back=back) if check.status is not CheckStatus.PASS] == []
        outcome = FrozenProcess(site.journal, site.ssh).run(site.mover.frozen(move, attempt, back=back))
        assert (outcome.decision, outcome.failed, outcome.left) == (Decision.OPEN, "", ())
        site.mover.ensure_settled(move, attempt, opened=True, back=back)
        journal.settle()
        assert site.writable() == ["src" if back else "tgt"]
        site.await_following(back=not back)
        time.sleep(1)  # rows on the side that is open now
    written = client.end()
    assert written.errors == ()
    assert written.rows > 100
    assert written.longest_gap() < move.limits.frozen.total_seconds()
    site.await_equal()
    for server in (move.source, move.target):
        assert count(written, server, "app", site.sessions) == Counted(lost=0, duplicated=0, unacknowledged=0)
    # The server logs what changes its catalogue, but never a stored secret that went with it.
    assert "SCRAM-SHA-256" not in (site.folder / "tgt" / "log").read_text()
    assert SECRET not in "".join(path.read_text() for path in site.journal.iterdir())


def test_both_sides_are_compared_and_the_application_may_insert(site: World) -> None:
    checks = {(check.code, check.subject): check for check in site.mover.verify(site.move)}
    assert {name: check for name, check in checks.items() if check.status is not CheckStatus.PASS} == {}
    assert int(checks["move.verify.rows", "app: public.big"].values["rows"]) == 20_000
    assert ("move.verify.insert", "app: public.audit") in checks


@pytest.mark.parametrize(
    ("host", "harm", "mend", "code", "subject"),
    [
        (
            "tgt",
            "update big set pad = 'x' where id = 77",
            "update big set pad = repeat(md5('77'), 8) where id = 77",
            "move.verify.rows",
            "app: public.big",
        ),
        (
            "src",  # it is the one that is written to
            "insert into audit select from generate_series(1, 9); select setval('audit_id_seq', 1)",
            "truncate audit",
            "move.verify.insert",
            "app: public.audit",
        ),
        (
            "tgt",
            "revoke insert on audit from app",
            "grant insert on audit to app",
            "move.verify.grants",
            "app",
        ),
        (
            "tgt",
            "alter table ledger add constraint w_small check (w < 100)",
            "alter table ledger drop constraint w_small",
            "move.verify.constraints",
            "app",
        ),
    ],
)
def test_what_differs_is_found(site: World, host: str, harm: str, mend: str, code: str, subject: str) -> None:
    site.sql(host, harm)
    try:
        found = {(check.code, check.subject): check.status for check in site.mover.verify(site.move)}
    finally:
        site.sql(host, mend)
    assert found[code, subject] is CheckStatus.FAIL


@pytest.mark.parametrize(
    ("harm", "mend", "code"),
    [
        ("alter role app password 'another'", "{secret}", "move.gate.secrets"),
        ("create role clerk login", "drop role clerk", "move.gate.logins"),
    ],
)
def test_a_role_that_would_not_get_in_or_not_be_kept_out_holds_the_cutover(
    site: World, harm: str, mend: str, code: str
) -> None:
    secret = site.sql("src", "select rolpassword from pg_authid where rolname = 'app'", "postgres")
    site.sql("src", f"set password_encryption='scram-sha-256'; {harm}", "postgres")
    try:
        found = {check.code: check for check in site.mover.gate(site.move)}
    finally:
        site.sql("src", mend.format(secret=f"alter role app password '{secret}'"), "postgres")
    assert [name for name, check in found.items() if check.status is not CheckStatus.PASS] == [code]
    assert not any("SCRAM" in str(check.values) for check in found.values())
    assert all(check.status is CheckStatus.PASS for check in site.mover.gate(site.move))


def test_rows_that_a_way_back_would_lose_are_counted_by_table(site: World) -> None:
    assert site.mover.unreplicated(site.move) == {}
    site.sql("tgt", "insert into ledger(id, w) select g, 1 from generate_series(-7, -1) g")
    assert site.mover.unreplicated(site.move) == {"app: public.ledger": 7}
    site.sql("tgt", "delete from ledger where id < 0")


def test_what_is_dropped_leaves_no_slot_and_no_role(site: World) -> None:
    site.mover.drop(site.move, site.mover.removals(site.move))
    for host in ("src", "tgt"):
        assert site.sql(host, "select slot_name from pg_replication_slots") == ""
        assert site.sql(host, "select rolname from pg_roles where rolname ~ '^migrate'") == ""
        assert "migrate" not in (site.folder / host / "data" / "pg_hba.conf").read_text()
    site.mover.drop(site.move, site.mover.removals(site.move))
