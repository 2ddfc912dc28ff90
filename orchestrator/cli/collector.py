"""When Python looks for what nobody needs any more: not while a list is read and planned, of which all is needed."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def for_good() -> Iterator[None]:
    """Make what stays until the command ends: the collector does not visit it meanwhile, and never afterwards.

    It would visit all of it anew each time that it has grown by a quarter.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
