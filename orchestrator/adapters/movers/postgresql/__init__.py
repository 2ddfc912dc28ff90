"""Moves PostgreSQL databases: by logical replication, as a physical standby, or by dump and restore."""
