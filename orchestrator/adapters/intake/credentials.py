"""Finds text that looks like a credential, so that it can be refused and never shown."""

from __future__ import annotations

import re
import unicodedata

MASK = "******"
_SHOWN = 40

_WORDS = (
    r"账号|帐号|账户|密码|口令|密钥|令牌|password|passwd|passphrase|pwd|token|secret|api[-_ ]?key|"
    r"access[-_ ]?key(?:[-_ ]?(?:id|secret))?|(?<![a-z])(?:ak|sk)(?![a-z])"
)
# A word with a value: `密码：x`, `pwd=x`, `密码是x`; after a mere space only what has a digit or a symbol,
# so that the names of cryptography projects (密码应用) and of ordinary pages do not match.
_NAMED = re.compile(
    rf"(?:{_WORDS})(?:[\"'”）)]?\s*(?:[:=]|(?:是|为)(?=\s*[!-~]))\s*[\"'“]?\S|\s+(?=[!-~]*[\d!@#$%^&*])[!-~]{{4,}})",
    re.IGNORECASE,
)
_SHAPED = re.compile(
    r"[a-z][a-z0-9+.-]*://[^/\s:@]+:[^/\s@]+@"  # user:password in an address
    r"|-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bLTAI[0-9A-Za-z]{12,}\b|\bAKID[0-9A-Za-z]{13,}\b"
    r"|\bgh[pousr]_[0-9A-Za-z]{30,}\b|\beyJ[\w-]{10,}\.[\w-]{10,}\.",
    re.IGNORECASE,
)
_HEADER = re.compile(r"(?:账号|帐号|密码|口令|密钥|令牌|password|passwd|pwd|token|secret|apikey|accesskey)$")


def looks_like_credential(text: str) -> bool:
    """Tell whether a text holds, by its look, a secret or the way to one."""
    if len(text) < 4 and not text.isascii():
        # The shortest match is a two-character word, a colon and one character.
        return False
    folded = unicodedata.normalize("NFKC", text)
    return bool(_NAMED.search(folded) or _SHAPED.search(folded))


def asks_for_credential(key: str) -> bool:
    """Tell whether a column with this folded header holds credentials, whatever stands in its cells."""
    return bool(_HEADER.search(key))


def shorten(text: object) -> str:
    """Return a value as a table shows it: one line, at most 40 characters."""
    line = " ".join(str(text).split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
