"""Runs the executables of a programme's `move.d`: which file may be run, how, and what its answers must look like."""
