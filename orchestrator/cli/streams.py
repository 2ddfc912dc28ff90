"""The one gate to the terminal: no other module writes to a standard stream or makes a console.

Whatever goes out is made `visible` here, once: texts and tables by what writes them, the rest (Click's pages and
errors, warnings, tracebacks) by the streams that `close_gate` puts in the place of Python's own.

Streams of another encoding than UTF-8, such as a GBK terminal's, lack some characters we print.
"""

from __future__ import annotations

import codecs
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from io import TextIOBase, TextIOWrapper
from threading import Lock
from typing import TYPE_CHECKING, TextIO, cast

import click

from orchestrator.errors import storing
from orchestrator.reporting.visible import visible

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

# What GBK lacks of our own words; any encoding has what stands for it. A minus must not become a question mark.
_NEAREST = {"✗": "x", "−": "-", "²": "2", "⌊": "[", "⌋": "]"}


class _Way(TextIOBase):
    """A way to one standard stream.

    Args:
        stream: where to.
        pure: what is written is known to be visible, and the rest is ours: colours, a table that moves.
        deaf: a reader that has gone, or a full disk under the stream, is nobody's failure.
    """

    def __init__(self, stream: TextIO, *, pure: bool, deaf: bool) -> None:
        self.stream = stream
        self._pure = pure
        self._deaf = deaf

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self.stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return self.stream.errors

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(type(text).__name__)  # so do Python's own text streams, by which Click knows them
        with self._lossy():
            self.stream.write(text if self._pure else visible(text))
        return len(text)

    def flush(self) -> None:
        with self._lossy():
            self.stream.flush()

    def _lossy(self) -> AbstractContextManager[None]:
        return suppress(OSError) if self._deaf else storing("<stdout>")

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self.stream.isatty()

    def fileno(self) -> int:
        return self.stream.fileno()


def _stream(*, err: bool) -> TextIO:
    """Return a standard stream as Python made it."""
    stream = sys.stderr if err else sys.stdout
    return stream.stream if isinstance(stream, _Way) else stream


def close_gate() -> None:
    """Let nothing hidden pass, whoever writes: from here on Python's streams show it."""
    sys.stdout = cast(TextIO, _Way(_stream(err=False), pure=False, deaf=False))
    sys.stderr = cast(TextIO, _Way(_stream(err=True), pure=False, deaf=True))


def write(pieces: Iterable[str], *, err: bool = False) -> None:
    """Write text, whole; the table that moves on this stream, if there is one, stays below it."""
    text = "".join(visible(piece) for piece in pieces)
    if err and _moving:
        from rich.text import Text

        _moving[-1].print(Text(text), end="", soft_wrap=True)
        return
    way = _Way(_stream(err=err), pure=True, deaf=err)
    with _writing:
        way.write(text)
        way.flush()


def write_pure(pieces: Iterable[str]) -> None:
    """Write to standard output what is known to be visible, piece by piece."""
    way = _Way(_stream(err=False), pure=True, deaf=False)
    for piece in pieces:
        way.write(piece)
    way.flush()


def show(lines: Iterable[RenderableType], *, err: bool = False) -> None:
    """Write lines and tables; a pipe or file gets plain text at full width."""
    out = console(err=err)
    for line in lines:
        if isinstance(line, str):
            write((line, "\n"), err=err)
        else:
            out.print(line)


def ask(question: str) -> bool:
    """Ask on standard error; an empty answer is no."""
    return click.confirm(visible(question), err=True)


def ask_secret(question: str, *, twice: bool) -> str:
    """Ask a person on standard error for what is not shown while it is typed."""
    return str(click.prompt(question, hide_input=True, confirmation_prompt=twice, err=True))


def is_terminal(*, err: bool = False) -> bool:
    """Tell whether a person looks at the stream."""
    return _stream(err=err).isatty()


def clear() -> None:
    """Clear the terminal on standard output."""
    console().clear()


def flush() -> None:
    """Send out what still waits."""
    sys.stdout.flush()
    sys.stderr.flush()


_moving: list[Console] = []
_writing = Lock()  # several cutovers may speak at once


@contextmanager
def moving() -> Iterator[Console]:
    """Give a console on standard error for a table that moves; what is written there meanwhile goes above it."""
    made = console(err=True)
    _moving.append(made)
    try:
        yield made
    finally:
        _moving.remove(made)


def console(*, err: bool = False) -> Console:
    """Return a console on a standard stream."""
    from orchestrator.cli.console import on

    return on(cast(TextIO, _Way(_stream(err=err), pure=True, deaf=err)))


def _nearest(error: UnicodeError) -> tuple[str, int]:
    """Return what to print for characters that an encoding lacks, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_NEAREST.get(character, "?") for character in lacking), error.end


def _foreign(stream: object) -> TextIOWrapper | None:
    """Return a stream that does not speak UTF-8; bytes of one that does stay as they are."""
    if isinstance(stream, TextIOWrapper) and codecs.lookup(stream.encoding).name != "utf-8":
        return stream
    return None


def never_fail() -> None:
    """Let both streams print the nearest character, else a question mark, where theirs lacks one."""
    codecs.register_error("nearest", _nearest)
    for stream in map(_foreign, (_stream(err=False), _stream(err=True))):
        if stream:
            stream.reconfigure(errors="nearest")


def speak_utf8() -> None:
    """Let standard output be UTF-8 whatever the terminal is: JSON is, and loses nothing."""
    stream = _foreign(_stream(err=False))
    if stream:
        stream.reconfigure(encoding="utf-8")
