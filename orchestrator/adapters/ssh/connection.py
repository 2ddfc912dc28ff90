"""One login with a pinned host key; every other key is an error, never a question."""

from __future__ import annotations

import logging
import threading
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import paramiko

# paramiko's thread logs, with traceback, what it also raises to us.
logging.getLogger("paramiko.transport").setLevel(logging.CRITICAL)

# A login alone was seen to take more than 4 s on a busy machine.
TIMEOUT = 30.0


class WrongKey(Exception):
    """The machine showed a key that is not pinned.

    Attributes:
        pinned: fingerprints of the pinned keys.
        seen: fingerprint of the key that was shown.
    """

    def __init__(self, pinned: Sequence[str], seen: str) -> None:
        super().__init__(seen)
        self.pinned = tuple(pinned)
        self.seen = seen


class _Pinned(paramiko.MissingHostKeyPolicy):
    """Reports the key instead of adding it."""

    def __init__(self, pinned: Sequence[str]) -> None:
        self._pinned = pinned

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:  # noqa: ARG002
        raise WrongKey(self._pinned, key.fingerprint)


def parse_keys(texts: Iterable[str]) -> list[paramiko.PKey]:
    """Return keys written as `ssh-ed25519 AAAA…`."""
    pairs = (text.split()[:2] for text in texts)
    return [paramiko.PKey.from_type_string(kind, b64decode(blob)) for kind, blob in pairs]


@contextmanager
def connect(
    address: str,
    port: int,
    user: str,
    identity: Path,
    keys: Iterable[paramiko.PKey],
    *,
    timeout: float = TIMEOUT,
    patience: float = TIMEOUT,
) -> Iterator[paramiko.SSHClient]:
    """Give a client that has logged in; hang up when the caller has used it for `patience` seconds.

    A machine may freeze at any moment, and for two answers paramiko waits without end: whether a command was
    accepted, and how it ended. Each part of the login has `timeout` seconds.

    Raises:
        WrongKey: before anything about us was told but the protocol's version.
        TimeoutError: patience ended, whatever paramiko made of that.
        paramiko.SSHException, OSError: not let in, or not reached.
    """
    client = _login(address, port, user, identity, keys, timeout)
    late = threading.Event()

    def hang_up() -> None:
        late.set()
        client.close()

    watch = threading.Timer(patience, hang_up)
    watch.daemon = True
    watch.start()
    try:
        yield client
    finally:
        watch.cancel()
        watch.join()  # it may be hanging up just now
        client.close()
        if late.is_set():
            raise TimeoutError(f"{address} fell silent")


def _login(
    address: str, port: int, user: str, identity: Path, keys: Iterable[paramiko.PKey], timeout: float
) -> paramiko.SSHClient:
    client = paramiko.SSHClient()
    pinned = list(keys)
    name = address if port == 22 else f"[{address}]:{port}"
    for key in pinned:
        client.get_host_keys().add(name, key.get_name(), key)
    fingerprints = [key.fingerprint for key in pinned]
    client.set_missing_host_key_policy(_Pinned(fingerprints))
    try:
        client.connect(
            address,
            port=port,
            username=user,
            key_filename=str(identity),
            timeout=timeout,
            banner_timeout=timeout,
            auth_timeout=timeout,
            channel_timeout=timeout,
            allow_agent=False,
            look_for_keys=False,
        )
    except paramiko.BadHostKeyException as error:
        client.close()
        raise WrongKey(fingerprints, error.key.fingerprint) from None
    except BaseException:
        client.close()
        raise
    return client
