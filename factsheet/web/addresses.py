"""Which addresses may be asked, and how the words of strangers are made harmless. Pure."""

from __future__ import annotations

import html
import ipaddress
import re
import unicodedata
from typing import Final

import httpx

LONGEST: Final = 2_000
"""Characters of an address: as many as the dataset allows."""
LONGEST_TEXT: Final = 500
"""Characters of a title or a reason that are kept."""

_UNICAST: Final = ipaddress.ip_network("2000::/3")
"""The only IPv6 addresses that are public hosts."""
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
"""IPv4 written as IPv6 by the network itself: as public as the IPv4 address inside."""
# Python's own tables differ between releases, so what hides an IPv4 address is named here.
_TUNNELS: Final = tuple(map(ipaddress.ip_network, ("2001::/23", "2002::/16", "3fff::/20")))
_FILLER: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters by their category, and nothing by their look."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public Internet, and to one host of it.

    Private, loopback, link-local (clouds keep keys there), shared, multicast, reserved
    and unspecified addresses are not, however they are dressed up as IPv6.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)))
        if ip not in _UNICAST or any(ip in tunnel for tunnel in _TUNNELS):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def is_loopback(address: str) -> bool:
    """Whether an IP address is this machine itself: what tests may ask."""
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def why_not(url: httpx.URL) -> str | None:
    """Why an address is not asked, by its spelling alone; ``None`` if it may be."""
    if url.scheme not in ("http", "https"):
        return f"it leads to a {plain(url.scheme) or 'nameless'}: address; only http and https are"
    if url.userinfo:
        return "it names a user before the host, which hides where it leads"
    if not url.host:
        return "it names no host"
    if len(str(url)) > LONGEST:
        return f"it is longer than {LONGEST:,} characters"
    return None


_LEFT_AS_THEY_ARE: Final = {ord(sign): f"%{ord(sign):02X}" for sign in '\\<>"'}
"""What httpx does not encode, and no address in the dataset may hold."""


def spelled(url: httpx.URL) -> str:
    """An address in ASCII, with everything encoded that could act on its reader."""
    return str(url).translate(_LEFT_AS_THEY_ARE)


def plain(text: str, longest: int = LONGEST_TEXT) -> str:
    """One line of visible text: entities resolved, white space collapsed, cut to ``longest``.

    Controls, direction marks and other invisible characters are gone: what a page says of itself
    goes into a terminal and a file.
    """
    # A page can be nothing but white space; look at no more of it than could ever be kept.
    text = html.unescape(text[: 20 * longest])
    seen = "".join(" " if c.isspace() else c for c in text if c.isspace() or _is_visible(c))
    line = re.sub(" +", " ", unicodedata.normalize("NFC", seen)).strip()
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _is_visible(character: str) -> bool:
    # Cc controls, Cf direction marks and zero widths, Cs surrogates, Co private use, Cn unassigned.
    return unicodedata.category(character)[0] != "C" and not _FILLER.match(character)
