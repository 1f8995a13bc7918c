"""A drawing as PNG, by resvg, with a font for Hangul where one is installed."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from factsheet.exceptions import UsageError

_HANGUL: Final = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_FONTS: Final = re.compile(
    r"noto ?sans.*(cjk|kr)|source ?han ?sans|nanum ?(gothic|square)|malgun|apple ?sd ?gothic|"
    r"applegothic|undotum|baekmuk|pretendard|arialuni",
    re.IGNORECASE,
)
"""File names of fonts that have Hangul."""
_ENDINGS: Final = (".ttf", ".otf", ".ttc")


def _folders() -> Iterator[Path]:
    """Where this system keeps its fonts."""
    home = Path.home()
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", "C:/Windows"), "Fonts")
        yield home / "AppData/Local/Microsoft/Windows/Fonts"
    elif sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    else:
        yield from (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
        yield from (home / ".local/share/fonts", home / ".fonts")


@cache
def _hangul_fonts() -> tuple[str, ...]:
    found = [
        str(Path(place, name))
        for folder in _folders()
        for place, _, names in os.walk(folder)
        for name in names
        if name.lower().endswith(_ENDINGS) and _FONTS.search(name)
    ]
    return tuple(sorted(found))


def png(drawing: str, *, zoom: int = 1) -> bytes:
    """The picture, ``zoom`` times as large as the drawing.

    Raises ``UsageError`` where it has Hangul and no font of this system is known to have any.
    """
    import resvg_py

    if _HANGUL.search(drawing) and not _hangul_fonts():
        raise UsageError(
            "no font with Korean letters was found, and without one they would be empty boxes; "
            "install Noto Sans CJK (Debian: fonts-noto-cjk, Fedora: google-noto-sans-cjk-fonts), "
            "or write the chart as .svg"
        )
    data: bytes = resvg_py.svg_to_bytes(svg_string=drawing, zoom=zoom)
    return bytes(data)
