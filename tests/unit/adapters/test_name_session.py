"""What is made of a DNS server's answers: only what it says by itself, of one address, is known; nothing else is."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.tsig
import pytest

from orchestrator.adapters.routes.name_session import NameSession, read_key
from orchestrator.errors import MigrateError, Refused
from orchestrator.model.frozen import Voice
from orchestrator.model.machines import Reach
from tests.name_server import Answer, name_server

NAME, OLD, NEW = "www.example.test", "192.0.2.1", "203.0.113.7"
KEY = "hmac-sha256:migrate:c2VjcmV0IHNlY3JldCBzZWNyZXQ="


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dns.key").touch(mode=0o600)
    (tmp_path / "dns.key").write_text(f"{KEY}\n")
    return tmp_path


class Zone:
    """A server that holds one name; tests change how it answers."""

    def __init__(self, key: dns.tsig.Key) -> None:
        self.key = key
        self.records: list[tuple[str, int, str]] = [("A", 300, OLD)]
        self.rcode = dns.rcode.NOERROR
        self.update_rcode = dns.rcode.NOERROR
        self.authoritative = True
        self.signs = True
        self.deaf = False
        self.updates: list[dns.message.Message] = []

    def answer(self, asked: dns.message.Message) -> bytes | None:
        if asked.opcode() == dns.opcode.UPDATE:
            return self._updated(asked)
        answer = dns.message.make_response(asked)
        answer.set_rcode(self.rcode)
        if self.authoritative:
            answer.flags |= dns.flags.AA
        wanted = dns.rdatatype.to_text(asked.question[0].rdtype)
        for kind, ttl, data in self.records:
            if kind in (wanted, "CNAME"):
                answer.answer.append(dns.rrset.from_text(f"{NAME}.", ttl, "IN", kind, data))
        return answer.to_wire()

    def _updated(self, asked: dns.message.Message) -> bytes | None:
        self.updates.append(asked)
        added = [record for record in asked.sections[2] if record.ttl]
        if self.update_rcode == dns.rcode.NOERROR and not self.deaf:
            self.records = [("A", added[0].ttl, added[0][0].to_text())]
        answer = dns.message.make_response(asked)
        answer.set_rcode(self.update_rcode)
        if not self.signs:
            answer.tsig = None
        return answer.to_wire()


def asked(zone: Zone, folder: Path | None, text: str, *, answer: Answer | None = None, seconds: float = 3) -> str:
    with name_server(answer or zone.answer, zone.key) as port:
        voice = Voice(
            name="zone",
            reach=Reach(address="127.0.0.1", port=port),
            account="dns.key",
            program="dns",
            role="example.test",
        )
        return NameSession(voice, folder, time.monotonic).ask(text, seconds)


@pytest.fixture
def zone(folder: Path) -> Zone:
    return Zone(read_key(folder / "dns.key"))


def test_a_name_is_led_once_and_then_nothing_is_left_to_do(zone: Zone, folder: Path) -> None:
    lead = f"lead {NAME} {NEW} 60 {OLD}"
    assert asked(zone, folder, lead) == f"{NEW} 60"
    assert asked(zone, folder, lead) == f"{NEW} 60"
    (update,) = zone.updates
    # It replaces what it expects to find, and nothing else.
    (expected,) = update.sections[1]
    assert expected[0].to_text() == OLD
    assert update.had_tsig


def test_a_ttl_is_changed_whichever_side_it_leads_to_and_the_key_is_tried_always(zone: Zone, folder: Path) -> None:
    keep = f"keep {NAME} 60 {NEW} {OLD}"
    assert asked(zone, folder, keep) == f"{OLD} 60"
    assert asked(zone, folder, keep) == f"{OLD} 60"
    assert len(zone.updates) == 2


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([("A", 60, "192.0.2.99")], "192.0.2.99"),
        ([("A", 60, OLD), ("A", 60, "192.0.2.99")], f"{OLD} 192.0.2.99"),
        ([("CNAME", 60, "elsewhere.example.")], "elsewhere.example."),
        ([], "-"),
    ],
)
def test_what_somebody_else_changed_is_not_written_over(
    zone: Zone, folder: Path, records: list[tuple[str, int, str]], said: str
) -> None:
    zone.records = records
    with pytest.raises(MigrateError) as refused:
        asked(zone, folder, f"lead {NAME} {NEW} 60 {OLD}")
    assert (refused.value.code, refused.value.values["said"]) == ("session.error", f"{NAME} {said}")
    assert zone.updates == []


@pytest.mark.parametrize("code", [dns.rcode.SERVFAIL, dns.rcode.REFUSED, dns.rcode.NOTAUTH])
def test_a_server_that_does_not_answer_the_question_knows_nothing(
    zone: Zone, folder: Path, code: dns.rcode.Rcode
) -> None:
    zone.rcode = code
    assert json.loads(asked(zone, None, f"look {NAME} {OLD}"))["fault"] == dns.rcode.to_text(code)
    with pytest.raises(MigrateError, match=dns.rcode.to_text(code)):
        asked(zone, folder, f"lead {NAME} {NEW} 60 {OLD}")
    assert zone.updates == []


def test_one_that_only_repeats_what_others_say_knows_nothing(zone: Zone) -> None:
    zone.authoritative = False
    assert json.loads(asked(zone, None, f"look {NAME} {OLD}"))["fault"] == "not authoritative"


def test_what_a_name_is_is_told_whole(zone: Zone) -> None:
    zone.records = [("A", 300, OLD), ("AAAA", 300, "2001:db8::1")]
    told = json.loads(asked(zone, None, f"look {NAME} {OLD}"))
    assert (told["addresses"], told["others"], told["ttl"], told["fault"]) == ([OLD], ["2001:db8::1"], 300, "")
    zone.records, zone.rcode = [], dns.rcode.NXDOMAIN
    told = json.loads(asked(zone, None, f"look {NAME} {OLD}"))
    assert (told["addresses"], told["fault"]) == ([], "")


@pytest.mark.parametrize("code", [dns.rcode.NOTAUTH, dns.rcode.REFUSED, dns.rcode.NXRRSET, dns.rcode.SERVFAIL])
def test_a_change_that_is_refused_is_told(zone: Zone, folder: Path, code: dns.rcode.Rcode) -> None:
    zone.update_rcode = code
    with pytest.raises(MigrateError, match=dns.rcode.to_text(code)):
        asked(zone, folder, f"lead {NAME} {NEW} 60 {OLD}")


def test_a_yes_that_is_not_signed_is_none(zone: Zone, folder: Path) -> None:
    zone.signs = False
    with pytest.raises(MigrateError) as refused:
        asked(zone, folder, f"lead {NAME} {NEW} 60 {OLD}")
    assert refused.value.code == "session.error"


def test_a_yes_after_which_nothing_has_changed_is_none(zone: Zone, folder: Path) -> None:
    zone.deaf = True
    with pytest.raises(MigrateError, match=OLD):
        asked(zone, folder, f"lead {NAME} {NEW} 60 {OLD}")


def test_silence_ends_with_the_deadline(zone: Zone) -> None:
    began = time.monotonic()
    with pytest.raises(MigrateError) as late:
        asked(zone, None, f"look {NAME} {OLD}", answer=lambda _: None, seconds=0.3)
    assert (late.value.code, time.monotonic() - began < 3) == ("session.late", True)


def test_noise_is_told_on_one_line_that_can_be_read(zone: Zone) -> None:
    with pytest.raises(MigrateError) as refused:
        asked(zone, None, f"look {NAME} {OLD}", answer=lambda each: each.to_wire()[:2] + b"\x1b[31m\n" * 9, seconds=0.5)
    assert str(refused.value.values.get("said", "")).isprintable()


def _looser(path: Path) -> None:
    path.chmod(0o640)


def _holds(text: str) -> Callable[[Path], Any]:
    return lambda path: path.write_text(text)


@pytest.mark.parametrize(
    "spoilt",
    [_looser, _holds("secret"), _holds("md5:migrate:c2Vj"), _holds("hmac-sha256::c2Vj"), _holds("hmac-sha256:n:!")],
)
def test_a_key_that_others_may_read_or_that_is_none_is_refused_and_never_told(
    folder: Path, spoilt: Callable[[Path], Any]
) -> None:
    spoilt(folder / "dns.key")
    with pytest.raises(Refused) as refused:
        read_key(folder / "dns.key")
    assert refused.value.code == "route.key"
    assert "c2Vj" not in str(refused.value)
