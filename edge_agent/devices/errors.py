"""What a device can do to us, and what the caller should do.

DeviceError
├── DeviceGoneError      the wire broke or cannot be opened: reopen with back-off, then try again
├── DeviceTimeoutError   no answer in time: the outcome is unknown; recover before anything else
│   └── DeviceAbandonedError  the call was under way and was given up: what came of it is unknown
├── DeviceProtocolError  the answer makes no sense: reset the conversation, then try again
└── DeviceRefusedError   the device understood and said no: tell a person why
"""


class DeviceError(Exception):
    """Anything a driver raises on purpose. ``str(error)`` is a short reason for technicians."""


class DeviceGoneError(DeviceError):
    """The wire is closed, unplugged or cannot be opened."""


class DeviceTimeoutError(DeviceError):
    """The deadline passed without an answer."""


class DeviceAbandonedError(DeviceTimeoutError):
    """The driver hung or failed in mid call; bytes may have been sent."""


class DeviceProtocolError(DeviceError):
    """Bytes arrived that the protocol does not allow here."""


class DeviceRefusedError(DeviceError):
    """The device answered with an error of its own. ``code`` is the device's code."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
