"""Baselines: what a good engineer would write in an hour without this tool. Each is run as a process of its own."""
