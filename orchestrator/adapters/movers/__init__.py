"""Moves data, one package for each technology."""
