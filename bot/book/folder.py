"""A folder of files, read and written without following a link (symlink) below it, and written whole or not at all.

Each step goes through the folder that the step before opened (`openat` with O_NOFOLLOW): whoever puts a link in the place of a
file or a folder between a look and a write gets a refusal, not a file elsewhere read or written.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

LINK: Final = b"\0 a link"
"""What stands for a link among the bytes of files. No reader takes it, whatever it is called."""
SAYS: Final = "it is a link (symlink); put the file or folder itself in its place"
DEEPEST: Final = 40
STALE: Final = 3600.0
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class LinkError(OSError):
    """A file or folder that is a link. `strerror` says how to mend it, `filename` which."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.ELOOP, SAYS, str(path))

    def __str__(self) -> str:
        return f"{self.filename}: {self.strerror}"


def hidden(inner: PurePosixPath) -> bool:
    """Whether a file is hidden by its name or a folder's: editors and git keep theirs so, links among them."""
    return any(part.startswith(".") for part in inner.parts)


def files_in(
    folder: Path,
    wanted: Callable[[PurePosixPath], bool],
    most: int | None = None,
    read: Callable[[BinaryIO], bytes] = lambda file: file.read(),
) -> dict[str, bytes]:
    """The bytes of all files below a folder that are `wanted` and not hidden, by path, sorted; LINK for each link, wanted or not.

    `most`: larger files are left out. `read`: what is taken of a file in place of its bytes. Raises LinkError where the folder
    itself is a link, OSError where one cannot be read.
    """
    with _opened(folder) as handle:
        return dict(sorted(_walk(handle, PurePosixPath(), wanted, most, folder, read)))


def read_in(folder: Path, inner: str) -> bytes:
    """The bytes of one file below a folder. Raises LinkError where it or a folder on the way is a link; FileNotFoundError."""
    with _parent(folder, inner) as (handle, name):
        found = _bytes(handle, name, None, lambda file: file.read())
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder / inner))
        if found is LINK:
            raise LinkError(folder / inner)
        return found


def write_in(folder: Path, inner: str, data: bytes, *, sync: bool = False) -> None:
    """Writes one file below a folder that is there: whole or not at all, with the rights it had. Folders on the way are made.

    `sync`: it is on the disk before this ends. Raises LinkError where it or a folder on the way is a link, OSError where it
    cannot be written; nothing is left of the try.
    """
    with _parent(folder, inner, make=True) as (handle, name):
        rights = _rights(handle, name, folder / inner)
        draft = f".{name}.{secrets.token_hex(4)}.part"
        try:
            with os.fdopen(os.open(draft, _NEW, 0o666, dir_fd=handle), "wb") as part:
                part.write(data)
                part.flush()
                if rights is not None:
                    os.fchmod(part.fileno(), rights)
                if sync:
                    os.fsync(part.fileno())
            os.replace(draft, name, src_dir_fd=handle, dst_dir_fd=handle)
        except BaseException as error:
            with suppress(OSError):
                os.unlink(draft, dir_fd=handle)
            if isinstance(error, OSError):
                error.filename, error.filename2 = str(folder / inner), None
            raise
        _sweep(handle, name)


def _sweep(handle: int, name: str) -> None:
    """Takes away what a process that was killed while it wrote this file has left, an hour before it was written now."""
    draft = re.compile(rf"\.{re.escape(name)}\.([0-9a-f]{{8}}\.part|[0-9]+)")
    with suppress(OSError):
        now = os.stat(name, dir_fd=handle, follow_symlinks=False).st_mtime
        with os.scandir(handle) as entries:
            left = [entry.name for entry in entries if draft.fullmatch(entry.name)]
        for other in left:
            if os.stat(other, dir_fd=handle, follow_symlinks=False).st_mtime < now - STALE:
                os.unlink(other, dir_fd=handle)


def remove_in(folder: Path, inner: str) -> None:
    """Takes one file below a folder away; nothing where there is none. Raises LinkError, OSError."""
    with suppress(FileNotFoundError), _parent(folder, inner) as (handle, name):
        _rights(handle, name, folder / inner)
        os.unlink(name, dir_fd=handle)


def _rights(handle: int, name: str, path: Path) -> int | None:
    """The rights of a file, None where there is none. Raises LinkError, and IsADirectoryError for what is no file."""
    try:
        found = os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(found):
        raise LinkError(path)
    if not stat.S_ISREG(found):
        raise IsADirectoryError(errno.EISDIR, "it is no file", str(path))
    return stat.S_IMODE(found)


@contextmanager
def _opened(path: Path | str, inside: int | None = None, shown: Path | None = None) -> Iterator[int]:
    """A folder, opened. `inside`: the folder that `path` is a name in. Raises LinkError, OSError."""
    try:
        handle = os.open(path, _FOLDER, dir_fd=inside)
    except OSError as error:
        where = shown or Path(path)
        # Linux says of a link that it is no folder, others that it is a link.
        if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.EMLINK) and _is_link(path, inside):
            raise LinkError(where) from None
        error.filename = str(where)
        raise
    try:
        yield handle
    finally:
        os.close(handle)


def _is_link(path: Path | str, inside: int | None) -> bool:
    try:
        return stat.S_ISLNK(os.stat(path, dir_fd=inside, follow_symlinks=False).st_mode)
    except OSError:
        return False


@contextmanager
def _parent(folder: Path, inner: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
    """The folder in which a file lies, opened from `folder` on, and the file's name there."""
    *above, name = PurePosixPath(inner).parts or ("",)
    if inner.startswith("/") or not name or any(part in ("..", "/") for part in (*above, name)):
        raise OSError(errno.EINVAL, "this is no path below the folder", inner)
    with _below(folder, tuple(above), make) as handle:
        yield handle, name


@contextmanager
def _below(folder: Path, above: tuple[str, ...], make: bool) -> Iterator[int]:
    if not above:
        with _opened(folder) as handle:
            yield handle
        return
    with _below(folder, above[:-1], make) as handle:
        if make:
            with suppress(FileExistsError):
                os.mkdir(above[-1], dir_fd=handle)
        with _opened(above[-1], handle, folder.joinpath(*above)) as inner:
            yield inner


def _walk(
    handle: int,
    at: PurePosixPath,
    wanted: Callable[[PurePosixPath], bool],
    most: int | None,
    folder: Path,
    read: Callable[[BinaryIO], bytes],
) -> Iterator[tuple[str, bytes]]:
    if len(at.parts) > DEEPEST:
        raise OSError(errno.ENAMETOOLONG, "folders lie in each other too deeply", str(folder / at))
    with os.scandir(handle) as entries:
        listed = [(entry.name, entry.is_symlink(), entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_link, is_folder in listed:
        inner = at / name
        if name.startswith("."):
            continue
        if is_link:
            yield str(inner), LINK
        elif is_folder:
            try:
                with _opened(name, handle, folder / inner) as below:
                    yield from _walk(below, inner, wanted, most, folder, read)
            except LinkError:  # put there since it was listed
                yield str(inner), LINK
        elif wanted(inner):
            try:
                found = _bytes(handle, name, most, read)
            except OSError as error:
                error.filename = str(folder / inner)
                raise
            if found is not None:
                yield str(inner), found


def _bytes(handle: int, name: str, most: int | None, read: Callable[[BinaryIO], bytes]) -> bytes | None:
    """What `read` takes of a file; LINK for a link, None for what is no file or too large."""
    try:
        opened = os.open(name, _FILE, dir_fd=handle)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK) and _is_link(name, handle):
            return LINK
        raise
    with os.fdopen(opened, "rb") as file:
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode) or (most is not None and found.st_size > most):
            return None
        return read(file)
