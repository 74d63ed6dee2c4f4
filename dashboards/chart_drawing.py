"""Draw a Vega-Lite specification as SVG once and keep the drawing; the same data are never drawn twice."""

import hashlib
import json
import logging
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import redis
import vl_convert
from django.conf import settings
from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe

log = logging.getLogger(__name__)
KEEP_SECONDS = 24 * 60 * 60
VERSION = "1"
VEGA_LITE = "6.4"
TOKEN = re.compile(r"var\(--color-([a-z-]+)\)")
LIGHT = re.compile(r"--color-([a-z-]+): light-dark\((#[0-9a-f]+),")
PICTURE_SCALE = 2.0
OPENING = re.compile(r"<svg[^>]*>")
LOADER_BASE = "https://vega.github.io/vega-datasets/"  # the renderer puts it before our own addresses


def draw(specification: dict[str, Any]) -> SafeString:
    """Return the chart as SVG that fits its column; labels come from the data and are escaped by the renderer."""
    text = json.dumps(specification, sort_keys=True)
    key = f"chart:{VERSION}:{hashlib.sha256(text.encode()).hexdigest()}"
    svg = _kept(key)
    if svg is None:
        svg = fit(vl_convert.vegalite_to_svg(text, vl_version=VEGA_LITE))
        _keep(key, svg)
    return mark_safe(svg)  # noqa: S308 made by our own renderer, which escapes the data


def picture(specification: Mapping[str, Any], form: str) -> bytes:
    """Return the chart as a file, "svg" or "png", in the colours of the light theme on its own ground."""
    text = TOKEN.sub(lambda found: light_colours()[found.group(1)], json.dumps(specification))
    plain = json.loads(text)
    plain["config"] = plain["config"] | {"background": light_colours()["surface"], "padding": 16}
    if form == "svg":
        return vl_convert.vegalite_to_svg(plain, vl_version=VEGA_LITE).replace(LOADER_BASE, "").encode()
    return vl_convert.vegalite_to_png(plain, vl_version=VEGA_LITE, scale=PICTURE_SCALE)


@lru_cache(maxsize=1)
def light_colours() -> Mapping[str, str]:
    """Return the colours of the light theme by token, read from the one file that has them."""
    return dict(LIGHT.findall((settings.BASE_DIR / "static" / "css" / "tokens.css").read_text("utf-8")))


def _kept(key: str) -> str | None:
    """A cache that is away costs the time of drawing, never the page."""
    try:
        return cache.get(key)
    except (redis.RedisError, OSError) as error:
        log.warning("The cache does not answer: %s", error)
        return None


def _keep(key: str, svg: str) -> None:
    try:
        cache.set(key, svg, KEEP_SECONDS)
    except (redis.RedisError, OSError) as error:
        log.warning("The cache does not take a drawing: %s", error)


def fit(svg: str) -> str:
    """Return the drawing without a fixed size: the column decides the width, the view box the shape."""
    opening = OPENING.search(svg)
    if opening is None:
        raise ValueError("The renderer returned no <svg> element.")
    fluid = re.sub(r'\s(width|height)="[^"]*"', "", opening.group(0))
    fluid = fluid.replace('class="marks"', 'class="drawing"')
    return svg.replace(opening.group(0), fluid, 1).replace(LOADER_BASE, "")
