"""Exports of other tools, drawn into the list: recognised by their headers, nothing of them lost in silence."""
