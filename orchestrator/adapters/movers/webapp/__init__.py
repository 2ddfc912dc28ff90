"""A system's file system and databases as one, each part by the mover of its own kind."""
