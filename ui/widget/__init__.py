"""The widget: a chat that other sites' pages show, and the one route that it may use.

What stands here is light, so that the command line can read `--widget-origin` at once.
"""

from ui.widget.keys import NoKeyAsked, PublishableKeys
from ui.widget.origins import parse_origin
from ui.widget.settings import Authoriser, WidgetSettings

__all__ = [
    "Authoriser",
    "NoKeyAsked",
    "PublishableKeys",
    "WidgetSettings",
    "parse_origin",
]
