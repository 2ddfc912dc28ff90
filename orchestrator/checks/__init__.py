"""Pure checks: observations in, results out. A check never repairs and never knows how it was observed."""
