"""Runs inside a cloud: ends when every named queue has a consumer.

A service that calls another before its queue is served sits in a full RPC time-out, so the order of starting matters.
"""

import sys
import time

import amqp

password, *queues = sys.argv[1:]
deadline = time.monotonic() + 120
while queues:
    if time.monotonic() > deadline:
        sys.exit(f"no consumer on {', '.join(queues)}")
    try:
        with amqp.Connection("127.0.0.1:5672", userid="openstack", password=password) as connection:
            while queues:
                name, _, consumers = connection.channel().queue_declare(queues[0], passive=True)
                if not consumers:
                    break
                queues.pop(0)
    except (OSError, amqp.exceptions.NotFound):
        pass  # the broker or the queue is not there yet
    time.sleep(0.3)
