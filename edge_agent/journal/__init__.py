"""SQLite's only door: the totem's append-only journal, its projections, and the feed it has
read.
"""
