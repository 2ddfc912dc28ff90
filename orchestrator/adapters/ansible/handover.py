"""Stands in for `ansible-playbook` where one is loaded already: `handover.py SOCKET [ARGUMENT]…`.

Hands its standard input, output and error, working directory, arguments and environment over to the process that
waits at the socket, and ends as that one says. Run as a plain file, so that it starts in milliseconds.
"""

from __future__ import annotations

import os
import socket
import sys


def main() -> None:
    """Hand over, wait, and end."""
    folder, name = os.path.split(sys.argv[1])
    told = (os.getcwd(), str(len(sys.argv) - 1), "ansible-playbook", *sys.argv[2:])  # noqa: PTH109 - pathlib is slow
    settings = (f"{key}={value}" for key, value in os.environ.items())
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as line:
        os.chdir(folder)  # a socket's path has to be short
        line.connect(name)
        socket.send_fds(line, ["\0".join((*told, *settings)).encode("utf-8", "surrogateescape")], [0, 1, 2])
        answer = line.recv(1)
    os._exit(answer[0] if answer else 1)


if __name__ == "__main__":
    main()
