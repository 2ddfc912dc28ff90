"""What a column may hold: each kind turns a cell into the model's value, or says which rule the cell breaks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cached_property
from ipaddress import ip_address, ip_network
from typing import Any, Protocol

from orchestrator.adapters.intake.cells import Raw, is_blank, says_nothing, text_of, token_of
from orchestrator.adapters.intake.fold import narrow, value_key
from orchestrator.adapters.intake.garbled import is_garbled
from orchestrator.adapters.intake.nothing import means_no, means_nothing
from orchestrator.model.endpoint import Endpoint
from orchestrator.model.system import Opening

ID_PATTERN = r"[A-Za-z0-9][A-Za-z0-9-]{0,30}"
_ID = re.compile(ID_PATTERN)
_SEPARATORS = re.compile(r"[,，、;；\n]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# What a spreadsheet program makes of 3-1 and 1.2E+05, and what it no longer knows: the digits behind the fifteenth.
_WAS_TYPED_OTHERWISE = re.compile(
    r"(?:19|20)\d\d[-/](?:0?[1-9]|1[0-2])[-/](?:0?[1-9]|[12]\d|3[01])|\d{1,2}月\d{1,2}日"
    r"|\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d\d"
)
_EXPONENT = re.compile(r"\d(?:\.\d+[Ee][+-]?|[Ee]\+)\d{1,3}")
_EXACT = 10**15


class Bad(Exception):
    """The cell breaks the rule `code`; `values` are for its text."""

    def __init__(self, code: str, /, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class Kind(Protocol):
    """One kind of column."""

    def parse(self, cell: Raw, unit: str) -> object:
        """Return the value, or None for an empty cell; `unit` is the one that the header names, if any.

        Raises:
            Bad: the cell does not hold such a value.
        """

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the value as written in a YAML list."""


def _as_typed(cell: Raw) -> None:
    """Refuse what the spreadsheet program changed: the text that was typed is no longer in the file.

    Raises:
        Bad: `list.changed-text`.
    """
    if _EXPONENT.fullmatch(cell.strip()) if isinstance(cell, str) else isinstance(cell, date | time | timedelta):
        raise Bad("list.changed-text")


def without_control(text: str) -> str:
    """Return a text with a space for each character that is none: control, bidirectional overrides, half characters."""
    return _CONTROL.sub(" ", text)


@dataclass(frozen=True)
class Text:
    """Free text, kept as it is but for the spaces around it."""

    longest: int = 2000

    def parse(self, cell: Raw, unit: str) -> str | None:  # noqa: ARG002 - Kind's signature
        """Return the text; control characters, bidirectional overrides and what lost its characters are no text."""
        if not isinstance(cell, str) and isinstance(cell, int | float) and abs(cell) >= _EXACT:
            raise Bad("list.digits-lost")
        text = text_of(cell).strip("\u200b\ufeff \t\r\n\u3000\xa0").replace("\r\n", "\n").replace("\r", "\n")
        if means_nothing(text):
            return None
        if is_garbled(text):
            raise Bad("list.garbled")
        if _CONTROL.search(text):
            raise Bad("list.control-character")
        if len(text) > self.longest:
            raise Bad("list.too-long", longest=str(self.longest))
        return text or None

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "string", "maxLength": self.longest}


@dataclass(frozen=True)
class Label(Text):
    """Text that names something, such as a unit or a document's number: it is what was typed, or it is nothing."""

    def parse(self, cell: Raw, unit: str) -> str | None:
        """Return the text; a date is no name."""
        _as_typed(cell)
        return super().parse(cell, unit)


@dataclass(frozen=True)
class Remark(Text):
    """Text in which a bare no means nothing, and a bare yes asks for the reason: 是否申请暂缓整合."""

    def parse(self, cell: Raw, unit: str) -> str | None:
        """Return the text unless it only says no."""
        text = text_of(cell)
        return None if means_no(text) else super().parse(cell, unit)


@dataclass(frozen=True)
class Identifier:
    """An id: host names, file names and cloud object names are made from it."""

    def parse(self, cell: Raw, unit: str) -> str | None:  # noqa: ARG002
        """Return the id, narrowed."""
        _as_typed(cell)
        if not isinstance(cell, str) and isinstance(cell, int | float) and abs(cell) >= _EXACT:
            raise Bad("list.digits-lost")
        text = token_of(cell)
        if _WAS_TYPED_OTHERWISE.fullmatch(text):
            raise Bad("list.changed-text")
        if text and not _ID.fullmatch(text):
            raise Bad("list.id-form")
        return text or None

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": ["string", "integer"], "pattern": f"^{ID_PATTERN}$"}


@dataclass(frozen=True)
class Choice:
    """One of some values, each with the words people use for it."""

    words: Mapping[Any, tuple[str, ...]] = field(hash=False)

    @cached_property
    def _by_key(self) -> Mapping[str, Any]:
        return {
            value_key(word): member
            for member, words in self.words.items()
            for word in (str(getattr(member, "value", member)), *words)
        }

    def _pick(self, text: str) -> Any:
        """Return the value of a word; the column's own, such as 无 for 未定级, come before what says nothing."""
        key = value_key(text)
        if key in self._by_key:
            return self._by_key[key]
        if means_nothing(text):
            return None
        raise Bad("list.value-domain", allowed=self.allowed())

    def allowed(self) -> str:
        """Return the values, in the words people use, for a message."""
        return ", ".join(words[0] if words else str(member) for member, words in self.words.items())

    def parse(self, cell: Raw, unit: str) -> object:  # noqa: ARG002
        """Return the value that the cell's word stands for."""
        return None if is_blank(cell) else self._pick(text_of(cell))

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        words = [
            str(word) for member, known in self.words.items() for word in (getattr(member, "value", member), *known)
        ]
        return {"enum": list(dict.fromkeys(words))}


@dataclass(frozen=True)
class Choices(Choice):
    """Any number of some values."""

    def parse(self, cell: Raw, unit: str) -> object:  # noqa: ARG002
        """Return the set of values."""
        if is_blank(cell):
            return None
        values = (self._pick(part) for part in _SEPARATORS.split(narrow(text_of(cell))) if part.strip())
        return frozenset(value for value in values if value is not None) or None

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": ["string", "array"], "items": super().schema()}


@dataclass(frozen=True)
class Several:
    """Any number of values of another kind."""

    kind: Kind

    def parse(self, cell: Raw, unit: str) -> frozenset[object] | None:
        """Return the set of values."""
        values = (self.kind.parse(part, unit) for part in _SEPARATORS.split(token_of(cell)))
        return frozenset(value for value in values if value is not None) or None

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": ["string", "array"], "items": self.kind.schema()}


_YES = frozenset(("是", "有", "已", "yes", "y", "true", "1", "√", "✓", "✔"))


@dataclass(frozen=True)
class Flag:
    """Yes or no; what follows a comma explains it (是，对接其它系统)."""

    def parse(self, cell: Raw, unit: str) -> bool | None:  # noqa: ARG002
        """Return the answer."""
        text = text_of(cell)
        if value_key(_SEPARATORS.split(narrow(text))[0]) in _YES:
            return True
        if means_no(text):
            return False
        if says_nothing(cell):
            return None
        raise Bad("list.value-domain", allowed="是, 否")

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"enum": [True, False, "是", "否", "有", "无", "yes", "no"]}


@dataclass(frozen=True)
class Address:
    """An IP address."""

    def parse(self, cell: Raw, unit: str) -> str | None:  # noqa: ARG002
        """Return the address in its ordinary form."""
        text = token_of(cell)
        if not text:
            return None
        # A zone id (fe80::1%eth0) means something on one machine only, and may hold any text at all.
        try:
            return str(ip_address("" if "%" in text else text))
        except ValueError:
            raise Bad("list.bad-address") from None

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "string", "examples": ["10.77.1.11"]}


_OPENING = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?/(tcp|udp)(?:@(\S+))?", re.IGNORECASE)
_HIGHEST_PORT = 65_535


@dataclass(frozen=True)
class Openings:
    """Port ranges and who may reach them: `80/tcp, 443/tcp@10.0.0.0/8, 5000-5010/tcp`."""

    def parse(self, cell: Raw, unit: str) -> tuple[Opening, ...] | None:  # noqa: ARG002
        """Return the openings, sorted, each once."""
        text = token_of(cell)
        openings = {self._one(part) for part in re.split(r"[,，、;；\s]+", text) if part}
        return tuple(sorted(openings, key=lambda one: (one.protocol, one.first, one.last, one.source))) or None

    @staticmethod
    def _one(part: str) -> Opening:
        match = _OPENING.fullmatch(part)
        if match is None or "%" in part:  # no zone ids, as in `Address`
            raise Bad("list.bad-opening")
        first, last, protocol, source = match.groups()
        low, high = int(first), int(last or first)
        try:
            network = str(ip_network(source)) if source else "0.0.0.0/0"
        except ValueError:
            raise Bad("list.bad-opening") from None
        if not 0 < low <= high <= _HIGHEST_PORT:
            raise Bad("list.bad-opening")
        return Opening(protocol=protocol.lower(), first=low, last=high, source=network)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "string", "examples": ["80/tcp, 443/tcp@10.0.0.0/8, 5000-5010/tcp"]}


_ENDPOINT = re.compile(
    r"(?:(tcp|https?)://)?(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?))"
    r"(?::(\d{1,5}))?(/[A-Za-z0-9/._~!$&()*+,;=:@%?-]{0,500})?",
    re.IGNORECASE,
)
_USUAL = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Called:
    """Where something is called: `HOST:PORT`, or `http://HOST/PATH`."""

    def parse(self, cell: Raw, unit: str) -> Endpoint | None:  # noqa: ARG002
        """Return the endpoint."""
        text = token_of(cell)
        if not text:
            return None
        match = _ENDPOINT.fullmatch(text)
        if match is None:
            raise Bad("list.bad-endpoint")
        scheme, inner, name, port, path = match.groups()
        scheme = (scheme or "tcp").lower()
        number = int(port) if port else _USUAL.get(scheme, 0)
        if not 0 < number <= _HIGHEST_PORT or (scheme == "tcp" and path):
            raise Bad("list.bad-endpoint")
        return Endpoint(scheme=scheme, host=self._host(inner, name), port=number, path=path or "")

    @staticmethod
    def _host(inner: str | None, name: str | None) -> str:
        """Return the host in its ordinary form: what is written like an address must be one."""
        try:
            return str(ip_address(inner or name or ""))
        except ValueError:
            if name is None or name.replace(".", "").isdigit():
                raise Bad("list.bad-endpoint") from None
            return name.lower()

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "string", "examples": ["10.77.1.12:5432", "https://api.example.gov.cn/v1/"]}


@dataclass(frozen=True)
class Asked(Called):
    """What is asked over HTTP: `http://HOST/PATH` or `https://HOST/PATH`."""

    def parse(self, cell: Raw, unit: str) -> Endpoint | None:
        """Return the endpoint."""
        found = super().parse(cell, unit)
        if found is not None and found.scheme == "tcp":
            raise Bad("list.bad-question")
        return found

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema."""
        return {"type": "string", "examples": ["https://id.example.gov.cn/clients/7"]}
