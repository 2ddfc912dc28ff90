"""What stands between clients and the two sides, one module for each technology."""
