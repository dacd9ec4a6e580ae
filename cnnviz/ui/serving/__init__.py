"""The server around the pages.

What it answers beside them (`server`), its first visits (`cold_start`), and what it does in the
background (`housekeeping`).
"""
