"""MariaDB by GTID replication."""
