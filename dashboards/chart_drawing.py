"""Draw a Vega-Lite specification as SVG once and keep the drawing; the same data are never drawn twice."""

import hashlib
import json
import logging
import re
from typing import Any

import redis
import vl_convert
from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe

log = logging.getLogger(__name__)
KEEP_SECONDS = 24 * 60 * 60
VERSION = "1"
VEGA_LITE = "6.4"
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
