"""The command line: the only floor that prints, exits, reads the environment and wires adapters to ports."""
