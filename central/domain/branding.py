"""The owner's branding in a catalogue file: colours, pictures, slides and telephones.

A picture is shown by every totem's browser, so it is looked into here, once: an SVG that could run,
fetch or link anything is refused, and so is a file that is not what it says it is.
"""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from xml.etree.ElementTree import Element, ParseError, fromstring

from central.domain.errors import CatalogueFileError
from central.domain.fields import check_words as _check_words, require as _require
from sync_protocol import limits
from sync_protocol.feed import Brand, Picture, PictureKind, SitePolicy

_ID = re.compile(r"^[a-z0-9][a-z0-9_-]{0,39}$")
_COLOUR = re.compile(r"^#[0-9A-Fa-f]{6}$")
_PHONE = re.compile(r"^\+?[0-9() .-]{8,24}$")
_STYLE_REACHES_OUT = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression", re.IGNORECASE)
_SVG_NEVER = frozenset({"script", "foreignObject", "iframe", "object", "embed", "a", "handler"})
_BEGINS: dict[PictureKind, bytes] = {
    "png": b"\x89PNG\r\n\x1a\n",
    "jpeg": b"\xff\xd8\xff",
    "webp": b"RIFF",
}


def check_branding(brand: Brand, pictures: Mapping[str, Picture]) -> None:
    """Raises CatalogueFileError with the field that is wrong."""
    if brand.accent:
        _require(bool(_COLOUR.match(brand.accent)), "brand.accent", "#RRGGBB")
    if brand.logo:
        _require(brand.logo in pictures, "brand.logo", "the id of a picture")
        size = len(b64decode(pictures[brand.logo].data))
        _require(size <= limits.LOGO_BYTES_MAX, "brand.logo", f"{limits.LOGO_BYTES_MAX} bytes most")
    if brand.welcome is not None:
        _check_words("brand.welcome.title", brand.welcome.title)
    _require(len(brand.slides) <= limits.SLIDES_MAX, "brand.slides", f"{limits.SLIDES_MAX} at most")
    for place, slide in enumerate(brand.slides):
        where = f"brand.slides[{place}]"
        _require(slide.picture in pictures, f"{where}.picture", "the id of a picture")
        _check_words(f"{where}.caption", slide.caption)


def check_pictures(pictures: list[Picture]) -> None:
    """Each is what it says it is and within its limit. Raises CatalogueFileError."""
    whole = 0
    for place, picture in enumerate(pictures):
        where = f"pictures[{place}]"
        _require(bool(_ID.match(picture.id)), f"{where}.id", "a-z, 0-9, - and _")
        whole += _check_picture(f"{where}.data", picture)
    within = whole <= limits.PICTURES_BYTES_MAX
    _require(within, "pictures", f"{limits.PICTURES_BYTES_MAX} bytes together at most")


def check_phone(policy: SitePolicy) -> None:
    """Raises CatalogueFileError."""
    good = not policy.phone or bool(_PHONE.match(policy.phone))
    _require(good, "policy.phone", "a telephone number, best with + and the country")


def _check_picture(where: str, picture: Picture) -> int:
    try:
        data = b64decode(picture.data, validate=True)
    except Base64Error as error:
        raise CatalogueFileError(f"{where}: must be base64") from error
    within = 0 < len(data) <= limits.PICTURE_BYTES_MAX
    _require(within, where, f"1 to {limits.PICTURE_BYTES_MAX} bytes")
    if picture.kind == "svg":
        _check_svg(where, data)
    else:
        _require(data.startswith(_BEGINS[picture.kind]), where, f"a {picture.kind} file")
    return len(data)


def _check_svg(where: str, data: bytes) -> None:
    _require(b"<!DOCTYPE" not in data and b"<!ENTITY" not in data, where, "SVG without a DOCTYPE")
    try:
        root = fromstring(data.decode())
    except (ParseError, UnicodeDecodeError, ValueError) as error:
        raise CatalogueFileError(f"{where}: must be SVG: {error}") from error
    _require(_plain(root.tag) == "svg", where, "SVG")
    for element in root.iter():
        _check_element(where, element)


def _check_element(where: str, element: Element) -> None:
    name = _plain(element.tag)
    _require(name not in _SVG_NEVER, where, f"SVG without <{name}>")
    _require(not _reaches_out(element.text or "" if name == "style" else ""), where, "without url")
    for attribute, value in element.attrib.items():
        plain = _plain(attribute)
        _require(not plain.lower().startswith("on"), where, f"SVG without {plain}")
        if plain == "href":
            inside = value.startswith(("#", "data:image/png", "data:image/jpeg"))
            _require(inside, where, "SVG that links nothing outside itself")
        _require(not _reaches_out(value), where, "SVG that fetches nothing")


def _reaches_out(style: str) -> bool:
    return bool(_STYLE_REACHES_OUT.search(style))


def _plain(tag: object) -> str:
    """A name without its namespace; comments and processing instructions have none."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
