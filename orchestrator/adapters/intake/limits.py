"""How large an input may be; every limit is checked before the parser that it protects is called."""

from __future__ import annotations

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_ZIP_ENTRIES = 2_000
# 10,000 systems with text in all 71 columns of the largest form, and 16,000 servers, unpack to 89 MiB.
MAX_UNPACKED_BYTES = 160 * 1024 * 1024
# Measured lists unpack to 8-30 times their size; only large parts can hurt, so small ones may compress better.
MAX_RATIO = 60
RATIO_FROM_BYTES = 16 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 200
# A reader allocates the whole rectangle up to the last cell, however few cells are filled.
MAX_AREA = 4_000_000
MAX_CELL_CHARACTERS = 4_000
MAX_YAML_DEPTH = 12
MAX_YAML_NODES = 2_000_000
