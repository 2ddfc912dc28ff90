"""Signatures by the real ssh-keygen: what was signed, by whom, as what, and when; everything else is refused."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestrator.adapters.signatures import Signature, described, sign, verify
from orchestrator.errors import Refused

pytestmark = pytest.mark.integration

DOCUMENT = "批次 1，责任人001\n".encode()
PURPOSE = "migrate-test"


def make_key(path: Path, passphrase: str = "") -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", path], check=True)
    return path


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return make_key(tmp_path / "key")


@pytest.fixture
def signature(key: Path) -> Signature:
    return sign(DOCUMENT, namespace=PURPOSE, key=key)


def allowed(folder: Path, key: Path, options: str = "", name: str = "责任人001") -> Path:
    path = folder / "allowed_signers"
    path.write_text(f"{name} {options} {key.with_suffix('.pub').read_text()}", encoding="utf-8")
    return path


def code(signature: str, signers: Path, data: bytes = DOCUMENT, namespace: str = PURPOSE) -> str:
    with pytest.raises(Refused) as refused:
        verify(data, signature, namespace=namespace, allowed_signers=signers)
    return refused.value.code


def test_a_signature_names_its_signer_and_its_kind(tmp_path: Path, key: Path, signature: Signature) -> None:
    assert verify(DOCUMENT, signature.text, namespace=PURPOSE, allowed_signers=allowed(tmp_path, key)) == "责任人001"
    assert (signature.format, signature.algorithm) == ("sshsig", "ssh-ed25519")
    listed = subprocess.run(["ssh-keygen", "-l", "-f", key], capture_output=True, text=True, check=True).stdout
    assert signature.key == listed.split()[1]


def test_another_document_kind_signer_or_time_is_refused(tmp_path: Path, key: Path, signature: Signature) -> None:
    signers = allowed(tmp_path, key)
    assert code(signature.text, signers, DOCUMENT + b" ") == "signature.wrong"
    assert code(signature.text, signers, namespace="migrate-approval") == "signature.wrong"
    assert code(signature.text, allowed(tmp_path, make_key(tmp_path / "other"))) == "signature.unknown-signer"
    elsewhere = allowed(tmp_path, key, 'namespaces="migrate-approval"')
    assert code(signature.text, elsewhere) == "signature.unknown-signer"
    expired = allowed(tmp_path, key, 'valid-before="20260101"')
    assert code(signature.text, expired) == "signature.unknown-signer"
    then = datetime(2025, 6, 1, tzinfo=UTC)
    assert verify(DOCUMENT, signature.text, namespace=PURPOSE, allowed_signers=expired, at=then) == "责任人001"


@pytest.mark.parametrize("options", ["", 'namespaces="migrate-*"', 'valid-after="20260101"'])
def test_whoever_judges_may_limit_a_key(tmp_path: Path, key: Path, signature: Signature, options: str) -> None:
    signers = allowed(tmp_path, key, options)
    assert verify(DOCUMENT, signature.text, namespace=PURPOSE, allowed_signers=signers) == "责任人001"


@pytest.mark.parametrize("text", ["", "-----BEGIN SSH SIGNATURE-----", "é", "QUJD", "A" * 70000])
def test_what_is_no_signature_is_refused_before_anything_is_run(tmp_path: Path, key: Path, text: str) -> None:
    assert code(text, allowed(tmp_path, key)) == "signature.form"
    framed = f"-----BEGIN SSH SIGNATURE-----\n{text}\n-----END SSH SIGNATURE-----"
    assert code(framed, allowed(tmp_path, key)) == "signature.form"


def test_a_missing_file_of_signers_is_no_permission(tmp_path: Path, signature: Signature) -> None:
    assert code(signature.text, tmp_path / "none") == "signature.no-signers"


def test_nobody_is_asked_for_a_passphrase(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        sign(DOCUMENT, namespace=PURPOSE, key=make_key(tmp_path / "locked", "secret"))
    assert refused.value.code == "signature.failed"
    assert "passphrase" in str(refused.value.values["answer"])
    with pytest.raises(Refused) as missing:
        sign(DOCUMENT, namespace=PURPOSE, key=tmp_path / "none")
    assert missing.value.code == "signature.no-key"


def test_a_key_in_the_agent_signs_by_its_public_half(
    tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = tmp_path / "agent"
    with subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.PIPE) as agent:
        assert agent.stdout is not None
        agent.stdout.readline()  # it is listening
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        subprocess.run(["ssh-add", "-q", key], check=True)
        key.unlink()
        made = sign(DOCUMENT, namespace=PURPOSE, key=key.with_suffix(".pub"))
        agent.terminate()
    assert verify(DOCUMENT, made.text, namespace=PURPOSE, allowed_signers=allowed(tmp_path, key)) == "责任人001"


def test_without_ssh_keygen_its_package_is_named(key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(key.parent))
    with pytest.raises(Refused) as refused:
        sign(DOCUMENT, namespace=PURPOSE, key=key)
    assert refused.value.code == "signature.no-program"


def test_a_signature_says_itself_which_key_made_it(signature: Signature) -> None:
    assert described(f"\n{signature.text}\n") == signature
