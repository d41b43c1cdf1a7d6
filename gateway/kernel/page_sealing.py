"""Pages of a database file as SQLCipher 4 seals them, opened one by one without it."""

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY_BYTES = 32


class PageCipher:
    """Opens pages of a database file one by one, as SQLCipher 4 seals them (AES-256-CBC, then
    HMAC-SHA512 over the page and its number): what a damaged file has left can be told from what
    it has not. ``salt`` are the first bytes of the file.
    """

    SALT_BYTES = 16
    EXTRA_BYTES = 80  # at the end of every page: the vector, and the code

    def __init__(self, key: bytes, salt: bytes) -> None:
        self._key = key
        masked = bytes(one ^ 0x3A for one in salt)
        self._code_key = hashlib.pbkdf2_hmac("sha512", key, masked, 2, KEY_BYTES)

    def open(self, number: int, page: bytes) -> bytes | None:
        """The plain bytes of a page, as long as before; None when it is not what was written."""
        start = self.SALT_BYTES if number == 1 else 0
        text, code = page[start:-64], page[-64:]
        made = hmac.digest(self._code_key, text + number.to_bytes(4, "little"), "sha512")
        if not hmac.compare_digest(made, code):
            return None
        opening = Cipher(algorithms.AES256(self._key), modes.CBC(text[-16:])).decryptor()
        return page[:start] + opening.update(text[:-16]) + bytes(self.EXTRA_BYTES)
