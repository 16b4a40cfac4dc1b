"""xz streams read in bounded memory, which the standard library's file does not offer."""

import io
import lzma
from typing import BinaryIO

MAX_MEMORY_BYTES = 100 << 20  # xz -9 needs 65 MiB; a header can ask for 4 GiB
_READ_BYTES = 1 << 16


class XzStream(io.RawIOBase):
    """The content of one xz stream or several. Raises LZMAError or EOFError where it is damaged."""

    def __init__(self, packed: BinaryIO) -> None:
        self._packed = packed
        self._decompressor = _decompressor()

    def readable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to so many bytes, at least one but at the end."""
        while True:
            raw = b""
            if self._decompressor.eof:
                raw = self._rest_of_file()
                if not raw:
                    return b""
                self._decompressor = _decompressor()
            elif self._decompressor.needs_input and not (raw := self._packed.read(_READ_BYTES)):
                raise EOFError("it ends too early")
            if piece := self._decompressor.decompress(raw, size):
                return piece

    def _rest_of_file(self) -> bytes:
        """Return what follows a stream, without the zeros that may stand between two."""
        raw = self._decompressor.unused_data.lstrip(b"\0")
        while not raw and (more := self._packed.read(_READ_BYTES)):
            raw = more.lstrip(b"\0")
        return raw


def _decompressor() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_MEMORY_BYTES)
