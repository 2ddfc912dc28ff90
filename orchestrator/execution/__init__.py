"""Durable workflows: which step runs when, what is remembered, what is refused. Sees ports only."""
