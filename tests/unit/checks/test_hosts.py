"""What a console log and a probe's output are worth, also when they are broken or hostile."""

from __future__ import annotations

from base64 import b64encode

import pytest

from orchestrator.checks.hosts import REQUIRED_FACTS, host_keys, source_facts
from tests.hostile import payloads


def field(content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + content


def key(fill: int, kind: str = "ssh-ed25519") -> str:
    return f"{kind} {b64encode(field(kind.encode()) + field(bytes([fill]) * 32)).decode()}"


def console(*lines: str, end: bool = True) -> str:
    block = ["booting", "-----BEGIN SSH HOST KEY KEYS-----", *lines]
    return "\r\n".join([*block, "-----END SSH HOST KEY KEYS-----", "login:"] if end else block)


def test_keys_are_those_of_the_block() -> None:
    assert host_keys(console(f"{key(1)} root@web1", key(2, "ssh-rsa"))) == (key(1), key(2, "ssh-rsa"))


def test_after_a_reboot_the_last_block_counts() -> None:
    assert host_keys(console(key(1)) + console(key(2))) == (key(2),)


def test_kernel_messages_between_and_in_front_of_keys_do_no_harm() -> None:
    assert host_keys(console("[    3.1] eth0: up", f"[    3.2] {key(1)} root@web1")) == (key(1),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "login:",
        key(1),
        console(key(1), end=False),
        console(),
        console(key(1)[:-12]),
        console(key(1)[:40] + " [   3.1] eth0: up " + key(1)[40:]),
        console(key(1).replace("ssh-ed25519 ", "ssh-rsa ")),
        console("ssh-dss AAAAB3NzaC1kc3MAAACBAJ"),
        "-----END SSH HOST KEY KEYS-----" + key(1) + "-----BEGIN SSH HOST KEY KEYS-----",
    ],
)
def test_what_is_not_whole_is_unknown(text: str) -> None:
    assert host_keys(text) == ()


OUTPUT = """kernel=Linux
release=2.6.32-754.el6.x86_64
arch=x86_64
os=centos
os_version="6.10"
cpus=4
ram_kib=3921444
uptime_s=86400
disk=/dev/sda1 20511312 10485760 8960592 54% /
disk=/dev/sdb1 103081248 1048576 96784384 2% /data
disk=/dev/sdb1 103081248 1048576 96784384 2% /var/spool
tcp=00000000:0016
tcp=0100007F:0CEA
tcp=00000000000000000000000000000000:0016
"""


def test_facts_are_read() -> None:
    facts = source_facts(OUTPUT)
    assert facts == {
        "kernel": "Linux",
        "release": "2.6.32-754.el6.x86_64",
        "arch": "x86_64",
        "os": "centos",
        "os_version": "6.10",
        "cpus": "4",
        "uptime_s": "86400",
        "ram_mib": "3829",
        "disk_used_gib": "11.0",
        "listening": "22 3306",
    }
    assert facts.keys() >= REQUIRED_FACTS


def test_the_first_answer_to_a_question_counts() -> None:
    assert source_facts(OUTPUT + "kernel=Other\n")["kernel"] == "Linux"


@pytest.mark.parametrize("name", ["kernel", "arch", "os", "cpus", "ram_kib", "disk", "tcp", "other", ""])
def test_hostile_output_tells_nothing(name: str) -> None:
    for attack, text in payloads("/tmp/canary").items():
        line = text.replace("\n", ";")  # one line, as each fact is
        harmless = attack in {"boolean", "number"} and name in {"kernel", "arch", "os"}
        assert source_facts(f"{name}={line}") == ({name: text} if harmless else {}), attack


def test_endless_output_is_cut() -> None:
    assert source_facts("x\n" * 1_000_000 + "kernel=Linux\n") == {}
