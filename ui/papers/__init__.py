"""The collection drawn: papers by month, and the map of what they are about. Knows no Gradio."""

from ui.papers.histogram import histogram_svg
from ui.papers.payload import MAX_POINTS, map_payload
from ui.papers.resources import papers_css, papers_js

__all__ = ["MAX_POINTS", "histogram_svg", "map_payload", "papers_css", "papers_js"]
