"""What a keeper passes on of ansible-runner's events, and the environment it gives to a run."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.ansible.keeper import environment, plain, told
from tests.hostile import payloads


def event(kind: str, res: dict[str, Any], **data: Any) -> dict[str, Any]:
    return {"event": kind, "event_data": {"host": "web1", "task": "Install", "duration": 1.26, "res": res, **data}}


@pytest.mark.parametrize(
    ("given", "result", "text"),
    [
        (event("runner_on_ok", {"changed": False}), "ok", None),
        (event("runner_on_ok", {"changed": True}), "changed", None),
        (event("runner_on_failed", {"msg": "no", "stderr": "why"}), "failed", "no: why"),
        (event("runner_on_failed", {"msg": "no"}, ignore_errors=True), "ignored", None),
        (event("runner_on_failed", {"censored": "no_log"}), "failed", "no_log"),
        (event("runner_on_unreachable", {"msg": "gone"}), "unreachable", "gone"),
    ],
)
def test_task_results_are_told(given: dict[str, Any], result: str, text: str | None) -> None:
    line = told(given)
    expected = {"host": "web1", "task": "Install", "result": result, "seconds": "1.3"}
    assert line == (expected if text is None else {**expected, "text": text})


@pytest.mark.parametrize("kind", ["playbook_on_start", "runner_on_start", "runner_on_skipped", "verbose"])
def test_other_events_are_not(kind: str) -> None:
    assert told({"event": kind, "stdout": "x"}) is None
    assert told({"event": "runner_on_ok", "event_data": {}}) is None


def test_nothing_else_of_an_answer_is_told() -> None:
    line = told(event("runner_on_failed", {"msg": "no", "stdout": "opensesame", "invocation": {"password": "x"}}))
    assert "opensesame" not in str(line)
    assert "invocation" not in str(line)


@pytest.mark.parametrize("attack", payloads("/tmp/canary").values())
def test_text_from_a_server_is_one_short_printable_line(attack: str) -> None:
    line = plain(attack)
    assert line.isprintable()
    assert len(line) <= 403


def test_a_long_text_keeps_its_end() -> None:
    assert plain("begin " + "@" * 5000 + " end.").endswith("@ end.")


def test_the_environment_is_made_from_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OS_PASSWORD", "opensesame")
    private = tmp_path / "migrate-run-x y"
    private.mkdir()
    given = environment(private, {"config": "/c/ansible.cfg", "identity": "/i/key"})
    assert "opensesame" not in str(given)
    assert given["ANSIBLE_CONFIG"] == "/c/ansible.cfg"
    assert given["MIGRATE_RUN"] == private.name
    assert "KexAlgorithms=^curve25519-sha256," in given["ANSIBLE_SSH_ARGS"]
    wrapper = private / "bin" / "ansible-playbook"
    assert given["PATH"].startswith(f"{wrapper.parent}:")
    assert stat.S_IMODE(wrapper.stat().st_mode) == 0o700
