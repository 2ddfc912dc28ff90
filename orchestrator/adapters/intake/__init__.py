"""Reads the programme's declaration and its migration list; nothing of either is executed or evaluated."""

from orchestrator.adapters.intake.programme import load_programme
from orchestrator.adapters.intake.reader import read_census, read_list

__all__ = ["load_programme", "read_census", "read_list"]
