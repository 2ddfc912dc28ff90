"""The cutover plan (割接方案) in words: on a screen, and as a document with run sheets and approval sheets."""
