"""Connections to one cloud: opened on first use, lent to one thread at a time."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

from keystoneauth1.session import Session
from openstack.config import OpenStackConfig
from openstack.config.cloud_region import CloudRegion
from openstack.connection import Connection
from openstack.exceptions import ConfigException

from orchestrator import __version__
from orchestrator.adapters.openstack.timing import Deadline, Timeouts
from orchestrator.adapters.openstack.transport import Transport
from orchestrator.errors import CloudError
from orchestrator.ports import Evidence


class Connections:
    """Lends connections, so that several threads may use one cloud: neither openstacksdk's
    `Connection` nor requests' `Session` promises to be safe for that. There are never more of them
    than operations at the same time. They share one login, which keystoneauth makes safe for that: its
    token, its catalogue and what was discovered of the services' versions.
    """  # noqa: D205 - one sentence of two lines

    def __init__(self, cloud: str, clouds_file: Path, *, evidence: Evidence, timeouts: Timeouts) -> None:
        self._cloud = cloud
        self._clouds_file = clouds_file
        self._evidence = evidence
        self._timeouts = timeouts
        self._reached = threading.Event()  # whether the cloud has ever answered
        self._idle: deque[tuple[Connection, Transport]] = deque()  # its append and pop are atomic
        self._mutex = threading.Lock()
        self._told: CloudRegion | None = None  # what clouds.yaml says, and the login
        # Caches of openstacksdk keep a connection for ever; its sockets end with the cloud that lent it.
        weakref.finalize(self, _close, self._idle)

    @contextmanager
    def borrow(self, deadline: Deadline) -> Iterator[tuple[Connection, Transport]]:
        """Lend a connection, and what it sends its requests by, all of which respect the deadline."""
        try:
            connection, transport = self._idle.pop()
        except IndexError:
            connection, transport = self._open(deadline)
        transport.begin(deadline)
        try:
            yield connection, transport
        finally:
            self._idle.append((connection, transport))

    def _open(self, deadline: Deadline) -> tuple[Connection, Transport]:
        transport = Transport(
            self._cloud, evidence=self._evidence, timeouts=self._timeouts, deadline=deadline, reached=self._reached
        )
        with self._mutex:
            self._told = self._told or self._read()
        region = CloudRegion(
            name=self._told.name,
            config=dict(self._told.config),
            auth_plugin=self._told.get_auth(),
            session_constructor=cast(type[Session], partial(Session, session=transport)),
            app_name="migrate",
            app_version=__version__,
        )
        return Connection(config=region), transport

    def _read(self) -> CloudRegion:
        """Read what the programme's file says; it alone decides: a forgotten OS_* must not lead to another cloud."""
        if not self._clouds_file.is_file():
            raise CloudError("cloud.no-clouds-file", cloud=self._cloud, file=str(self._clouds_file))
        secure = self._clouds_file.with_name("secure.yaml")
        try:
            told = OpenStackConfig(
                config_files=[str(self._clouds_file)],
                secure_files=[str(secure)] if secure.is_file() else [],
                vendor_files=[],
                load_envvars=False,
            ).get_one(cloud=self._cloud)
        except ConfigException as error:
            raise CloudError(
                "cloud.not-configured", cloud=self._cloud, file=str(self._clouds_file), message=str(error)
            ) from error
        _without_retries(told.config)
        return told


def _close(idle: deque[tuple[Connection, Transport]]) -> None:
    for _, transport in idle:
        transport.close()


def _without_retries(config: dict[str, Any]) -> None:
    for name in [name for name in config if name.endswith(("connect_retries", "status_code_retries"))]:
        del config[name]
