"""What stops the lab: each error says what happened and what to do about it."""

from __future__ import annotations


class LabError(Exception):
    """The lab tried and failed."""

    exit_code = 1

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(f"{what}\n  {remedy}" if remedy else what)


class NoAnswer(LabError):
    """What was asked did not answer in time, or not as it must; asked again, it may."""


class Refused(LabError):
    """The lab does not begin: this machine or this request does not allow it."""

    exit_code = 4
