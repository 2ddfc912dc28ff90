"""A server of the DNS that says whatever a test wants of it, on loopback, by UDP and TCP."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import dns.exception
import dns.message
import dns.tsig

Answer = Callable[[dns.message.Message], bytes | None]


@contextmanager
def name_server(answer: Answer, key: dns.tsig.Key | None = None) -> Iterator[int]:
    """Serve until the end; return the port.

    Args:
        answer: what a question is answered with; None: nothing at all.
        key: by which signed questions are read, so that an answer to them is signed, too.
    """
    udp, tcp, port = _bound()
    ended = threading.Event()

    def answered(data: bytes) -> bytes | None:
        with suppress(dns.exception.DNSException):
            return answer(dns.message.from_wire(data, keyring=key if key else None))
        return None

    def by_udp() -> None:
        while not ended.is_set():
            with suppress(TimeoutError):
                data, who = udp.recvfrom(65535)
                if told := answered(data):
                    udp.sendto(told, who)

    def by_tcp() -> None:
        while not ended.is_set():
            with suppress(TimeoutError, ConnectionError):
                line, _ = tcp.accept()
                with line:
                    line.settimeout(5)
                    size = int.from_bytes(line.recv(2), "big")
                    told = answered(line.recv(size))
                    if told is None:
                        ended.wait(2)
                    else:
                        line.sendall(len(told).to_bytes(2, "big") + told)

    threads = [threading.Thread(target=each) for each in (by_udp, by_tcp)]
    for thread in threads:
        thread.start()
    try:
        yield port
    finally:
        ended.set()
        for thread in threads:
            thread.join()
        udp.close()
        tcp.close()


def _bound() -> tuple[socket.socket, socket.socket, int]:
    """Return both sockets, of one port."""
    while True:
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        port = int(tcp.getsockname()[1])
        try:
            udp.bind(("127.0.0.1", port))
        except OSError:
            tcp.close()
            udp.close()
            continue
        udp.settimeout(0.1)
        tcp.settimeout(0.1)
        return udp, tcp, port
