"""Moves government systems into an OpenStack cloud: observe, plan, render, act, record, report."""

__version__ = "0.1.0"
