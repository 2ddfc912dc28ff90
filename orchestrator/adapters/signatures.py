"""Signatures of named documents, in OpenSSH's form (PROTOCOL.sshsig), made and judged by `ssh-keygen -Y`.

Whoever signs uses a key that the tool never holds: an agent's, a hardware key's, or a file outside the state.
Whoever judges keeps an `allowed_signers` file (ssh-keygen(1), ALLOWED SIGNERS). A document is bytes with a
namespace that says what kind it is, so that a signature under one kind is none under another.

There is no SM2: OpenSSH knows neither its keys nor its signatures. `algorithm` in a `Signature` says what was used.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestrator.errors import Refused

CHECKPOINT = "migrate-checkpoint"

_NAMESPACE = re.compile(r"migrate-[a-z][a-z0-9-]{0,40}")
_PRINCIPAL = re.compile(r"[^\s\"',\x00-\x1f]{1,200}")
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_MAGIC = b"SSHSIG\x00\x00\x00\x01"  # of PROTOCOL.sshsig, with its version
_LONGEST = 64 * 1024  # of an armoured signature; RSA with 16384 bits takes 5 KiB
_PATIENCE = 60.0  # seconds: a hardware key waits for a finger


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A signature as it is kept.

    Attributes:
        format: always `sshsig`.
        algorithm: of the key, as OpenSSH names it, such as `ssh-ed25519`.
        key: the public key's fingerprint, `SHA256:…`. Both are read from the signature and say nothing of trust.
        text: the armoured signature.
    """

    format: str
    algorithm: str
    key: str
    text: str


def sign(data: bytes, *, namespace: str, key: Path) -> Signature:
    """Sign a document.

    Nobody is asked for a passphrase, because a run may end at night: a locked key belongs into the agent.

    Args:
        data: the document.
        namespace: its kind, `migrate-…`.
        key: a private key file, or the public one of a key that the agent or a hardware token holds.

    Raises:
        Refused: `signature.no-key`, `signature.no-program`, `signature.failed` with what ssh-keygen said.
    """
    _require_namespace(namespace)
    if not key.is_file():
        raise Refused("signature.no-key", path=str(key))
    done = _keygen(["-Y", "sign", "-f", str(key.absolute()), "-n", namespace], data)
    if done.returncode:
        raise Refused("signature.failed", key=str(key), answer=_said(done.stderr))
    return described(done.stdout.decode("ascii", "replace"))


def verify(data: bytes, signature: str, *, namespace: str, allowed_signers: Path, at: datetime | None = None) -> str:
    """Return who signed a document, by the name that `allowed_signers` has for the key.

    Args:
        data: the document.
        signature: armoured, as `Signature.text`.
        namespace: the kind the document must have been signed as.
        allowed_signers: the file of whoever judges; it may limit keys to namespaces and to times.
        at: when it was signed, for keys that are valid for a time; now if None.

    Raises:
        Refused: `signature.form`, `signature.no-signers` without that file, `signature.no-program`,
            `signature.unknown-signer` when no line has the key for this namespace and time,
            `signature.wrong` when it is not a signature of these bytes.
    """
    _require_namespace(namespace)
    told = described(signature)
    if not allowed_signers.is_file():
        raise Refused("signature.no-signers", path=str(allowed_signers))
    signers = str(allowed_signers.absolute())
    options = ["-O", f"verify-time={at.astimezone(UTC):%Y%m%d%H%M%SZ}"] if at else []
    with _readable(told.text.encode("ascii")) as (path, descriptor):
        names = [*options, "-Y", "find-principals", "-s", path, "-f", signers]
        found = _keygen(names, b"", descriptor).stdout.decode("utf-8", "replace").splitlines()
        principals = [name for name in found if _PRINCIPAL.fullmatch(name)]
        for principal in principals:
            check = [*options, "-Y", "verify", "-f", signers, "-I", principal, "-n", namespace, "-s", path]
            if _keygen(check, data, descriptor).returncode == 0:
                return principal
    require_whole(data, told.text, namespace=namespace)
    raise Refused("signature.unknown-signer", key=told.key, path=signers)


def require_whole(data: bytes, signature: str, *, namespace: str) -> None:
    """Check that a signature is of these bytes, whoever made it.

    Raises:
        Refused: `signature.form`, `signature.no-program`, `signature.wrong`.
    """
    told = described(signature)
    with _readable(told.text.encode("ascii")) as (path, descriptor):
        done = _keygen(["-Y", "check-novalidate", "-n", namespace, "-s", path], data, descriptor)
    if done.returncode:
        raise Refused("signature.wrong", key=told.key)


def described(text: str) -> Signature:
    """Return a signature's own statement of its key; nothing of it is verified.

    Raises:
        Refused: `signature.form`.
    """
    body = text.strip()
    if len(body) > _LONGEST or not (body.startswith(_BEGIN) and body.endswith(_END)):
        raise Refused("signature.form")
    try:
        blob = base64.b64decode("".join(body[len(_BEGIN) : -len(_END)].split()), validate=True)
        key, _ = _string(blob, len(_MAGIC))
        algorithm, _ = _string(key, 0)
        name = algorithm.decode("ascii")
    except (ValueError, binascii.Error):
        raise Refused("signature.form") from None
    if not blob.startswith(_MAGIC):
        raise Refused("signature.form")
    digest = base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")
    return Signature(format="sshsig", algorithm=name, key=f"SHA256:{digest}", text=f"{body}\n")


def _string(blob: bytes, start: int) -> tuple[bytes, int]:
    """Return a string of RFC 4251, section 5 (four bytes of length first), and where it ends."""
    end = start + 4 + int.from_bytes(blob[start : start + 4], "big")
    if len(blob) < start + 4 or len(blob) < end:
        raise ValueError
    return blob[start + 4 : end], end


def _require_namespace(namespace: str) -> None:
    if not _NAMESPACE.fullmatch(namespace):
        raise ValueError(namespace)


@contextmanager
def _readable(data: bytes) -> Iterator[tuple[str, int]]:
    """Give a name and a descriptor under which a child may read bytes that are in no file."""
    file = os.memfd_create("signature")
    try:
        os.write(file, data)
        yield f"/proc/self/fd/{file}", file
    finally:
        os.close(file)


def _keygen(arguments: Sequence[str], data: bytes, *inherited: int) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["ssh-keygen", *arguments],
            input=data,
            capture_output=True,
            pass_fds=inherited,
            timeout=_PATIENCE,
            start_new_session=True,  # without a terminal it asks for no passphrase
            check=False,
        )
    except FileNotFoundError:
        raise Refused("signature.no-program") from None
    except subprocess.TimeoutExpired:
        raise Refused("signature.failed", key=arguments[3], answer=f"> {_PATIENCE:.0f} s") from None


def _said(answer: bytes) -> str:
    """Return a program's last line, printable."""
    lines = [line for line in answer.decode("utf-8", "replace").splitlines() if line.strip()]
    return "".join(sign if sign.isprintable() else "?" for sign in (lines or ["-"])[-1])[:200]
