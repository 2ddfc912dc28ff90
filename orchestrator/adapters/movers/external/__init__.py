"""Moves by a tool that the programme brings along; its contract is `docs/external.md`."""
