"""Writes a document down: as one self-contained HTML page, and as a docx in the form of Chinese official papers."""
