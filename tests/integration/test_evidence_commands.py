"""What the evidence says of whole commands: refused, anchored, countersigned, moved, renewed; and by whom."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestrator.adapters.evidence import Entry, read
from orchestrator.errors import ExitCode
from tests.command_site import CommandSite, command_site

pytestmark = pytest.mark.integration


@pytest.fixture
def site(tmp_path: Path) -> Iterator[CommandSite]:
    with command_site(tmp_path / "p", {"S-1": "甲局"}) as made:
        yield made


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return make_key(tmp_path / "key")


def make_key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)
    return path


def allowed(folder: Path, **keys: Path) -> Path:
    path = folder / "allowed_signers"
    lines = (f"{name} {key.with_suffix('.pub').read_text()}" for name, key in keys.items())
    path.write_text("".join(lines), encoding="utf-8")
    return path


def declare(site: CommandSite, **evidence: object) -> None:
    path = site.folder / "programme.yaml"
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**declared, "evidence": evidence}, allow_unicode=True), encoding="utf-8")


def state(site: CommandSite) -> Path:
    return site.folder / ".migrate"


def log(site: CommandSite) -> Path:
    return state(site) / "evidence.jsonl"


def entries(site: CommandSite) -> list[Entry]:
    return list(read(log(site)))


def codes(answer: Any) -> list[str]:
    return [told["code"] for told in (*answer["contradictions"], *answer["lacks"])]


def test_every_word_with_a_key_and_without(site: CommandSite, key: Path, tmp_path: Path) -> None:
    site.run("batch", "1", "--yes")
    told = site.ask("evidence", "verify")
    assert (told["word"], codes(told)) == ("unanchored", ["evidence.lacks.signature"])

    declare(site, signing_key=str(key))
    site.run("batch", "1", "--dry-run", "--offline")
    site.run("report", "--out", str(tmp_path / "out"))
    assert codes(site.ask("evidence", "verify")) == ["evidence.lacks.judge"]
    signers = allowed(tmp_path, 责任人001=key)
    told = site.ask("evidence", "verify", "--allowed-signers", str(signers))
    assert (told["word"], told["signers"], told["covered"]) == ("anchored", ["责任人001"], True)
    kinds = [entry.kind for entry in entries(site)]
    assert {"batch.planned", "report.made", "run.started", "run.ended"} <= set(kinds)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    before = next(entry for entry in reversed(entries(site)) if entry.kind == "batch.planned")
    assert before.hash in page

    stranger = allowed(tmp_path, 责任人002=make_key(tmp_path / "other"))
    told = site.ask("evidence", "verify", "--allowed-signers", str(stranger), expect=ExitCode.FINDING)
    assert (told["word"], codes(told)) == ("contradicted", ["signature.unknown-signer"])


def test_a_head_that_was_written_down(site: CommandSite) -> None:
    site.run("batch", "1", "--yes")
    written = site.ask("evidence", "verify")["head"]
    site.run("batch", "1", "--dry-run", "--offline")
    assert site.ask("evidence", "verify", "--head", written)["word"] == "anchored"
    assert site.ask("evidence", "verify", "--head", "0" * 64, expect=ExitCode.FINDING)["word"] == "contradicted"


def cut(site: CommandSite) -> None:
    log(site).write_bytes(b"".join(log(site).read_bytes().splitlines(keepends=True)[:-5]))


def change(site: CommandSite) -> None:
    text = log(site).read_bytes()
    middle = text.index(b"server", len(text) // 2)
    log(site).write_bytes(text[:middle] + b"S" + text[middle + 1 :])


def remove(site: CommandSite) -> None:
    log(site).unlink()


def remove_all(site: CommandSite) -> None:
    log(site).unlink()
    for path in (state(site) / "evidence").iterdir():
        path.unlink()


def cut_all(site: CommandSite) -> None:
    cut(site)
    for path in (state(site) / "evidence").iterdir():
        path.unlink()


@pytest.mark.parametrize(
    "forge", [change, remove_all, *(pytest.param(each, marks=pytest.mark.nightly) for each in (cut, remove, cut_all))]
)
def test_a_log_that_was_forged_is_told_by_each_command_and_not_built_upon(site: CommandSite, forge: Any) -> None:
    site.run("batch", "1", "--yes")
    forge(site)
    before = log(site).read_bytes() if log(site).exists() else None

    assert site.ask("evidence", "verify", expect=ExitCode.FINDING)["word"] == "contradicted"
    doctor = site.ask("doctor", expect=ExitCode.FAILED)
    assert [check["status"] for check in doctor["checks"] if check["code"] == "doctor.evidence"] == ["fail"]
    for command in (("batch", "1", "--yes"), ("retry", "1", "--system", "S-1"), ("gc", "--yes")):
        assert "evidence.contradicted" in site.run(*command, expect=ExitCode.FINDING)[1]
    assert (log(site).read_bytes() if log(site).exists() else None) == before

    site.run("evidence", "renew", "--reason", "disk restored \x1b[2J")
    assert site.ask("evidence", "verify")["notes"][0]["code"] == "evidence.renewed"
    site.run("batch", "1", "--yes")
    assert entries(site)[0].data["reason"] == "disk restored  [2J"
    kept = next(state(site).glob("evidence-until-*"))
    assert ((kept / "evidence.jsonl").read_bytes() if before else None) == before


def test_a_log_that_nothing_contradicts_is_not_set_aside(site: CommandSite) -> None:
    site.run("batch", "1", "--yes")
    site.run("evidence", "renew", "--reason", "tidy", expect=ExitCode.REFUSED)


def test_a_clock_behind_the_evidence_is_told_before_anything_is_written(site: CommandSite) -> None:
    site.run("batch", "1", "--yes")
    later = entries(site)[-1].at.replace("2026", "2036", 1)
    from orchestrator.adapters.evidence.entry import line_of

    last = entries(site)[-1]
    content = {"actor": "a", "at": later, "data": {}, "kind": "x", "prev": last.hash, "seq": last.seq + 1}
    with log(site).open("ab") as stream:
        stream.write(line_of(content, "sha256")[0])
    assert "evidence.clock-behind" in site.run("batch", "1", "--yes", expect=ExitCode.FINDING)[1]
    assert entries(site)[-1].kind == "x"


def test_refusals_leave_an_entry_and_a_checkpoint(site: CommandSite) -> None:
    site.run("batch", "1", "--yes")
    site.run("batch", "9", expect=ExitCode.REFUSED)
    site.run("batch", "1", "--plan-digest", "0" * 64, expect=ExitCode.LOCKED)
    (site.folder / "list.yaml").write_text("systems: [", encoding="utf-8")
    site.run("batch", "1", expect=ExitCode.REFUSED)
    (site.folder / "programme.yaml").write_text("programme: [", encoding="utf-8")
    site.run("batch", "1", expect=ExitCode.REFUSED)
    refused = [entry.data["code"] for entry in entries(site) if entry.kind == "command.refused"]
    assert refused == ["plan.no-batch", "batch.stale-plan", "list.refused", "programme.invalid"]
    assert entries(site)[-1].kind == "evidence.checkpoint"


def test_a_command_that_reads_makes_no_state_and_fails_on_no_other_ones(site: CommandSite) -> None:
    site.run("batch", "1", "--dry-run", "--offline")
    assert not state(site).exists()
    state(site).mkdir()
    os.chown(state(site), 12345, 12345)
    assert "no entry in the evidence" in site.run("batch", "1", "--dry-run", "--offline")[1]
    assert list(state(site).iterdir()) == []


def test_a_key_that_does_not_sign_is_a_reason_not_to_begin(site: CommandSite, tmp_path: Path) -> None:
    declare(site, signing_key=str(tmp_path / "none"))
    assert "signature.no-key" in site.run("batch", "1", "--yes", expect=ExitCode.REFUSED)[1]
    assert site.servers() == []
    key = make_key(state(site) / "key")
    declare(site, signing_key=str(key))
    assert "signature.key-in-state" in site.run("batch", "1", "--yes", expect=ExitCode.REFUSED)[1]


def test_a_second_person_signs_here_or_elsewhere(site: CommandSite, key: Path, tmp_path: Path) -> None:
    declare(site, signing_key=str(key), signatures=2)
    site.run("batch", "1", "--yes")
    second = make_key(tmp_path / "second")
    signers = allowed(tmp_path, 责任人001=key, 责任人002=second)
    ask = ("evidence", "verify", "--allowed-signers", str(signers))
    assert codes(site.ask(*ask, expect=ExitCode.FINDING)) == ["evidence.lacks.second"]

    document = tmp_path / "checkpoint"
    site.run("evidence", "countersign", "--document", str(document))
    subprocess.run(["ssh-keygen", "-Y", "sign", "-q", "-n", "migrate-checkpoint", "-f", second, document], check=True)
    signature = document.with_name("checkpoint.sig")
    site.run("evidence", "countersign", "--signature", str(signature))
    told = site.ask(*ask)
    assert (told["word"], told["signers"]) == ("anchored", ["责任人001", "责任人002"])

    # A signature of another document is none of this one; and a key at hand signs at once.
    site.run("report", "--out", str(tmp_path / "out"))
    assert (
        "signature.wrong"
        in site.run("evidence", "countersign", "--signature", str(signature), expect=ExitCode.REFUSED)[1]
    )
    site.run("evidence", "countersign", "--key", str(second))
    assert site.ask(*ask)["covered"]


def test_checkpoints_go_to_syslog_and_to_a_file_elsewhere_which_anchors_the_next_batch(
    site: CommandSite, tmp_path: Path
) -> None:
    elsewhere, address = tmp_path / "checkpoints", str(tmp_path / "syslog")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as syslog:
        syslog.bind(address)
        declare(site, copy_to=str(elsewhere), syslog=address)
        site.run("batch", "1", "--yes")
        syslog.settimeout(10)
        message = syslog.recv(1 << 16).decode()
    assert message.startswith("<85>migrate: {")
    kept = tmp_path / "kept"
    kept.write_text(f"Nov 26 22:00:00 control {message}\n", encoding="utf-8")
    assert site.ask("evidence", "verify", "--anchor", str(kept))["word"] == "anchored"

    # Nobody takes them any more: told, and the run goes on.
    assert "evidence.not-sent" in site.run("report", "--out", str(tmp_path / "out"))[1]
    # The owner forges everything in the state; the file elsewhere still knows better.
    cut_all(site)
    told = site.ask("evidence", "verify", "--anchor", str(elsewhere), expect=ExitCode.FINDING)
    assert "evidence.cut" in codes(told)
    assert "evidence.contradicted" in site.run("batch", "1", "--yes", expect=ExitCode.FINDING)[1]
    site.run("evidence", "renew", "--reason", "restored")
    site.run("batch", "1", "--yes")


def test_a_file_that_holds_no_checkpoints_is_not_appended_to(site: CommandSite, tmp_path: Path) -> None:
    precious = tmp_path / ".bashrc"
    precious.write_text("export A=1\n")
    declare(site, copy_to=str(precious))
    assert "evidence.checkpoint-form" in site.run("batch", "1", "--yes", expect=ExitCode.REFUSED)[1]
    assert precious.read_text() == "export A=1\n"


def test_a_log_may_be_hashed_with_sm3(site: CommandSite) -> None:
    declare(site, hash="sm3")
    site.run("batch", "1", "--yes")
    assert {entry.hash[:4] for entry in entries(site)} == {"sm3:"}
    assert site.ask("evidence", "verify")["word"] == "unanchored"


def test_the_actor_is_who_the_kernel_says(site: CommandSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "director\nforged \x1b[2J\u202e")
    monkeypatch.setenv("USER", "minister")
    site.run("batch", "1", "--yes")
    (actor,) = {entry.actor for entry in entries(site)}
    assert actor == f"root@{socket.gethostname()} sudo=director?forged?" + "?[2J?"


LINKED = ("lock", "evidence.jsonl", "state.sqlite", "engine.log", "host-keys.json", "guest_ed25519", "runs", "plans")


@pytest.mark.parametrize("name", [*LINKED, "evidence", "playbook-runs"])
@pytest.mark.parametrize("how", ["link", "second name"])
def test_a_state_folder_that_leads_elsewhere_is_not_used(
    site: CommandSite, tmp_path: Path, name: str, how: str
) -> None:
    state(site).mkdir(mode=0o700)
    precious = tmp_path / "precious"
    precious.write_text("mine")
    place = state(site) / name
    place.symlink_to(precious) if how == "link" else os.link(precious, place)
    commands = (("batch", "1", "--yes"), ("gc", "--yes"), ("cancel", "1"))
    for command in commands if name == "lock" else commands[:1]:
        assert "state.not-ours" in site.run(*command, expect=ExitCode.FAILED)[1]
    assert precious.read_text() == "mine"


def test_a_deep_line_is_told_with_its_place(site: CommandSite) -> None:
    state(site).mkdir(mode=0o700)
    log(site).write_text('{"a":' * 100_000)
    for command in ("show", "verify"):
        site.run("evidence", command, expect=ExitCode.DONE if command == "show" else ExitCode.FINDING)
    log(site).write_text('{"a":' * 100_000 + "\n")
    assert "line 1" in site.run("evidence", "show", expect=ExitCode.FINDING)[1]
    assert json.loads(site.run("evidence", "verify", "-o", "json", expect=ExitCode.FINDING)[0])["first_bad_line"] == 1
