"""The agent's rules as plain functions and tables: no I/O, no clock; time and rows come in as
arguments.
"""
