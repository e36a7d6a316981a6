"""The contract between a totem and headquarters, as pure code.

Both sides import this package and nothing else of each other. It reads no clock, opens no socket
or file, draws no random number and logs nothing: whatever it needs comes in as an argument. See
PROTOCOL.md.
"""
