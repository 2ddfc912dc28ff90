"""Runs the lab: `python3 inventories/lab up`.  Holds nothing else."""

import os
import sys

from migrate_lab.main import INTERRUPTED, main

code = main()
if code == INTERRUPTED:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # what still runs side by side is not waited for: the same command goes on from there
sys.exit(code)
