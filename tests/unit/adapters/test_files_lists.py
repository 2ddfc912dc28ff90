"""The lists of a file system's frozen section and rehearsal, the door's one line, and what the target answers."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace

import pytest

from orchestrator.adapters.movers.files.frozen import frozen
from orchestrator.adapters.movers.files.rehearsing import frozen_on_copy, rehearsal
from orchestrator.adapters.movers.files.shell import way
from orchestrator.adapters.movers.files.verify import read_differ, results
from orchestrator.adapters.movers.letting_in import key_line
from orchestrator.errors import MigrateError
from orchestrator.model.machines import Reach, TreeServer
from orchestrator.model.move import FilesMove
from orchestrator.model.result import CheckStatus
from orchestrator.reporting import texts

_SOURCE, _TARGET = (
    TreeServer(name=name, reach=Reach(address=address), address=address, path=f"/srv/{name}'s")
    for name, address in (("source", "192.0.2.1"), ("target", "192.0.2.2"))
)
MOVE = FilesMove(system="S-1", slug="s-1", source=_SOURCE, target=_TARGET)
SERVED = replace(
    MOVE,
    source=replace(_SOURCE, stop=("stop", "it; now"), start=("start", "$it")),
    target=replace(_TARGET, stop=("halt",), start=("go",)),
)


@pytest.mark.parametrize("back", [False, True])
def test_the_first_line_that_holds_takes_everything_back(back: bool) -> None:
    for move, first in ((MOVE, "seal"), (SERVED, "stop-service")):
        lines = frozen(move, 1, back=back).lines
        (undone,) = [line for line in lines if line.undo]
        assert undone.name == next(line.name for line in lines if line.counts) == first
        assert undone.undo is not None
        assert undone.undo.voice == "leaving"
    names = [line.name for line in frozen(SERVED, 1, back=back).lines]
    assert names.index("prove-names") < names.index("flush") < names.index("open") < names.index("unlock")
    assert names[-1] == "start-service"


def test_words_of_the_programme_are_quoted() -> None:
    lines = {line.name: line for line in frozen(SERVED, 1).lines}
    assert "stop 'it; now' </dev/null" in lines["stop-service"].text
    assert "go </dev/null" in lines["start-service"].text
    undo = lines["stop-service"].undo
    assert undo is not None
    assert undo.text.index("reopen") < undo.text.index("start '$it'")


def test_passes_run_on_the_target_whichever_way_they_go() -> None:
    for back, voice in ((False, "opening"), (True, "leaving")):
        lines = {line.name: line for line in frozen(MOVE, 1, back=back).lines}
        assert {lines[name].voice for name in ("connect", "ready", "last-pass", "prove-names")} == {voice}
        assert f"pass {'back' if back else 'forth'} last" in lines["last-pass"].text


def test_every_line_and_step_has_words() -> None:
    section = frozen(SERVED, 1)
    names = {f"frozen.{line.name}" for line in section.lines} | {"frozen.unseal", "frozen.silence"}
    names |= {f"rehearsal.{step.name}" for step in rehearsal(MOVE, 1).steps if not step.line}
    assert [name for name in sorted(names) if not texts.has(name)] == []


def test_a_rehearsal_says_nothing_that_opens_or_seals() -> None:
    plan = rehearsal(SERVED, 1)
    assert [step.name for step in plan.steps if step.line] == ["connect", "ready", "last-pass", "flush", "open"]
    assert {"stop-service", "seal", "unlock", "start-service"} <= set(plan.skipped)
    copied = frozen_on_copy(replace(SERVED, slug="s-1.rehearsal"), 1)
    assert {voice.name for voice in copied.voices} == {"opening"}
    assert not [line.name for line in copied.lines if "files-s-1/" in line.text]
    assert copied.claim.silence == ()


def test_the_key_opens_one_door_from_one_address() -> None:
    line = key_line(way(MOVE), "ssh-ed25519 AAAA")
    assert line.startswith("no-pty,no-port-forwarding,no-agent-forwarding,no-X11-forwarding,")
    assert r'from="192.0.2.2",command="sh /var/lib/migrate/files-s-1/door \"$SSH_ORIGINAL_COMMAND\""' in line
    other = replace(MOVE, source=replace(_SOURCE, reach=Reach(address="192.0.2.1", user="op")))
    assert 'command="sudo -n -u root -- sh ' in key_line(way(other), "ssh-ed25519 AAAA")


def test_what_differs_is_told_by_path_without_what_could_move_a_terminal() -> None:
    records = (
        b"leaving m f 644 0 0 3 ./a\x1b[31m",
        b"opening h 00ff ./b c",
        b"leaving H ./d//./e",
        b"opening X ./\xff//user.x=1",
    )
    found = read_differ("9\n5\n5\n0\n2\n4\n" + b64encode(b"\n".join(records)).decode())
    assert found.told == (
        ("leaving", "entry", r"a\x1b[31m"),
        ("opening", "content", "b c"),
        ("leaving", "links", "d"),
        ("opening", "attributes", r"\xff"),
    )
    checks = tuple(results(found, MOVE, back=True))
    assert [check.status for check in checks] == [CheckStatus.FAIL] * 5
    assert [check.values["server"] for check in checks[1:]] == ["target", "source", "target", "source"]
    assert all(texts.has(f"{check.code}.{check.values['reason']}") for check in checks[1:])


def test_what_nobody_could_read_is_no_pass() -> None:
    unread = read_differ("9\n5\n4\n1\n0\n0\n")
    told = {check.code: check.status for check in results(unread, MOVE, back=False)}
    assert told == {"move.verify.files": CheckStatus.UNKNOWN, "move.verify.attributes": CheckStatus.UNKNOWN}
    with pytest.raises(MigrateError):
        read_differ("rsync: oops")
