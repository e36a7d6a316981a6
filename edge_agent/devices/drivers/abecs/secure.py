"""The secure channel of an ABECS pinpad: AES packets under a key the pinpad chose.

What flows through: commands and responses in clear on our side, ``12 | AES-128-CBC`` packets on the
wire. Promise: a packet that was touched on the way is never an answer; the private key lives for
one opening only.
"""

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from edge_agent.devices.drivers.abecs.frame import crc16
from edge_agent.devices.errors import DeviceProtocolError

DC2 = 0x12
KEY_BITS = 2048
MODULUS_BYTES = KEY_BITS // 8
EXPONENT = 65537
CHUNK = 16
HEADER = 4
ZERO_IV = bytes(CHUNK)


class OpeningKey:
    """An RSA-2048 key pair for one OPN."""

    def __init__(self) -> None:
        self._private = rsa.generate_private_key(EXPONENT, KEY_BITS)

    def block(self) -> bytes:
        """What OPN carries: mode 0, modulus of 256 bytes, exponent, numbers as hex text."""
        numbers = self._private.public_key().public_numbers()
        exponent = numbers.e.to_bytes((numbers.e.bit_length() + 7) // 8, "big")
        written = f"0{MODULUS_BYTES}{numbers.n:0{MODULUS_BYTES * 2}X}"
        return f"{written}{len(exponent)}{exponent.hex().upper()}".encode("ascii")

    def session_key(self, body: bytes) -> bytes:
        """The 16 bytes of KSEC inside OPN's answer. Raises DeviceProtocolError."""
        written = body[3:].decode("latin-1")
        if body[:3] != b"%03d" % MODULUS_BYTES or len(written) != MODULUS_BYTES * 2:
            raise DeviceProtocolError("OPN: a malformed session key")
        try:
            key = self._private.decrypt(bytes.fromhex(written), PKCS1v15())
        except ValueError as error:
            raise DeviceProtocolError("OPN: the session key does not decrypt") from error
        if len(key) != CHUNK:
            raise DeviceProtocolError("OPN: a session key that is not 16 bytes")
        return key


class SecureChannel:
    """Packets under one session key of 16 bytes."""

    def __init__(self, key: bytes) -> None:
        self._cipher = Cipher(AES(key), CBC(ZERO_IV))

    def seal(self, data: bytes) -> bytes:
        """The packet for ``data``: length, CRC of the data alone, the data, zeros to 16."""
        head = len(data).to_bytes(2, "big") + crc16(data).to_bytes(2, "big")
        plain = head + data
        plain += bytes(-len(plain) % CHUNK)
        encryptor = self._cipher.encryptor()
        return bytes((DC2,)) + encryptor.update(plain) + encryptor.finalize()

    def unseal(self, packet: bytes) -> bytes:
        """The data of ``packet``. Raises DeviceProtocolError unless all of it is consistent."""
        sealed = packet[1:]
        if packet[:1] != bytes((DC2,)) or not sealed or len(sealed) % CHUNK:
            raise DeviceProtocolError("a malformed secure packet")
        decryptor = self._cipher.decryptor()
        plain = decryptor.update(sealed) + decryptor.finalize()
        size = int.from_bytes(plain[:2], "big")
        data, padding = plain[HEADER : HEADER + size], plain[HEADER + size :]
        whole = len(data) == size and len(padding) < CHUNK and not any(padding)
        if not whole or crc16(data) != int.from_bytes(plain[2:HEADER], "big"):
            raise DeviceProtocolError("a secure packet that contradicts itself")
        return data
