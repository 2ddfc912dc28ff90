"""Reports people look at: what they hold, the offline HTML page, and the workbooks in the official forms."""
