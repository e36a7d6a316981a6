"""The owner's branding in a catalogue file: what is refused, and that the field is named."""

import json
from base64 import b64encode
from importlib.resources import files
from typing import Any

import pytest

from central.domain.catalogue_file import items_of
from central.domain.errors import CatalogueFileError
from sync_protocol import limits
from sync_protocol.feed import Brand, Picture, decode_item

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)


def sample() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (files("central") / "samples" / "catalogue.json").read_text()
    )
    return found


def picture(data: bytes, kind: str = "svg", name: str = "p") -> dict[str, Any]:
    return {"id": name, "kind": kind, "data": b64encode(data).decode()}


def refused(document: dict[str, Any]) -> str:
    with pytest.raises(CatalogueFileError) as error:
        items_of(document)
    return str(error.value)


def test_the_sample_brings_a_logo_a_phone_and_a_refund_rule() -> None:
    items = items_of(sample())
    brand = decode_item("brand", items["brand"])
    assert isinstance(brand, Brand)
    logo = decode_item(f"picture/{brand.logo}", items[f"picture/{brand.logo}"])
    assert isinstance(logo, Picture)
    assert sample()["policy"]["phone"].startswith("+55")
    assert all(entity["refund"]["pt"] for entity in sample()["entities"])


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<g onload='alert(1)'/>",
        "<a href='https://example.org'><rect/></a>",
        "<image href='https://example.org/spy.png'/>",
        "<use href='other.svg#x'/>",
        "<foreignObject/>",
        "<style>rect { fill: url(https://example.org/x) }</style>",
        "<style>@import 'x.css'</style>",
        "<rect style=\"fill: url('https://example.org/x')\"/>",
        "<rect fill='url(https://example.org/x#y)'/>",
    ],
)
def test_an_svg_that_could_run_or_fetch_anything_is_refused(inside: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'
    document = sample() | {"pictures": [*sample()["pictures"], picture(svg.encode())]}
    assert refused(document).startswith(f"pictures[{len(sample()['pictures'])}].data")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<svg", "svg"),
        (b"<html/>", "svg"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>', "svg"),
        (SVG, "png"),
        (PNG, "jpeg"),
        (b"", "png"),
        (PNG + bytes(limits.PICTURE_BYTES_MAX), "png"),
    ],
)
def test_a_picture_that_is_not_what_it_says_or_too_large_is_refused(data: bytes, kind: str) -> None:
    assert "pictures[0].data" in refused(sample() | {"pictures": [picture(data, kind)]})


def test_a_plain_svg_with_a_gradient_of_its_own_is_good() -> None:
    svg = SVG.replace(b"/>", b' fill="url(#g)"/><linearGradient id="g"/>')
    document = sample()
    document["pictures"].append(picture(svg))
    assert "picture/p" in items_of(document)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"accent": "red"}, "brand.accent"),
        ({"logo": "nowhere"}, "brand.logo"),
        ({"slides": [{"picture": "no", "caption": {"pt": "a", "en": "a", "es": "a"}}]}, "slides"),
        ({"welcome": {"title": {"pt": "a", "en": "", "es": "a"},
                      "sub": {"pt": "", "en": "", "es": ""}}}, "brand.welcome.title.en"),
    ],
)  # fmt: skip
def test_a_wrong_field_of_the_brand_is_named(change: dict[str, Any], where: str) -> None:
    document = sample()
    document["brand"] |= change
    assert where in refused(document)


def test_a_large_picture_may_be_a_slide_and_not_the_logo() -> None:
    document = sample()
    document["pictures"].append(picture(PNG + bytes(limits.LOGO_BYTES_MAX), "png"))
    caption = {"pt": "a", "en": "a", "es": "a"}
    document["brand"]["slides"] = [{"picture": "p", "caption": caption}]
    items_of(document)
    document["brand"]["logo"] = "p"
    assert "brand.logo" in refused(document)


def test_more_slides_than_five_more_bytes_than_the_whole_may_be_and_odd_phones_are_refused() -> (
    None
):
    document = sample()
    caption = {"pt": "a", "en": "a", "es": "a"}
    document["pictures"].append(picture(PNG, "png"))
    document["brand"]["slides"] = [{"picture": "p", "caption": caption}] * 6
    assert "brand.slides" in refused(document)
    full = PNG + bytes(limits.PICTURE_BYTES_MAX - len(PNG))
    count = limits.PICTURES_BYTES_MAX // len(full) + 1
    many = [picture(full, "png", f"p{place}") for place in range(count)]
    brand = {"name": "B", "primary": "#112233", "tagline": caption}
    assert "pictures: " in refused(sample() | {"brand": brand, "pictures": many})
    document = sample()
    document["policy"]["phone"] = "call us"
    assert "policy.phone" in refused(document)
