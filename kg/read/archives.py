"""Archives: the members of zip, tar and gzip files as streams. Nothing is ever written to disk."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from kg.errors import ReadError
from kg.read.bounds import FREE, MEMBERS, RATIO, Bounds, read_whole, shown
from kg.read.records import Report

_BLOCK = 1 << 16
_LONGEST_NAME = 1 << 16  # of the blocks in which a tar file says long names
_DAMAGED = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True)
class Member:
    """A file in an archive: its path there, and how to get its bytes before the next member is asked for."""

    path: str
    read: Callable[[], bytes]


def read_zip(data: BinaryIO, where: str, bounds: Bounds, report: Report) -> Iterator[Member]:
    """Yield the files of a zip archive; links and locked files go to `report`; raises ReadError for one that is damaged."""
    try:
        archive = zipfile.ZipFile(data)
    except _DAMAGED as error:
        raise _damaged(where) from error
    entries = archive.infolist()
    _check(where, len(entries), sum(entry.file_size for entry in entries), bounds)
    for entry in entries:
        inside = f"{where} member {shown(entry.filename)}"
        if stat.S_ISLNK(entry.external_attr >> 16):
            report(_link(inside))
        elif entry.flag_bits & 1:
            report(ReadError(f"{inside} is locked by a password; pack it again without one"))
        elif not entry.filename:
            report(ReadError(f"{where} has a member without a name; give it one"))
        elif not entry.filename.endswith("/"):
            yield Member(entry.filename, partial(_read_entry, archive, entry, inside, bounds))


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, inside: str, bounds: Bounds) -> bytes:
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:  # others may need any memory
        raise ReadError(f"{inside} is packed in a way that is not read; pack it again as zip programs do by default")
    try:
        with archive.open(entry) as file:
            return read_whole(file, bounds.file, inside)  # type: ignore[arg-type]
    except _DAMAGED as error:
        raise _damaged(inside) from error


def read_tar(data: BinaryIO, where: str, bounds: Bounds, report: Report) -> Iterator[Member]:
    """Yield the files of a tar archive, in its order; links and devices go to `report`; raises ReadError for a damaged one."""
    stream = _Unpacked(data, data, where, bounds)
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header) as archive:
            for number, entry in enumerate(archive, 1):
                _check(where, number, 0, bounds)
                archive.members = []  # type: ignore[attr-defined]  # it would keep all of them
                inside = f"{where} member {shown(entry.name)}"
                if entry.isfile():
                    yield Member(entry.name, partial(_read_member, archive, entry, inside, bounds))
                elif not entry.isdir():
                    report(_link(inside))
        stream.expect_zeros()
    except _DAMAGED as error:
        raise _damaged(where) from error


def _read_member(archive: tarfile.TarFile, entry: tarfile.TarInfo, inside: str, bounds: Bounds) -> bytes:
    file = archive.extractfile(entry)
    return read_whole(file, bounds.file, inside) if file else b""  # type: ignore[arg-type]


def read_packed_tar(data: BinaryIO, where: str, bounds: Bounds, report: Report) -> Iterator[Member]:
    """Yield the files of a tar archive that is packed by gzip."""
    yield from read_tar(_Unpacked(gzip.GzipFile(fileobj=data), data, where, bounds), where, bounds, report)  # type: ignore[arg-type]


def read_gzip(data: BinaryIO, where: str, bounds: Bounds, report: Report) -> Iterator[Member]:
    """Yield the one file of a gzip file, whose name is that of the archive without its ending."""

    def read() -> bytes:
        try:
            return read_whole(_Unpacked(gzip.GzipFile(fileobj=data), data, where, bounds), bounds.file, where)  # type: ignore[arg-type]
        except _DAMAGED as error:
            raise _damaged(where) from error

    yield Member("", read)


class _Unpacked(io.RawIOBase):
    """A stream that raises ReadError when more comes out of it than the bounds allow for what went in."""

    def __init__(self, data: BinaryIO, packed: BinaryIO, where: str, bounds: Bounds) -> None:
        super().__init__()
        self._data, self._packed, self._where, self._bounds = data, packed, where, bounds
        self._size = self._ends = 0

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._packed.tell()

    def read(self, size: int = -1) -> bytes:
        """Return at most `size` bytes, none at the end."""
        part = self._data.read(_BLOCK if size < 0 else size)
        self._size += len(part)
        self._ends += not part
        if self._ends > 100:  # tarfile asks again and again for a list of holes that was cut off
            raise EOFError("it ends too early")
        _check(self._where, 0, self._size, self._bounds)
        if self._size > FREE and self._size > RATIO * self._packed.tell():
            raise ReadError(f"{self._where} unpacks to more than {RATIO} times its size; unpack it and give its files")
        return part

    def expect_zeros(self) -> None:
        """Raise ReadError unless all that is left is the zeros with which tar fills its last block."""
        while part := self.read(_BLOCK):
            if part.strip(b"\0"):
                raise ReadError(f"{self._where} goes on behind its end; unpack it and give its files")


class _Header(tarfile.TarInfo):
    """A header of a tar file. One that is damaged is an error: tarfile itself would take it for the end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        """Return a header; raises ValueError for one that is damaged, cut off or says a name without end."""
        if not buf.strip(b"\0") and len(buf) == tarfile.BLOCKSIZE:
            return super().frombuf(buf, encoding, errors)  # which raises that it is the end
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.TarError as error:
            raise ValueError("a header is damaged or missing") from error
        is_name = header.type in {tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE} or header.type in {
            tarfile.GNUTYPE_LONGNAME,
            tarfile.GNUTYPE_LONGLINK,
        }
        if is_name and header.size > _LONGEST_NAME:
            raise ValueError("a name is longer than any name")
        return header


def _check(where: str, members: int, size: int, bounds: Bounds) -> None:
    if members > MEMBERS:
        raise ReadError(f"{where} has more than {MEMBERS:,} members; split it")
    if size > bounds.unpacked:
        raise ReadError(f"{where} unpacks to more than {bounds.unpacked / 1e6:,.0f} MB; split it or raise --max-bytes")


def _damaged(where: str) -> ReadError:
    return ReadError(f"{where} is damaged, so what is left of it is not read; save it again")


def _link(inside: str) -> ReadError:
    return ReadError(f"{inside} is a link or a device, which is not followed; give the file that it means")
