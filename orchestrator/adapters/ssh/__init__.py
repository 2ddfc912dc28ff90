"""Looks at machines over SSH with pinned host keys: new servers from outside, source machines without changing them."""
