"""Runs inside a cloud: ends with 0 when the broker answers and every named queue has a consumer, else says which not.

A service that calls another before its queue is served sits in a full RPC time-out, so the order of starting matters.
"""

import sys

import amqp

password, *queues = sys.argv[1:]
waits = {"connect_timeout": 5, "read_timeout": 5, "write_timeout": 5}
try:
    with amqp.Connection("127.0.0.1:5672", userid="openstack", password=password, **waits) as connection:
        for name in queues:
            if not connection.channel().queue_declare(name, passive=True).consumer_count:
                sys.exit(f"no consumer on {name}")
except (OSError, amqp.exceptions.AMQPError) as error:
    sys.exit(f"the broker: {error!r}")
