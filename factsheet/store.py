"""Files: finds the dataset, reads one whole, writes a new one whole (``writing`` edits one)."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from factsheet.exceptions import DatasetError, NotWrittenError, UsageError

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is refused unread, so that time and memory stay bounded (see SECURITY.md)."""
ENVIRONMENT = "FACTSHEET_FILE"
USUAL_PLACE = Path("data", "commitments.toml")
SOURCE_LIST = "sources.toml"
"""What is known about the cited addresses, beside the dataset."""
_FORGING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


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
        raise DatasetError(f"cannot read {path}: {reason(error)}") from None
    # Never the beginning of a file: whoever writes back what was read would lose the rest.
    if len(data) > MAX_BYTES:
        raise DatasetError(
            f"{path} has more than {MAX_BYTES // 2**20} MiB and is not read; "
            "split the dataset (see SECURITY.md)"
        )
    return data


def reason(error: BaseException) -> str:
    """Why the system refused, in its own words."""
    return (
        (error.strerror if isinstance(error, OSError) else None)
        or str(error)
        or type(error).__name__
    )


def require_writable(place: Place) -> None:
    """Raise ``NotWrittenError`` for the copy in the package."""
    if place.shipped:
        raise NotWrittenError(
            f"{place.path} is the read-only copy in the package; "
            "`factsheet init` makes one of your own"
        )


def sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system can."""
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
                        stat.S_IMODE(path.stat().st_mode) if there else 0o666 & ~umask(),
                    )
                os.fsync(file.fileno())
            if exist_ok:
                os.replace(name, target)
            else:
                publish(name, target)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(name)
    except FileExistsError:
        raise NotWrittenError(f"{path} is already there; nothing was written") from None
    except OSError as error:
        raise NotWrittenError(
            f"cannot write {path}: {reason(error)}; nothing was written"
        ) from None
    sync_folder(target.parent)


def publish(name: str, target: Path) -> None:
    """Give a finished file its name only if nobody has that name yet."""
    try:
        os.link(name, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: take the name first, then put the file there.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        os.replace(name, target)


def umask() -> int:
    """The permissions that this process takes away from new files."""
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
        raise NotWrittenError(f"cannot make the folder {path}: {reason(error)}") from None
