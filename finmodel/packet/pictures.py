"""Charts as vector pictures: each specification is converted once for a packet, whoever shows it."""

import json
from functools import cache
from typing import Any

from finmodel.packet.blocks import Drawing
from finmodel.packet.lettering import FONTS, printable

# Dots of the drawing area beside the labels: what is narrow stands in half a page.
WIDE, NARROW = 470, 300



class Pictures:
    """The charts of a packet as SVG."""

    def __init__(self) -> None:
        self._made: dict[str, str] = {}

    def svg(self, drawing: Drawing) -> str:
        """The chart as SVG text."""
        spec = {**drawing.chart.spec, "width": NARROW if drawing.is_narrow else WIDE,
                "data": {"values": drawing.chart.data}}
        key = json.dumps(spec, sort_keys=True)
        if key not in self._made:
            self._made[key] = printable(_converter().vegalite_to_svg(spec, config={"font": "Inter"}))
        return self._made[key]




@cache
def _converter() -> Any:
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert
