"""The only room that touches the disk: it finds, reads and replaces without losing a byte.

The promise of ``Draft``: after any failure the file is as it was; after success it is the old file
plus the inserted lines.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import socket
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from factsheet.exceptions import DatasetError, NotWrittenError, UsageError

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is refused unread, so that time and memory stay bounded (see SECURITY.md)."""
ENVIRONMENT = "FACTSHEET_FILE"
USUAL_PLACE = Path("data", "commitments.toml")
SOURCE_LIST = "sources.toml"
"""What is known about the cited addresses, beside the dataset."""
LOCK_SECONDS = 10.0
"""How long a writer waits for another one before it gives up; ``FACTSHEET_LOCK_SECONDS`` says
otherwise."""
LOCK_VARIABLE = "FACTSHEET_LOCK_SECONDS"
_FORGING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
WORKROOM = ".factsheet"
"""Folder beside the dataset for the lock and unfinished files; it hides itself from git."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the dataset is. ``shipped`` marks the copy in the package, which is never written."""

    path: Path
    shipped: bool = False


def find(option: Path | None) -> Place:
    """The dataset to use, the first there is of four.

    The option; $FACTSHEET_FILE; data/commitments.toml here or above; the shipped one.
    """
    if option is not None:
        return _place(option)
    if named := os.environ.get(ENVIRONMENT):
        return _place(Path(named))
    with contextlib.suppress(OSError):
        here = Path.cwd()
        for folder in (here, *here.parents):
            if _is_there(folder / USUAL_PLACE, unsure=folder == here):
                if (folder / USUAL_PLACE).is_fifo():
                    raise DatasetError(
                        f"{folder / USUAL_PLACE} is a pipe, not a file; "
                        "-f FILE names another dataset"
                    )
                return _place(USUAL_PLACE if folder == here else folder / USUAL_PLACE)
    return Place(shipped(), shipped=True)


def _place(path: Path) -> Place:
    """A place by its path; the copy in an installed package is read-only, whatever leads to it."""
    return Place(
        path,
        shipped=os.path.realpath(path) == os.path.realpath(Path(__file__).parent / USUAL_PLACE),
    )


def _is_there(path: Path, *, unsure: bool) -> bool:
    """Whether anything has this name.

    A broken link or a closed folder is not passed over for another dataset.
    """
    try:
        path.lstat()
    except PermissionError:
        return unsure
    except OSError:
        return False
    return True


def source_list(place: Place) -> Place:
    """The list of sources beside a dataset, whether it is there or not."""
    return Place(place.path.parent / SOURCE_LIST, shipped=place.shipped)


def shipped() -> Path:
    """The dataset that came with the package (in a checkout: the one under data/)."""
    package = Path(__file__).parent
    packaged = package / USUAL_PLACE
    return packaged if packaged.is_file() else package.parent / USUAL_PLACE


def require_plain_name(path: Path) -> None:
    """Refuse a file name that could forge a line of output or act on a terminal.

    Raises ``UsageError``.
    """
    if _FORGING.search(str(path)):
        raise UsageError(
            f"the file name {str(path)!a} holds a line break or an invisible character; "
            "give it another"
        )


def read(path: Path) -> bytes:
    """All the bytes of a file.

    Raises ``DatasetError`` with a sentence that says why it cannot be read.
    """
    require_plain_name(path)
    try:
        with path.open("rb") as file:
            if stat.S_ISDIR(os.fstat(file.fileno()).st_mode):
                raise IsADirectoryError
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        if path.is_symlink():
            raise DatasetError(
                f"{path} is a link to a file that is not there: {os.readlink(path)!a}"
            ) from None
        raise DatasetError(
            f"no file {path}; `factsheet init` starts a dataset, -f FILE names another"
        ) from None
    except IsADirectoryError:
        raise DatasetError(
            f"{path} is a folder; name the dataset file in it, e.g. {path / 'commitments.toml'}"
        ) from None
    except (OSError, ValueError) as error:
        raise DatasetError(f"cannot read {path}: {_reason(error)}") from None
    # Never the beginning of a file: whoever writes back what was read would lose the rest.
    if len(data) > MAX_BYTES:
        raise DatasetError(
            f"{path} has more than {MAX_BYTES // 2**20} MiB and is not read; "
            "split the dataset (see SECURITY.md)"
        )
    return data


def _reason(error: BaseException) -> str:
    return (
        (error.strerror if isinstance(error, OSError) else None)
        or str(error)
        or type(error).__name__
    )


def lock_seconds() -> float:
    """How long to wait for another writer.

    Raises ``UsageError`` if ``FACTSHEET_LOCK_SECONDS`` is not a number of seconds.
    """
    given = os.environ.get(LOCK_VARIABLE)
    if not given:
        return LOCK_SECONDS
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86_400:
        raise UsageError(
            f"{LOCK_VARIABLE} is {given!r}; it needs a number of seconds from 0 to 86400"
        )
    return seconds


def require_writable(place: Place) -> None:
    """Raise ``NotWrittenError`` for the copy in the package."""
    if place.shipped:
        raise NotWrittenError(
            f"{place.path} is the read-only copy in the package; "
            "`factsheet init` makes one of your own"
        )


@contextlib.contextmanager
def locked(place: Place, *, absent_ok: bool = False) -> Iterator[Draft]:
    """Hold a file for writing and yield a draft of it.

    ``absent_ok`` takes a file that is not there yet for an empty one. Raises ``NotWrittenError`` if
    another writer keeps it too long.
    """
    require_writable(place)
    seconds = lock_seconds()
    target = Path(os.path.realpath(place.path))
    if os.path.exists(target) and not os.path.isfile(target) and not os.path.isdir(target):
        raise NotWrittenError(
            f"{place.path} is a pipe or a device; a record can only be added to a file"
        )
    # A file that cannot be read is reported before a folder is made beside it.
    _read_or_none(place.path, absent_ok)
    room = _workroom(target)
    holder = room / f"{target.name}.holder"
    # Imported here: readers need no lock.
    from filelock import FileLock, Timeout

    # Whoever may write in the folder may take the lock, whoever made it. A killed writer's lock is
    # freed by the system.
    mode = 0o600 | 0o666 & target.parent.stat().st_mode
    lock = FileLock(room / f"{target.name}.lock", timeout=seconds, mode=mode)
    try:
        lock.acquire()
    except Timeout:
        raise NotWrittenError(
            f"{place.path} is being written by {_holder(holder)}; waited {seconds:g} s, "
            "nothing was written, try again"
        ) from None
    except (OSError, NotImplementedError) as error:
        raise NotWrittenError(
            f"cannot lock {place.path}: {_reason(error)}; nothing was written"
        ) from None
    try:
        _sweep(room, target.name)
        _sign(holder)
        yield Draft(place.path, target, _read_or_none(place.path, absent_ok), room)
    finally:
        with contextlib.suppress(OSError):
            holder.unlink()
        lock.release()


def _read_or_none(path: Path, absent_ok: bool) -> bytes | None:
    return None if absent_ok and not os.path.lexists(path) else read(path)


# A dataset may come from strangers, in an archive or a clone: a link planted in the workroom must
# not lead us out of it.
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def _workroom(target: Path) -> Path:
    room = target.parent / WORKROOM
    try:
        if not os.path.lexists(room):
            room.mkdir(exist_ok=True)
            room.chmod(stat.S_IMODE(target.parent.stat().st_mode))
        if not stat.S_ISDIR(room.lstat().st_mode):
            raise NotWrittenError(
                f"{room} must be a folder for the lock, and is something else; delete it; "
                "nothing was written"
            )
        hide(room / ".gitignore")
    except OSError as error:
        raise NotWrittenError(
            f"cannot write in the folder {target.parent}: {_reason(error)}; nothing was written"
        ) from None
    return room


def hide(ignore: Path) -> None:
    """Keep git from showing the workroom, from its first file on."""
    with contextlib.suppress(FileNotFoundError):
        was = ignore.lstat()
        if stat.S_ISREG(was.st_mode) and was.st_size:
            return
    # An empty file, left by a writer killed right here, is finished.
    descriptor = os.open(ignore, os.O_WRONLY | os.O_CREAT | _NO_LINK, 0o666)
    try:
        os.write(descriptor, b"*\n")
    finally:
        os.close(descriptor)


def _sign(holder: Path) -> None:
    """Say who holds the lock, for those who wait; the lock holds without it."""
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with contextlib.suppress(OSError):
        holder.unlink(missing_ok=True)
        with open(
            os.open(holder, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK, 0o666), "wb"
        ) as file:
            file.write(f"process {os.getpid()} on {socket.gethostname()} since {now}".encode())


def _holder(path: Path) -> str:
    try:
        with open(os.open(path, os.O_RDONLY | _NO_LINK), "rb") as file:
            return " ".join(file.read(200).decode("utf-8", "replace").split()) or "another process"
    except OSError:
        return "another process"


def _sweep(room: Path, name: str) -> None:
    """Remove unfinished files of writers that were killed.

    We hold this dataset's lock, so none of them is at work.
    """
    litter = re.compile(re.escape(name) + r"\.[a-z0-9_]{8}\.tmp")
    with contextlib.suppress(OSError):
        for path in room.iterdir():
            if litter.fullmatch(path.name):
                path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Draft:
    """A file held for writing: what it was when read, and the one way to replace it."""

    path: Path
    target: Path | None
    was: bytes | None
    """None where there was no file."""
    room: Path

    @property
    def before(self) -> bytes:
        """What was read; nothing where there was no file."""
        return self.was or b""

    def replace(self, after: bytes) -> None:
        """Put ``after`` in the file's place, or raise ``NotWrittenError`` and leave it as it was.

        The new bytes are on the disk before the name moves to them; mode and owner are kept, links
        stay links. The file must still hold what was read: an editor that saved in between wins,
        and the caller is told.
        """
        if self.target is None:
            return
        try:
            was = None if self.was is None else self.target.stat()
            # Root may write to anything; a file that somebody marked read-only is left alone all
            # the same.
            if was and not (was.st_mode & 0o222 and os.access(self.target, os.W_OK)):
                raise NotWrittenError(f"{self.path} is read-only; nothing was written")
            descriptor, name = tempfile.mkstemp(
                prefix=f"{self.target.name}.", suffix=".tmp", dir=self.room
            )
        except OSError as error:
            raise NotWrittenError(
                f"cannot write beside {self.path}: {_reason(error)}; nothing was written"
            ) from None
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(after)
                file.flush()
                _keep_owner(file.fileno(), was)
                os.fsync(file.fileno())
            if was is None:
                _publish(name, self.target)
            else:
                self._require_unchanged(self.target)
                os.replace(name, self.target)
        except OSError as error:
            raise NotWrittenError(
                f"cannot write {self.path}: {_reason(error)}; nothing was written"
            ) from None
        finally:
            with contextlib.suppress(OSError):
                os.unlink(name)
        _sync_folder(self.target.parent)

    def _require_unchanged(self, target: Path) -> None:
        if not os.path.lexists(target):
            raise NotWrittenError(
                f"{self.path} was moved or deleted meanwhile; nothing was written, "
                "put it back and try again"
            )
        try:
            now = read(target)
        except DatasetError as error:
            raise NotWrittenError(f"{error}; nothing was written") from None
        if now != self.was:
            raise NotWrittenError(
                f"{self.path} was changed by another program meanwhile; nothing was written, "
                "look at it and try again"
            )


def _keep_owner(descriptor: int, was: os.stat_result | None) -> None:
    if hasattr(os, "fchmod"):
        if was is None:
            os.fchmod(descriptor, 0o666 & ~_umask())
            return
        if (was.st_uid, was.st_gid) != (os.geteuid(), os.getegid()):
            # Only root may give files away; for anyone else the new file simply is theirs.
            with contextlib.suppress(OSError):
                os.fchown(descriptor, was.st_uid, was.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(was.st_mode))


def _sync_folder(folder: Path) -> None:
    # Some systems cannot open a folder; the rename itself has happened by now.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_new(path: Path, data: bytes, *, exist_ok: bool, forbidden: Path | None = None) -> None:
    """Write a whole file at once (an export, a new dataset), all of it or nothing.

    A pipe or a device is simply written to.

    Raises ``UsageError`` for a path that must not be overwritten and ``NotWrittenError`` for
    everything the system refuses.
    """
    require_plain_name(path)
    target = Path(os.path.realpath(path))
    there = os.path.exists(path)
    if forbidden is not None and (
        target == Path(os.path.realpath(forbidden))
        or (there and os.path.exists(forbidden) and os.path.samefile(path, forbidden))
    ):
        raise UsageError(f"{path} is the dataset itself; name another file")
    if os.path.isdir(path):
        raise UsageError(f"{path} is a folder; name a file in it")
    if not exist_ok and os.path.lexists(path):
        raise NotWrittenError(f"{path} is already there; nothing was written")
    try:
        if there and not os.path.isfile(path):
            with open(path, "wb") as device:
                device.write(data)
            return
        descriptor, name = tempfile.mkstemp(
            prefix=f".{target.name}.", suffix=".tmp", dir=target.parent
        )
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                if hasattr(os, "fchmod"):
                    os.fchmod(
                        file.fileno(),
                        stat.S_IMODE(path.stat().st_mode) if there else 0o666 & ~_umask(),
                    )
                os.fsync(file.fileno())
            if exist_ok:
                os.replace(name, target)
            else:
                _publish(name, target)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(name)
    except FileExistsError:
        raise NotWrittenError(f"{path} is already there; nothing was written") from None
    except OSError as error:
        raise NotWrittenError(
            f"cannot write {path}: {_reason(error)}; nothing was written"
        ) from None
    _sync_folder(target.parent)


def _publish(name: str, target: Path) -> None:
    """Give a finished file its name only if nobody has that name yet."""
    try:
        os.link(name, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: take the name first, then put the file there.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        os.replace(name, target)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def exists(path: Path) -> bool:
    """Whether anything has this name, a broken link included."""
    return os.path.lexists(path)


def names_beside(path: Path) -> list[str]:
    """The names of the files in the folder of a file; none where it cannot be read."""
    with contextlib.suppress(OSError):
        return [each.name for each in path.parent.iterdir()]
    return []


def plain_or_absent(path: Path) -> bool:
    """Whether a name is free or that of a plain file: no link, folder, pipe or device."""
    return not os.path.lexists(path) or (path.is_file() and not path.is_symlink())


def git_config(path: Path) -> str:
    """The configuration of the git clone that a file lies in; empty where there is none to read."""
    with contextlib.suppress(OSError, ValueError):
        for folder in Path(os.path.realpath(path)).parents:
            git = folder / ".git"
            if git.is_file():  # a work tree of a clone elsewhere
                own = folder / git.read_text("utf-8").removeprefix("gitdir:").strip()
                git = own / (own / "commondir").read_text("utf-8").strip()
            if git.is_dir():
                return (git / "config").read_text("utf-8")
    return ""


def make_folder(path: Path) -> None:
    """Create a folder and its parents. Raises ``NotWrittenError``."""
    require_plain_name(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotWrittenError(f"cannot make the folder {path}: {_reason(error)}") from None


@contextlib.contextmanager
def draft(place: Place, *, dry_run: bool = False) -> Iterator[Draft]:
    """A draft of the dataset; a dry run locks nothing, and its draft replaces nothing."""
    if dry_run:
        yield Draft(place.path, None, read(place.path), place.path.parent)
        return
    with locked(place) as held:
        yield held
