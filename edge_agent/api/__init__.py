"""Thin HTTP for the screens: decode, call one service, encode. Bound to loopback only."""
