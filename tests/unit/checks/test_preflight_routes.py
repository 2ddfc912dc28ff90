"""What preflight makes of names and of the old address, and the gates that ask for both later on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from orchestrator.checks import preflight_routes
from orchestrator.checks.gates import check_names, check_quiet
from orchestrator.checks.kinds import PREFLIGHTS
from orchestrator.checks.preflight import Preflight
from orchestrator.execution.leading import as_before, lowered_fact, measured
from orchestrator.model.life import Life
from orchestrator.model.machines import Reach
from orchestrator.model.move import Kind, Method, StaticMove, routes_of
from orchestrator.model.result import CheckStatus
from orchestrator.model.routes import DnsRoute, FloatingRoute, FloatingSeen, Forwarder, Forwarding, NameSeen, Routes
from orchestrator.model.schedule import BEIJING
from orchestrator.reporting import texts
from tests.unit.checks import test_preflight_static as static

NAME, OLD, NEW = "www.example.test", "192.0.2.1", "203.0.113.7"
ROUTE = DnsRoute(name=NAME, zone="example.test", servers=("192.0.2.53", "192.0.2.54"), key="k", source=OLD, target=NEW)
FLOATING = FloatingRoute(address="203.0.113.20", cloud="c", clouds="clouds.yaml", source=OLD, target=NEW)
PASSES = Forwarder(slug="s-1", reach=Reach(address=OLD), address=OLD, target=NEW, ports=(80,), quiet=timedelta(days=7))
MOVE = replace(static.MOVE, routes=Routes(names=(ROUTE,), forwarder=PASSES))
GOOD = tuple(NameSeen(server=server, addresses=(OLD,), ttl=3600) for server in ROUTE.servers)
MACHINE: Mapping[str, object] = {"nft": True, "begins": "systemd", "has_address": True, "router": True}
BOTH = (Method.RSYNC, Method.TAR)
NOW = datetime(2026, 12, 4, 22, 0, tzinfo=BEIJING)


def judged(
    *second: NameSeen,
    key: str = "",
    machine: Mapping[str, object] = MACHINE,
    move: StaticMove = MOVE,
    floating: FloatingSeen | None = None,
) -> Preflight:
    """Return the preflight where the second server says this."""
    routes = {
        "names": {NAME: (*GOOD[: 2 - len(second)], *second)},
        "keys": {NAME: key},
        "forwarder": machine,
        "floating": {FLOATING.address: floating},
    }
    return PREFLIGHTS[Kind.STATIC](move, {**static.facts({}), "routes": routes}, static.facts({}), methods=BOTH)


def codes(found: Preflight) -> dict[str, bool]:
    """Return what was found, and of each whether it forbids."""
    return {each.result.code.removeprefix("move.preflight."): bool(each.against) for each in found.findings}


def test_names_that_lead_to_the_source_are_measured_and_nothing_is_in_the_way() -> None:
    found = judged()
    assert (found.possible, codes(found)) == (True, {})
    assert routes_of(found.move).names[0].before == 3600


SECOND = NameSeen(server="192.0.2.54", addresses=(OLD,), ttl=3600)
CASES = {
    "name-unanswered": replace(SECOND, fault="REFUSED"),
    "name-alias": replace(SECOND, alias="other."),
    "name-family": replace(SECOND, others=("2001:db8::1",)),
    "name-several": replace(SECOND, addresses=(OLD, "192.0.2.9")),
    "name-elsewhere": replace(SECOND, addresses=("192.0.2.9",)),
}


@pytest.mark.parametrize(("code", "second"), CASES.items())
def test_one_server_that_says_something_else_is_enough(code: str, second: NameSeen) -> None:
    found = judged(second)
    assert (found.possible, codes(found)) == (False, {code: True})
    (told,) = found.findings
    assert told.result.status is (CheckStatus.UNKNOWN if code == "name-unanswered" else CheckStatus.FAIL)


def test_a_name_that_no_longer_is_leads_elsewhere() -> None:
    assert codes(judged(replace(SECOND, addresses=(), ttl=0))) == {"name-elsewhere": True}


def test_the_longest_that_any_server_lets_it_be_kept_is_what_is_waited_for() -> None:
    found = judged(replace(SECOND, ttl=172_800))
    assert (found.possible, codes(found)) == (True, {"name-long": False})
    assert routes_of(found.move).wait == timedelta(days=2)


@pytest.mark.parametrize(
    ("changed", "code", "forbids"),
    [
        ({"nft": False}, "forward-nft", True),
        ({"begins": "-"}, "forward-restart", True),
        ({"has_address": False}, "forward-address", True),
        ({"router": False}, "forward-router", False),
    ],
)
def test_the_machine_at_the_old_address(changed: Mapping[str, object], code: str, forbids: bool) -> None:
    assert codes(judged(machine={**MACHINE, **changed})) == {code: forbids}


def test_a_machine_that_could_not_be_asked_is_unknown_and_a_key_that_cannot_be_used_forbids() -> None:
    found = judged(machine={})
    assert (found.possible, codes(found)) == (False, {"unknown": True})
    assert codes(judged(key="-rw-r-----")) == {"name-key": True}


@pytest.mark.parametrize(
    ("passes", "code"),
    [
        (replace(PASSES, ports=(22, 80)), "forward-login"),
        (replace(PASSES, target="2001:db8::1"), "forward-family"),
    ],
)
def test_what_can_never_be_passed_on(passes: Forwarder, code: str) -> None:
    assert codes(judged(move=replace(MOVE, routes=Routes(names=(ROUTE,), forwarder=passes)))) == {code: True}


LED = replace(MOVE, routes=Routes(names=(ROUTE,), floating=(FLOATING,)))
THERE = FloatingSeen(known=True, port="p-1", fixed=OLD, target_port="p-2")


def test_the_ports_of_a_floating_ip_are_noted_and_no_edit_of_the_programme() -> None:
    found = judged(move=LED, floating=THERE)
    assert (found.possible, codes(found)) == (True, {})
    (noted,) = routes_of(found.move).floating
    assert noted.ends(back=True) == (("p-2", NEW), ("p-1", OLD))
    assert noted == FLOATING


@pytest.mark.parametrize(
    ("seen", "code", "status"),
    [
        (FloatingSeen(fault="cloud.credentials"), "floating-unanswered", CheckStatus.UNKNOWN),
        (FloatingSeen(), "floating-absent", CheckStatus.FAIL),
        (replace(THERE, port="p-9", fixed="192.0.2.9"), "floating-elsewhere", CheckStatus.FAIL),
        (replace(THERE, port="", fixed=""), "floating-elsewhere", CheckStatus.FAIL),
        (replace(THERE, target_port=""), "floating-port", CheckStatus.FAIL),
        (replace(THERE, taken="203.0.113.21"), "floating-taken", CheckStatus.FAIL),
    ],
)
def test_a_floating_ip_that_cannot_be_led(seen: FloatingSeen, code: str, status: CheckStatus) -> None:
    found = judged(move=LED, floating=seen)
    assert (found.possible, codes(found)) == (False, {code: True})
    assert found.findings[0].result.status is status
    assert texts.has(f"move.preflight.{code}.remedy")


def test_facts_of_a_move_without_routes_are_judged_as_before() -> None:
    found = PREFLIGHTS[Kind.STATIC](static.MOVE, static.facts({}), static.facts({}), methods=BOTH)
    assert (found.possible, codes(found), found.move) == (True, {}, static.MOVE)


def test_every_finding_has_words() -> None:
    source = Path(preflight_routes.__file__).read_text(encoding="utf-8")
    told = {*re.findall(r'finding\("([a-z-]+)"', source), *CASES}
    assert len(told) > 10
    assert [code for code in sorted(told) if not texts.has(f"move.preflight.{code}.remedy")] == []


def test_what_was_written_down_before_anything_was_lowered_counts() -> None:
    move = judged().move
    life = Life(system="S-1", facts={"ttls": measured(move)})
    lowered = replace(MOVE, routes=Routes(names=(replace(ROUTE, before=60),), forwarder=PASSES))
    assert routes_of(as_before(life, lowered)).names[0].before == 3600
    assert as_before(Life(system="S-1"), lowered) == lowered
    assert measured(static.MOVE) is None
    assert lowered_fact(static.MOVE, NOW) == {}


@pytest.mark.parametrize(
    ("passed", "status"),
    [(timedelta(seconds=3599), CheckStatus.FAIL), (timedelta(seconds=3600), CheckStatus.PASS)],
)
def test_a_cutover_waits_until_nobody_keeps_an_answer_of_before(passed: timedelta, status: CheckStatus) -> None:
    life = Life(system="S-1", facts=lowered_fact(MOVE, NOW))
    found = check_names(life, timedelta(hours=1), NOW + passed)
    assert (found.status, found.values["until"]) == (status, "2026-12-04 23:00:00")


def test_nobody_knows_since_when_where_nothing_was_written_down() -> None:
    assert check_names(Life(system="S-1"), timedelta(), NOW).status is CheckStatus.UNKNOWN


WEEK = 7 * 86_400


@pytest.mark.parametrize(
    ("seen", "status", "reason"),
    [
        (Forwarding(state="on", since=WEEK), CheckStatus.PASS, ""),
        (Forwarding(state="on", since=WEEK - 1), CheckStatus.FAIL, "short"),
        (Forwarding(state="on", since=WEEK, clients=("198.51.100.4",)), CheckStatus.FAIL, "clients"),
        (Forwarding(state="off"), CheckStatus.UNKNOWN, "unknown"),
        (Forwarding(fault="timed out"), CheckStatus.UNKNOWN, "unknown"),
    ],
)
def test_the_old_machine_goes_once_nobody_comes(seen: Forwarding, status: CheckStatus, reason: str) -> None:
    found = check_quiet(Life(system="S-1"), PASSES, seen)
    assert (found.status, found.values.get("reason", "")) == (status, reason)
    assert texts.has(".".join(filter(None, (found.code, reason))))


def test_clients_beyond_ten_are_counted_and_not_named() -> None:
    clients = tuple(f"198.51.100.{number}" for number in range(40))
    found = check_quiet(Life(system="S-1"), PASSES, Forwarding(state="on", since=WEEK, clients=clients))
    assert (found.values["count"], "198.51.100.39" in found.values["clients"]) == ("40", False)
