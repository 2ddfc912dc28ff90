"""Runs rendered playbooks with ansible-runner, each in a process of its own; it renders and decides nothing."""
