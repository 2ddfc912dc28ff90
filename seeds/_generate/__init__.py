"""Makes the seed programmes: synthetic rows whose sums are the published figures; the same bytes every time."""
