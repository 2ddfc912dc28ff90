"""Shows results in words, tables and JSON; it computes no verdict and fetches nothing."""
