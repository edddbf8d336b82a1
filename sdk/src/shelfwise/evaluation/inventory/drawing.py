"""The little of SVG that plots of evaluations need: lines, bands, labels, boxes, and a page around them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import attrs

__all__ = ["COLOURS", "Drawing"]

COLOURS = ("#4c78a8", "#f58518", "#54a24b", "#e45756", "#72b7b2", "#b279a2", "#9d755d", "#79706e")
Point = tuple[float, float]


@attrs.define
class Drawing:
    """Shapes in a box of ``width`` by ``height`` pixels, told to who cannot see it by ``title``."""

    width: float
    height: float
    title: str
    shapes: list[str] = attrs.field(factory=list)

    def line(self, points: Sequence[Point], colour: str, width: float = 2.0) -> None:
        """Add a line through points."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.shapes.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}"/>')

    def band(self, points: Sequence[Point], colour: str) -> None:
        """Add an area that shines through."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.shapes.append(f'<polygon points="{path}" fill="{colour}" fill-opacity="0.18"/>')

    def dot(self, at: Point, colour: str, told: str) -> None:
        """Add a dot that tells what it is when the pointer rests on it."""
        x, y = at
        self.shapes.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"><title>{escape(told)}</title></circle>'
        )

    def box(self, at: Point, size: Point, colour: str, told: str) -> None:
        """Add a rectangle that tells what it is when the pointer rests on it."""
        (x, y), (width, height) = at, size
        self.shapes.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}" stroke="white">'
            f"<title>{escape(told)}</title></rect>"
        )

    def text(
        self,
        at: Point,
        said: str,
        anchor: str = "start",
        colour: str = "currentColor",
        size: float = 12.0,
        halo: str = "none",
    ) -> None:
        """Add a line of text that begins, ends or has its middle (``anchor``) at a point; a ``halo`` covers lines."""
        x, y = at
        self.shapes.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size:g}" '
            f'stroke="{halo}" stroke-width="4" paint-order="stroke">{escape(said)}</text>'
        )

    def svg(self) -> str:
        """Return the drawing as an SVG file."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" role="img" '
            f'font-family="system-ui, sans-serif" style="max-width:{self.width:g}px;color:#333;background:white">'
            f"<title>{escape(self.title)}</title>{''.join(self.shapes)}</svg>\n"
        )

    def page(self, definitions: dict[str, str]) -> str:
        """Return an HTML page with the drawing, and what its figures mean."""
        told = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in definitions.items())
        return (
            f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(self.title)}</title></head>'
            f'<body style="font-family:system-ui,sans-serif;margin:2rem">{self.svg()}<dl>{told}</dl></body></html>\n'
        )
