"""Moves whole disks: chunks that changed, read past the page cache, made fit on a keeper and started there alone."""
