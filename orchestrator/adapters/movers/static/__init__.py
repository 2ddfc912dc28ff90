"""Static sites: their files move as files do, and both sides are asked for pages from outside."""
