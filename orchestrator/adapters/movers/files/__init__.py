"""File systems by rsync."""
