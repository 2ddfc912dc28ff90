"""One outside system per module; none imports another."""
