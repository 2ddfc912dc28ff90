"""Reads the programme's declaration and its migration list; nothing of either is executed or evaluated."""
