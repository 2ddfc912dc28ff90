"""Writes the seed programmes: `python -m seeds.generate [REGION …]`; `--check` compares instead of writing."""

from __future__ import annotations

import sys
from pathlib import Path

from seeds._generate.programmes import files

FOLDER = Path(__file__).resolve().parent


def main(arguments: list[str]) -> int:
    """Write or compare the regions named, or all; return 1 when a committed file differs."""
    check = "--check" in arguments
    makers = files()
    different = []
    for region in [name for name in arguments if not name.startswith("-")] or makers:
        for name, data in makers[region]().items():
            path = FOLDER / region / name
            if check:
                if not path.is_file() or path.read_bytes() != data:
                    different.append(path)
            else:
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(data)
    for path in different:
        sys.stderr.write(f"differs: {path}\n")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
