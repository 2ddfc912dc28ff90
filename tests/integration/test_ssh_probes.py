"""Probes against real sshds: pinned keys, machines without Python, hostile answers, open and closed ports."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from orchestrator.adapters.ssh.guest import SshGuestProbe
from orchestrator.adapters.ssh.source import SCRIPT, ShellSourceProbe
from orchestrator.checks.hosts import REQUIRED_FACTS
from orchestrator.errors import MigrateError
from orchestrator.model.plan import GuestSpec, SourceSpec
from orchestrator.model.result import CheckResult, CheckStatus, Guest
from orchestrator.model.system import Opening, Workload
from tests.machines import Machine, keypair, machine

pytestmark = pytest.mark.integration

# Answers every connection to port 8080 and stays silent on 8081, inside the machine's own network.
SERVE = r"""
cat >"$D/serve.py" <<'PY'
import socket, sys, threading
def serve(port, answer):
    listener = socket.create_server(("0.0.0.0", port))
    while True:
        connection, _ = listener.accept()
        if answer:
            connection.recv(4096)
            connection.sendall(answer)
            connection.close()
page = b"HTTP/1.1 200 OK\r\n\r\n<h1>YT-001 lab-yt-001-web1</h1>"
threading.Thread(target=serve, args=(8081, b"")).start()
serve(8080, page)
PY
/usr/bin/python3 "$D/serve.py" &
"""
# No Python, as on the oldest sources: nothing but the shell and the tools of POSIX.
WITHOUT_PYTHON = 'rm -f "$R"/usr/bin/python3* "$R"/usr/bin/perl*'
# Lets us in, takes the command and is never heard of again.
FROZEN = r"""
printf '#!/bin/sh\nexec sleep 3600\n' >"$R/usr/bin/frozen"
chmod 755 "$R/usr/bin/frozen"
sed -i '/^root:/s,[^:]*$,/usr/bin/frozen,' "$R/etc/passwd"
"""
HOSTILE = r"""
printf '#!/bin/sh\nyes "kernel=\033[2J\$(touch /tmp/canary)" | head -c 3000000\nsleep 300\n' >"$R/usr/bin/uname"
chmod 755 "$R/usr/bin/uname"
"""


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Machine]]:
    folder = tmp_path_factory.mktemp("machines")
    extras = {"web": SERVE, "bare": WITHOUT_PYTHON, "hostile": HOSTILE, "frozen": FROZEN}
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(machine(folder / name, number, extra=extra))
            for number, (name, extra) in enumerate(extras.items(), 11)
        }


def source(target: Machine) -> SourceSpec:
    return SourceSpec(server=target.name, address=target.address, port=22, user="root")


def probe(target: Machine, tmp_path: Path, *, known: str) -> ShellSourceProbe:
    (tmp_path / "known_hosts").write_text(known)
    return ShellSourceProbe(tmp_path / "known_hosts", target.identity, timeout=10)


def statuses(results: object) -> dict[str, str]:
    assert isinstance(results, list)
    assert all(isinstance(result, CheckResult) for result in results)
    return {result.code: result.status.value for result in results}


@pytest.mark.parametrize("name", ["web", "bare"])
def test_a_source_tells_its_facts_also_without_python(machines: dict[str, Machine], tmp_path: Path, name: str) -> None:
    target = machines[name]
    assert (target.root / "usr/bin/python3").exists() == (name == "web")
    results, facts = probe(target, tmp_path, known=target.known_hosts()).probe(source(target))
    assert statuses(results) == {"source.reachable": "pass", "source.facts": "pass"}
    assert facts.keys() >= REQUIRED_FACTS
    assert facts["kernel"] == "Linux"
    assert facts["listening"] == ("22 8080 8081" if name == "web" else "22")


def test_the_script_only_reads() -> None:
    assert re.findall(r">|\b(?:rm|mv|cp|dd|tee|touch|mkdir|ln|kill|chmod|chown|sysctl|mount|sed|awk)\b", SCRIPT) == []


def test_an_unpinned_or_other_key_fails_with_both_fingerprints(machines: dict[str, Machine], tmp_path: Path) -> None:
    target = machines["web"]
    other = keypair(tmp_path / "other")
    for known in ("", f"{target.address} {other}\n"):
        (result,), facts = probe(target, tmp_path, known=known).probe(source(target))
        assert (result.code, result.status, facts) == ("source.host-key", CheckStatus.FAIL, {})
        assert result.values["seen"].startswith("SHA256:")
        assert result.values["pinned"].startswith("SHA256:") == bool(known)
        assert result.values["seen"] != result.values["pinned"]


def test_a_machine_that_is_not_there_fails(machines: dict[str, Machine], tmp_path: Path) -> None:
    target = machines["web"]
    nowhere = SourceSpec(server="x", address=target.address, port=2222, user="root")
    known = f"[{target.address}]:2222 {target.host_key}\n"
    (result,), _ = probe(target, tmp_path, known=known).probe(nowhere)
    assert (result.code, result.status) == ("source.reachable", CheckStatus.FAIL)


def test_hostile_output_is_unknown_and_ends(machines: dict[str, Machine], tmp_path: Path) -> None:
    target = machines["hostile"]
    results, facts = probe(target, tmp_path, known=target.known_hosts()).probe(source(target))
    assert statuses(results)["source.facts"] == "unknown"
    assert "kernel" not in facts
    assert not Path("/tmp/canary").exists()
    assert not (target.root / "tmp/canary").exists()


def test_a_source_that_freezes_is_unknown_and_ends(machines: dict[str, Machine], tmp_path: Path) -> None:
    target = machines["frozen"]
    results, facts = probe(target, tmp_path, known=target.known_hosts()).probe(source(target))
    assert statuses(results) == {"source.reachable": "pass", "source.facts": "unknown"}
    assert facts == {}


def guest(target: Machine, *keys: str) -> Guest:
    return Guest(server="lab-yt-001-web1", address=target.address, host_keys=keys or (target.host_key,))


def spec(*openings: Opening, workload: Workload = Workload.NGINX) -> GuestSpec:
    return GuestSpec(server="lab-yt-001-web1", host="web1", workload=workload, user="root", openings=openings)


def tcp(port: int, source: str = "0.0.0.0/0") -> Opening:
    return Opening(protocol="tcp", first=port, last=port, source=source)


def test_a_guest_lets_us_in(machines: dict[str, Machine]) -> None:
    target = machines["web"]
    SshGuestProbe(target.identity).await_ssh(guest(target), "root", deadline=timedelta(seconds=60))


def test_another_host_key_is_told_at_once(machines: dict[str, Machine], tmp_path: Path) -> None:
    target = machines["web"]
    other = keypair(tmp_path / "other")
    with pytest.raises(MigrateError) as caught:
        SshGuestProbe(target.identity).await_ssh(guest(target, other), "root", deadline=timedelta(hours=1))
    assert caught.value.code == "guest.host-key"
    assert str(caught.value.values["pinned"]).startswith("SHA256:")


def test_without_a_pinned_key_nobody_logs_in(machines: dict[str, Machine]) -> None:
    target = machines["web"]
    unknown = Guest(server="x", address=target.address, host_keys=())
    with pytest.raises(MigrateError) as caught:
        SshGuestProbe(target.identity).await_ssh(unknown, "root", deadline=timedelta(hours=1))
    assert caught.value.code == "guest.host-key-unknown"


def test_a_guest_that_refuses_our_key_is_unreachable_at_the_deadline(
    machines: dict[str, Machine], tmp_path: Path
) -> None:
    target = machines["web"]
    keypair(tmp_path / "stranger")
    with pytest.raises(MigrateError) as caught:
        SshGuestProbe(tmp_path / "stranger").await_ssh(guest(target), "root", deadline=timedelta(seconds=1))
    assert (caught.value.code, caught.value.values["error"]) == ("guest.unreachable", "AuthenticationException")


def test_a_guest_that_freezes_is_unreachable_by_a_time_out(machines: dict[str, Machine]) -> None:
    target = machines["frozen"]
    probe = SshGuestProbe(target.identity, patience=timedelta(seconds=1))
    with pytest.raises(MigrateError) as caught:
        probe.await_ssh(guest(target), "root", deadline=timedelta(seconds=2))
    assert (caught.value.code, caught.value.values["error"]) == ("guest.unreachable", "TimeoutError")


@pytest.mark.parametrize(
    ("facts", "given", "expected"),
    [
        ({"id": "YT-001"}, spec(tcp(8080)), ["pass", "pass", "pass"]),
        ({"id": "YT-002"}, spec(tcp(8080)), ["pass", "fail", "pass"]),
        ({"id": "YT-001"}, spec(tcp(8081)), ["pass", "fail", "pass"]),
        ({"id": "YT-001"}, spec(tcp(9999)), ["fail", "fail", "pass"]),
        ({}, spec(tcp(9999), workload=Workload.NONE), ["pass", "pass"]),
        # Declared for others only, and yet it answers us.
        ({"id": "YT-001"}, spec(tcp(8080, "192.0.2.0/24")), ["fail", "pass"]),
        ({"id": "YT-001"}, spec(tcp(9999, "192.0.2.0/24")), ["pass", "pass"]),
    ],
)
def test_a_guest_is_checked_from_outside(
    machines: dict[str, Machine], facts: dict[str, str], given: GuestSpec, expected: list[str]
) -> None:
    target = machines["web"]
    results = SshGuestProbe(target.identity, patience=timedelta(seconds=2)).check(guest(target), given, facts)
    assert [result.status.value for result in results] == expected


def test_an_undeclared_port_that_answers_fails_and_an_absent_guest_is_unknown(machines: dict[str, Machine]) -> None:
    target = machines["web"]
    patient = SshGuestProbe(target.identity, patience=timedelta(seconds=1))
    assert patient.closed(guest(target), tcp(8080)).status is CheckStatus.FAIL
    assert patient.closed(guest(target), tcp(23)).status is CheckStatus.PASS
    absent = Guest(server="x", address="127.9.9.9", host_keys=())
    assert patient.closed(absent, tcp(23)).status is CheckStatus.UNKNOWN


def test_many_probes_at_a_time(machines: dict[str, Machine], tmp_path: Path) -> None:
    target = machines["bare"]
    shared = probe(target, tmp_path, known=target.known_hosts())
    found: list[bool] = []
    threads = [threading.Thread(target=lambda: found.append(bool(shared.probe(source(target))[1]))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 16


def test_who_answers_is_told_in_one_look(machines: dict[str, Machine], tmp_path: Path) -> None:
    target, other = machines["web"], keypair(tmp_path / "other")
    probe = SshGuestProbe(target.identity, patience=timedelta(seconds=5))
    keypair(tmp_path / "stranger")
    stranger = SshGuestProbe(tmp_path / "stranger", patience=timedelta(seconds=5))
    absent = Guest(server="x", address="127.9.9.9", host_keys=(target.host_key,))
    unpinned = Guest(server="x", address=target.address, host_keys=())
    looks = [
        (probe, guest(target), CheckStatus.PASS, "same"),
        (probe, guest(target, other, target.host_key), CheckStatus.PASS, "same"),
        (probe, guest(target, other), CheckStatus.FAIL, "other-key"),
        (stranger, guest(target), CheckStatus.FAIL, "not-let-in"),
        (probe, absent, CheckStatus.FAIL, "refused"),
        (probe, unpinned, CheckStatus.UNKNOWN, "unpinned"),
        (SshGuestProbe(tmp_path / "no-key-yet"), guest(target), CheckStatus.UNKNOWN, "open"),
    ]
    for eyes, who, status, answer in looks:
        found = eyes.identify(who, "root")
        assert (found.status, found.values["answer"]) == (status, answer)
    wrong = probe.identify(guest(target, other), "root").values
    assert wrong["seen"].startswith("SHA256:")
    assert wrong["seen"] != wrong["pinned"]
