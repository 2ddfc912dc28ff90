"""Observers of replicas: each asks both ends of its kind, read-only, and says what it saw or why it saw nothing."""
