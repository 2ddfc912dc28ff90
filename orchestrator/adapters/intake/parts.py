"""What every part of `programme.yaml` is made of: the kinds of values, and the base of all parts."""

from __future__ import annotations

from datetime import date
from ipaddress import ip_address, ip_network
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from orchestrator.model.schedule import MOST


def _day(value: object) -> object:
    """Accept `YYYY-MM-DD` only; pydantic alone would also take a number as seconds since 1970."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2026-12-31") else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> object:
    raise PydanticCustomError("date", "not YYYY-MM-DD")


def _cidr(value: str) -> str:
    try:
        return str(ip_network("" if "%" in value else value))
    except ValueError:
        raise PydanticCustomError("cidr", "not a network such as 172.30.1.0/24") from None


def _address(value: str) -> str:
    try:
        return str(ip_address(value)) if "%" not in value else _no_address()
    except ValueError:
        return _no_address()


def _no_address() -> str:
    raise PydanticCustomError("address", "not an IP address")


def _inside(value: str) -> str:
    """Refuse a path that leaves the programme's folder: the folder is what is approved and copied."""
    path = PurePosixPath(value)
    if not value or path.is_absolute() or ".." in path.parts or "\\" in value or "\0" in value:
        raise PydanticCustomError("path", "not a path inside the programme's folder")
    return value


def listed(value: object) -> object:
    """Take one text for a list of one."""
    return [value] if isinstance(value, str) else value


def without_password(value: str) -> str:
    """Refuse an address that holds a password: it belongs where libpq looks for it."""
    if "@" in value and ":" in value.split("://", 1)[-1].rsplit("@", 1)[0]:
        raise PydanticCustomError("credential", "has a password")
    return value


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Cidr = Annotated[str, AfterValidator(_cidr)]
Inside = Annotated[str, AfterValidator(_inside)]
# A file of the operator's or the auditor's, which is no part of the programme; `~` is whoever is at work.
Elsewhere = Annotated[str, StringConstraints(pattern=r"^(~?/[^\x00-\x1f\x7f-\x9f]{1,200})?$")]
Syslog = Annotated[str, StringConstraints(pattern=r"^(/[A-Za-z0-9._/-]{1,100}|[A-Za-z0-9.-]{1,253}:[0-9]{1,5})?$")]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,19}$")]
Text = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
Texts = Annotated[tuple[Text, ...], BeforeValidator(listed), Field(max_length=1000)]
Command = Annotated[tuple[Text, ...], Field(max_length=20)]  # words, run as they are and by no shell
Port = Annotated[int, Field(ge=1, le=65535)]
Address = Annotated[str, AfterValidator(_address)]
Absolute = Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9._/-]{1,200}$")]
DatabaseName = Annotated[str, StringConstraints(min_length=1, max_length=63, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
# What an old sshd may be given beyond today's defaults; no other option of OpenSSH can be set by a programme.
LegacyOption = Literal["KexAlgorithms", "HostKeyAlgorithms", "PubkeyAcceptedAlgorithms", "Ciphers", "MACs"]
AlgorithmList = Annotated[str, StringConstraints(pattern=r"^\+?[a-zA-Z0-9@.,-]{1,200}$")]
Count = Annotated[int, Field(ge=1, le=MOST)]
Minutes = Annotated[int, Field(ge=0, le=1440)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Part(BaseModel):
    """A mapping of the file; a key that it does not know is an error.

    A part that is left out is `model_construct()`ed: to validate one that says nothing would build a validator for it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
