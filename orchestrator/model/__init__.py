"""What the programme is about, as frozen values: no file, no clock, no cloud, no library."""
