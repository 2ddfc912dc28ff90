"""A client past the pooler: `python -m tests.worlds.rogue` writes to two servers directly, and counts.

It is told the connection strings by one line of JSON and ends with its standard input.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time

import psycopg

FIRST = 900_000_000


def main() -> None:
    servers = json.loads(sys.stdin.readline())
    stop = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=listen, daemon=True).start()
    acknowledged: list[int] = []
    number = FIRST
    while not stop.is_set():
        for server in servers:
            try:
                with psycopg.connect(server, autocommit=True, connect_timeout=2) as connection:
                    for _ in range(20):
                        number += 1
                        connection.execute("insert into ledger(id, w) values (%s, 9)", (number,))
                        acknowledged.append(number)
                        time.sleep(0.003)
            except psycopg.Error:
                time.sleep(0.01)
    os.write(1, json.dumps(acknowledged).encode())


if __name__ == "__main__":
    main()
