"""What every unit test runs under."""

from __future__ import annotations

import gc

# As the command itself sets it: the suite reads and keeps whole seeds, and the collector would visit them all the time.
gc.set_threshold(100_000)
