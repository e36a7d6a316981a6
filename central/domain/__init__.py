"""Headquarters' rules as plain functions and Structs: no I/O, no clock."""
