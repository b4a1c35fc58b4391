"""Parquet with every byte under a checksum, so that no damage reaches a decoder.

Parquet's own page checksums leave out page headers, the footer and its statistics. So
each row group has a CRC-32 of its bytes, kept by the caller in the metadata, and the
footer, metadata included, has one in a seal before it, where other programs see a gap::

    PAR1 | row group | row group | ... | seal | footer | footer's length | PAR1
                                         magic, size of the file, CRC-32 of the rest
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from napari_label_index.io._byte_source import ByteSource

__all__ = ["Block", "Seal", "SealedFile", "SealedWriter"]

_KEY = b"napari_label_index"
_PARQUET = b"PAR1"
_MAGIC = b"LABELIDX"
_SEAL = struct.Struct("<8sQI")  # magic, size of the file, CRC-32 of footer and end
_END = struct.Struct("<I4s")  # length of the footer, PAR1
_MAX_FOOTER_BYTES = 1 << 26  # that of 10**10 runs has a third of it


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the file that holds one row group."""

    begin: int
    n_bytes: int
    crc: int


@dataclass(frozen=True, slots=True)
class Seal:
    """What a file is known by: the footer that is under it has all other checksums."""

    n_bytes: int  # of the file
    crc: int  # CRC-32 of footer and end


class SealedWriter:
    """Writes row groups one after the other, then the metadata that knows them."""

    def __init__(self, output: BinaryIO, schema: pa.Schema) -> None:
        self._output = output
        self._sink = _Sink(output)
        self._writer = pq.ParquetWriter(
            self._sink,
            schema,
            compression="zstd",
            compression_level=3,
            use_dictionary=False,
            column_encoding=dict.fromkeys(schema.names, "BYTE_STREAM_SPLIT"),
            store_schema=False,
            write_page_checksum=True,
        )
        self._sink.take_block()  # PAR1

    def add(self, group: pa.Table) -> Block:
        """Write one row group, and return where its bytes lie."""
        self._writer.write_table(group, row_group_size=group.num_rows)
        return self._sink.take_block()

    def finish(self, page: bytes) -> Seal:
        """Write the footer, with `page` in it, and the seal before it."""
        self._writer.add_key_value_metadata({_KEY: page})
        self._sink.held = bytearray()
        self._writer.close()
        end = self._sink.held
        size = self._sink.begin + _SEAL.size + len(end)
        seal = Seal(size, zlib.crc32(end))
        self._output.write(_SEAL.pack(_MAGIC, seal.n_bytes, seal.crc))
        self._output.write(end)
        return seal

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is not None:
            self._sink.held = bytearray()  # a closing writer writes: to nowhere
            self._writer.close()


class _Sink(io.RawIOBase):
    """Passes bytes on, and knows their checksum since the last block."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._position = self.begin = self._crc = 0
        self.held: bytearray | None = None

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        content = memoryview(data)
        if self.held is not None:
            self.held += content
        else:
            self._crc = zlib.crc32(content, self._crc)
            self._output.write(content)
            self._position += content.nbytes
        return content.nbytes

    def take_block(self) -> Block:
        """Return the block that ends here; another one begins."""
        block = Block(self.begin, self._position - self.begin, self._crc)
        self.begin, self._crc = self._position, 0
        return block


class SealedFile:
    """A file of `SealedWriter`; reads nothing that it has not compared with its CRC.

    Whatever is wrong raises `ValueError`, or what pyarrow raises.
    """

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._size = source.n_bytes
        footer = self._read_footer()
        self._metadata = pq.read_metadata(pa.BufferReader(footer))
        self.page: bytes = (self._metadata.metadata or {}).get(_KEY, b"")
        if not self.page:
            raise ValueError("it is Parquet, and no index file")

    def _read_footer(self) -> bytes:
        smallest = len(_PARQUET) + _SEAL.size + _END.size
        if self._size < smallest:
            raise ValueError("it is cut short, or is no index file")
        length, last = _END.unpack(self._read(self._size - _END.size, _END.size))
        if last != _PARQUET:
            raise ValueError("it is cut short, or is no Parquet file")
        if length > min(self._size - smallest, _MAX_FOOTER_BYTES):
            raise ValueError(f"its footer cannot have {length} bytes")
        n_bytes = length + _END.size
        self.end_of_blocks = self._size - n_bytes - _SEAL.size
        content = self._read(self.end_of_blocks, _SEAL.size + n_bytes)
        magic, size, crc = _SEAL.unpack_from(content)
        footer = content[_SEAL.size :]
        if magic != _MAGIC:
            raise ValueError("it has no seal before its footer, so is no index file")
        if size != self._size:
            raise ValueError(f"it must have {size} bytes, has {self._size}")
        if crc != zlib.crc32(footer):
            raise ValueError("its footer is damaged")
        self.seal = Seal(size, crc)
        if self.end_of_blocks == len(_PARQUET):
            _check_head(self._read(0, len(_PARQUET)))
        return footer

    def check_layout(self, types: list[pa.DataType], group_sizes: list[int]) -> None:
        """Raise `ValueError` unless the footer tells of these columns and groups."""
        found = self._metadata.schema.to_arrow_schema().types
        if found != types:
            raise ValueError(f"its columns are {found}, must be {types}")
        n_groups = self._metadata.num_row_groups
        sizes = [self._metadata.row_group(k).num_rows for k in range(n_groups)]
        if sizes != group_sizes:
            raise ValueError("footer and metadata differ in their row groups")

    def read_group(
        self, number: int, block: Block, columns: list[str] | None = None
    ) -> pa.Table:
        """Return one row group, or some columns; may be called from several threads."""
        # What is before the first one comes with it, and needs no read of its own.
        n_head = len(_PARQUET) if number == 0 else 0
        content = self._read(block.begin - n_head, n_head + block.n_bytes)
        if n_head:
            _check_head(content[:n_head])
            content = content[n_head:]
        if zlib.crc32(content) != block.crc:
            raise ValueError(
                f"bytes {block.begin} to {block.begin + block.n_bytes} are damaged"
            )
        source = pa.PythonFile(_Window(content, block.begin, self._size), mode="r")
        reader = pq.ParquetFile(
            source,
            metadata=self._metadata,
            pre_buffer=False,
            page_checksum_verification=True,
        )
        return reader.read_row_group(number, columns=columns, use_threads=False)

    def _read(self, begin: int, n_bytes: int) -> bytes:
        content = self._source.read(begin, n_bytes)
        if len(content) != n_bytes:
            raise ValueError(f"it ends after byte {begin + len(content)}")
        return content


def _check_head(content: bytes) -> None:
    if content != _PARQUET:
        raise ValueError("it does not begin as a Parquet file")


class _Window(io.RawIOBase):
    """A file of which only a part is there, at its place; all else is refused."""

    def __init__(self, content: bytes, begin: int, size: int) -> None:
        self._content, self._begin, self._size = content, begin, size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}
        self._position = base[whence] + offset
        return self._position

    def read(self, n_bytes: int = -1) -> Any:
        first = self._position - self._begin
        if first < 0 or n_bytes < 0 or first + n_bytes > len(self._content):
            raise ValueError("its footer leads to bytes outside of a row group")
        self._position += n_bytes
        return memoryview(self._content)[first : first + n_bytes]
