"""Runs the lab: `python3 inventories/lab up`.  Holds nothing else."""

import sys

from migrate_lab.main import main

sys.exit(main())
