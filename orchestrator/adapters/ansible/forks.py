"""The fork server of playbook runs: `python -m orchestrator.adapters.ansible.forks`.

Loads Ansible once and forks a keeper for each run it is asked for; a run costs then a quarter of what it costs by
itself. It has no threads, opens nothing and knows no secret, so that there is nothing that a fork could inherit half.
Its standard input is a socket to its owner: a message names a run and brings the keeper's two pipes, the answer is the
keeper's pid. When the socket ends, its owner is gone or has had enough, and it ends; keepers watch the owner by
themselves, so a run outlives its server, but never its owner.
"""

from __future__ import annotations

import gc
import os
import select
import shutil
import socket
import sys
import threading
import traceback
from pathlib import Path
from typing import NoReturn

from orchestrator.adapters.ansible import keeper, lineage, warm

READY = b"ready"
_LOOK = 2.0  # seconds between two looks at whether the owner lives
_LIMIT = 1 << 20  # bytes of what a run's `ansible-playbook` is told


def main() -> None:
    """Load, and serve until the owner is gone."""
    home, owner = Path(os.environ["HOME"]), os.getppid()
    try:
        warm.load()
        lineage.carry(home.name)  # or nobody could tell whose a forked process is
        if threading.active_count() > 1:
            raise RuntimeError("Ansible has started threads, and a process with threads must not be forked")
        gc.collect()
        gc.freeze()  # so that a collection in a child does not copy every page
        kept = home / "kept"
        kept.mkdir(mode=0o700)
        with socket.socket(fileno=0) as line:
            line.send(READY)
            _serve(line, owner, kept)
        while _collect(0):  # so that what they used is counted as ours
            pass
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _serve(line: socket.socket, owner: int, kept: Path) -> None:
    while os.getppid() == owner:
        if not select.select([line], [], [], _LOOK)[0]:
            while _collect(os.WNOHANG):
                pass
            continue
        message, pipes, _, _ = socket.recv_fds(line, 256, 2)
        if len(pipes) != 2:  # the socket has ended
            return
        pid = os.fork()
        if pid == 0:
            _become_keeper(Path(os.fsdecode(message)), pipes, kept)
        for pipe in pipes:
            os.close(pipe)
        line.send(str(pid).encode())


def _collect(options: int) -> bool:
    """Take note of a keeper's end; tell whether there may be more."""
    try:
        return os.waitpid(-1, options)[0] != 0
    except ChildProcessError:
        return False


def _become_keeper(private: Path, pipes: list[int], kept: Path) -> NoReturn:
    """Keep one run, in a session of its own; never come back into the server's loop."""
    code = 1
    try:
        os.setsid()
        lineage.carry(private.name)
        for number, pipe in enumerate(pipes):
            os.dup2(pipe, number)  # the first takes the place of the server's socket
            os.close(pipe)
        os.chdir(private)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
            door.bind("play")  # in the working directory: a socket's path has to be short
            door.listen(1)
            us = os.getpid()
            # Forked while there are no threads, which the keeper will have.
            if os.fork() == 0:
                _await_play(us, door, kept)
        stand_in = Path(__file__).with_name("handover.py")
        keeper.main([sys.executable, "-I", "-S", str(stand_in), str(private / "play")])
        code = 0
    except BaseException:  # noqa: BLE001 - nobody above us; the owner learns it by the pipe's end
        traceback.print_exc()
    finally:
        os._exit(code)


def _await_play(keeper_pid: int, door: socket.socket, kept: Path) -> NoReturn:
    """Wait for the run's `ansible-playbook` to hand over, and be it; end with the keeper."""
    try:
        lineage.tie_to(keeper_pid)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1):
            os.dup2(nowhere, number)  # the keeper's pipes shall end with the keeper
        line, _ = door.accept()
        door.close()
        message, streams, _, _ = socket.recv_fds(line, _LIMIT, 3)
        folder, count, *rest = os.fsdecode(message).split("\0")
        argv, settings = rest[: int(count)], rest[int(count) :]
        os.setsid()
        os.chdir(folder)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.close(nowhere)
        os.register_at_fork(after_in_child=line.close)  # if we are killed, nobody else keeps it open
        settled = dict(setting.split("=", 1) for setting in settings)
        line.send(bytes([warm.play(argv, settled, kept)]))
    except BaseException:  # noqa: BLE001 - nobody above us; the run ends, and ansible-runner hears what we say
        traceback.print_exc()
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
