"""Finds text that looks like a credential, so that it can be refused and never shown."""

from __future__ import annotations

import re
import unicodedata

MASK = "******"
_SHOWN = 40

# 商用密码 and 国产密码 are cryptography, the others what opens a door.
_SECRETS = r"(?<!商用)(?<!国产)密[ \t]{0,3}码|口[ \t]{0,3}令|密[ \t]{0,3}钥"
_WORDS = (
    rf"{_SECRETS}|令牌|password|passwd|passphrase|(?<![a-z])pass(?![a-z])|pwd|token|secret|api[-_ ]?key|"
    r"access[-_ ]?key(?:[-_ ]?(?:id|secret))?|(?<![a-z])(?:ak|sk)(?![a-z])"
)
_ACCOUNTS = r"[账帐][ \t]{0,3}号"
# What looks like a value in a sentence: Latin with letters, or many digits.
_VALUE_LATER = r"[^;。]{0,30}(?:\d{6}|(?=\d*[A-Za-z@#$!])[0-9A-Za-z@#$!]{4})"
# What follows such a word and gives nothing away: 无, a mask, what is done about it (见附件, 已更换), 8-16位, 2018年,
# a day, an address, a standard.
_HARMLESS = (
    r"(?!(?:无|暂无|没有|[-/\\—]+|\*{3,})(?![^\s,;。、)])|https?://"
    rf"|(?:详?见|另行|线下|定期|采用|支持|符合|满足|[已未不由按])(?!{_VALUE_LATER})"
    r"|[<>=~]{0,2}\d{1,4}(?:[.~-]\d{1,4})?[年月日位个项台套张次天元万人户条枚种类级字]"
    r"|(?:(?:19|20)\d\d(?:[-./]\d{1,2}){1,2}|v?\d{1,3}(?:\.\d{1,3}){1,3}"
    r"|(?:国密|商密)?(?:SM\d|MD5|SHA-?\d{1,3}|AES(?:-?\d{3})?|3?DES|RSA(?:-?\d{4})?|G[BM]/?T[ ]?[\d.-]+))"
    r"(?![0-9A-Za-z@#$%^&*!_]))"
)
_OPENING = rf"\s*+[\"'“(]?+{_HARMLESS}"
_HAS_DIGIT = r"(?=[!-~]{0,40}\d)[!-~]{4,}"
_IS = r"[\"'”)]?\s*[统一均都默认初始]{0,4}[是为]"
_COLON = rf"(?:\([^()]{{0,20}}\))?(?:{_IS}|[\"'”)]?)\s*[:=]"
# A word with a value: `密码：x`, `pwd=x`, `密码为xyz`; straight behind the word only what has a digit, so that
# cryptography (密码应用), devices (口令卡) and the names of pages do not match. An account's name is Latin.
_NAMED = re.compile(
    rf"(?:{_WORDS})(?:{_COLON}{_OPENING}\S|{_IS}{_OPENING}[!-~]{{3,}})"
    rf"|(?:{_SECRETS})[统一均都默认初始]{{0,4}}{_OPENING}{_HAS_DIGIT}"
    rf"|(?:{_WORDS}|{_ACCOUNTS})(?<!令牌)\s{_OPENING}(?=[!-~]{{0,40}}[\d!@#$%^&*])[!-~]{{4,}}"
    rf"|(?:{_ACCOUNTS})(?:{_COLON}|{_IS}){_OPENING}[!-~]{{3,}}",
    re.IGNORECASE,
)
# Every piece is bounded or begins at a sign that ends it, so that the time grows with the text and not faster.
_SHAPED = re.compile(
    r"://[^/\s:@]+:[^/\s@]+@"  # user:password in an address
    r"|-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----"
    r"|(?<![0-9A-Z/._@-])(?:admin|administrator|root|sysadmin|sa|oracle|test|user|guest) ?/ ?"
    r"(?=[!-~]{0,40}\d)(?=[!-~]{0,40}[!@#$%^&*])[!-~]{6,}"
    r"|(?<![0-9A-Z])(?:(?:AKIA|ASIA)[0-9A-Z]{16}|LTAI[0-9A-Z]{12,}|AKID[0-9A-Z]{13,})(?![0-9A-Z])"
    r"|(?<![0-9A-Z])gh[pousr]_[0-9A-Z]{30,}|(?<![0-9A-Z_-])eyJ[0-9A-Z_-]{10,}\.[0-9A-Z_-]{10,}\.",
    re.IGNORECASE,
)
# Every text that either finds has one of these in it, in small letters; most cells have none, and are then done with.
_SIGNS = (
    *("密", "口", "令", "账", "帐", "pass", "pwd", "token", "secret", "key", "ak", "sk"),
    *("/", "-----", "as", "lta", "gh", "eyj"),
)
# A column of credentials, not one that asks about them (是否使用商用密码, 有无弱口令).
_HEADER = re.compile(
    r"(?!.*(?:是否|有无|商用|国产|弱口令|弱密码|动态))"
    r".*(?:账号|帐号|密码|口令|密钥|令牌|password|passwd|(?<!by)pass|pwd|token|secret|apikey|accesskey)\d*",
    re.DOTALL,
)


def looks_like_credential(text: str) -> bool:
    """Tell whether a text holds, by its look, a secret or the way to one."""
    if len(text) < 4 and not text.isascii():
        # The shortest match is a two-character word, a colon and one character.
        return False
    folded = unicodedata.normalize("NFKC", text)
    small = folded.lower()
    if not any(sign in small for sign in _SIGNS):
        return False
    return bool(_NAMED.search(folded) or _SHAPED.search(folded))


def asks_for_credential(key: str) -> bool:
    """Tell whether a column with this folded header holds credentials, whatever stands in its cells."""
    return bool(_HEADER.fullmatch(key))


def shorten(text: object) -> str:
    """Return a value as a table shows it: one line, at most 40 characters."""
    line = " ".join(str(text).split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def mask(value: str, *, hidden: bool = False) -> str:
    """Return a value as it may be shown."""
    return MASK if value and (hidden or looks_like_credential(value)) else shorten(value)
