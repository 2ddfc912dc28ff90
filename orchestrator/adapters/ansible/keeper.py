"""The process that keeps one playbook run: `python -m orchestrator.adapters.ansible.keeper`.

It is told what to run by one line of JSON on standard input and answers with one line for each event. When its
standard input ends, its owner is gone or has had enough: it ends the run and itself. It stands between the
orchestrator and ansible-runner, so that a crash or hang of the latter cannot take the former along. Whatever a run
starts, and however it hides, is the keeper's child at last: the kernel gives it every process whose parent died.
"""

from __future__ import annotations

import json
import os
import select
import shlex
import shutil
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestrator.adapters.ansible import lineage, processes, tether
from orchestrator.adapters.openssh import QUICK_EXCHANGE
from orchestrator.errors import storage_error

_RESULTS = {"runner_on_ok": "ok", "runner_on_failed": "failed", "runner_on_unreachable": "unreachable"}
_TASK = "playbook_on_task_start"
_BEGINNINGS = frozenset({_TASK, "playbook_on_handler_task_start"})  # a handler is none of the playbook's own tasks
_TEXT_LIMIT = 400


def _watch(private: Path, owner: processes.Owner) -> None:
    """End everything as soon as the owner is gone."""
    while True:
        readable, _, _ = select.select([sys.stdin.fileno()], [], [], 2)
        # The pipe's other end may have been inherited by a process that outlives the owner: ask for both.
        if (readable and not os.read(sys.stdin.fileno(), 1)) or not owner.alive():
            lineage.end_children()
            shutil.rmtree(private, ignore_errors=True)
            os._exit(1)


def plain(text: object) -> str:
    """Return text from a server as one short line without control characters."""
    line = "".join(letter if letter.isprintable() else "?" for letter in " ".join(str(text).split()))
    half = _TEXT_LIMIT // 2
    # Of a long text the beginning says what was tried and the end what became of it.
    return line if len(line) <= _TEXT_LIMIT else f"{line[:half]} … {line[-half:]}"


def told(event: Mapping[str, Any]) -> dict[str, str] | None:
    """Return what is told of an event: host, task, result, seconds and, of a failure, the text."""
    data = event.get("event_data", {})
    result = _RESULTS.get(event.get("event", ""))
    if result is None or "host" not in data:
        return None
    answer = data.get("res") or {}
    if result == "ok" and answer.get("changed"):
        result = "changed"
    if result == "failed" and data.get("ignore_errors"):
        result = "ignored"
    line = {
        "host": plain(data["host"]),
        "task": plain(data.get("task", "")),
        "result": result,
        "seconds": f"{float(data.get('duration') or 0):.1f}",
    }
    if result in {"failed", "unreachable"}:
        # A task with no_log arrives censored; nothing else of the answer is passed on than these texts.
        texts = (answer.get(name) for name in ("msg", "stderr", "censored"))
        line["text"] = plain(": ".join(str(text) for text in texts if text))
    return line


def environment(private: Path, settings: Mapping[str, str], stand_in: Sequence[str] = ()) -> dict[str, str]:
    """Return the run's whole environment: nothing is inherited, so nothing secret can be.

    Args:
        private: the run's folder; sockets, temporary files and HOME are in it.
        settings: `config` and `identity` paths.
        stand_in: the command that is run for `ansible-playbook`; left out, a real one, tied to us.
    """
    wrapper = private / "bin" / "ansible-playbook"
    wrapper.parent.mkdir()
    command = shlex.join(stand_in or [sys.executable, "-P", str(Path(tether.__file__).resolve())])
    wrapper.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    wrapper.chmod(0o700)
    ssh = (
        *("-F", "none", "-o", "ControlMaster=auto", "-o", "ControlPersist=60s", "-o", "StrictHostKeyChecking=yes"),
        *("-o", f"UserKnownHostsFile={private}/known_hosts", "-o", "GlobalKnownHostsFile=none"),
        *("-o", "IdentitiesOnly=yes", "-o", "PreferredAuthentications=publickey"),
        *("-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=8"),
        # What travels are names, ports and packages; a password is made on its server and never leaves it.
        *("-o", f"KexAlgorithms={QUICK_EXCHANGE}"),
    )
    return {
        "PATH": f"{wrapper.parent}:{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        "HOME": str(private),
        "LANG": "C.UTF-8",
        "MIGRATE_RUN": private.name,
        "ANSIBLE_CONFIG": settings["config"],
        "ANSIBLE_HOME": str(private / "ansible"),
        "ANSIBLE_PRIVATE_KEY_FILE": settings["identity"],
        "ANSIBLE_SSH_ARGS": shlex.join(ssh),
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(private / "cp"),
        "ANSIBLE_LOCAL_TEMP": str(private / "tmp"),
    }


def keep(
    request: Mapping[str, str], answer: Callable[[Mapping[str, object]], None], stand_in: Sequence[str] = ()
) -> None:
    """Run the playbook that is asked for; answer with its events and, last, with how it ended."""
    import ansible_runner  # a fifth of a second, spent while the owner is being watched

    folder, private = Path(request["folder"]), Path(request["private"])
    (private / "known_hosts").write_bytes((folder / "known_hosts").read_bytes())
    os.environ.clear()
    os.environ.update(environment(private, request, stand_in))
    tail: deque[str] = deque(maxlen=4)
    tasks = 0

    def handle(event: dict[str, Any]) -> bool:
        nonlocal tasks
        if event.get("event") in _BEGINNINGS:
            tasks += event["event"] == _TASK
            name = plain(event.get("event_data", {}).get("task", ""))
            answer({"begun": {"task": name, "number": tasks}})
            return False
        line = told(event)
        if line is not None:
            answer({"event": line})
        elif event.get("stdout"):
            tail.append(plain(event["stdout"]))
        return False  # ansible-runner need not keep it on disk

    runner = ansible_runner.run(
        private_data_dir=str(private),
        project_dir=str(folder),
        playbook=str(folder / "playbook.yml"),
        inventory=str(folder / "inventory.yml"),
        settings={"pexpect_timeout": 2, "suppress_output_file": True},
        suppress_env_files=True,
        quiet=True,
        event_handler=handle,
    )
    answer({"end": runner.status, "rc": runner.rc, "tail": list(tail)})


def main(stand_in: Sequence[str] = ()) -> None:
    """Serve one request.

    Args:
        stand_in: the command that is run for `ansible-playbook`, as of `environment`.
    """
    lineage.adopt()
    request = json.loads(sys.stdin.buffer.readline())
    private = Path(request["private"])
    # Answers go to the descriptor we were given; whatever else prints goes nowhere.
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    owner = processes.owner_of(private)
    if owner is None:
        raise LookupError(f"{private} names no owner")
    threading.Thread(target=_watch, args=(private, owner), daemon=True).start()

    def answer(line: Mapping[str, object]) -> None:
        print(json.dumps(line), file=channel, flush=True)

    try:
        keep(request, answer, stand_in)
    except OSError as error:
        found = storage_error(error, error.filename or private)
        if not found:
            raise
        answer({"storage": found.code, "path": found.values["path"]})
    finally:
        gone = lineage.end_children()
        shutil.rmtree(private, ignore_errors=True)
        if gone:
            answer({"gone": True})


if __name__ == "__main__":
    main()
