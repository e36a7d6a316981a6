"""Whole processes and their bad days: killed, balanced, restored, copied, behind a faulty line."""
