"""The widget: a chat that other sites' pages show, and the one route that it may use.

What stands here is light, so that the command line can read `--widget-origin` at once.
"""

from ui.widget.keys import NoKeyAsked, PublishableKeys
from ui.widget.limits import QuestionLimiter
from ui.widget.origins import parse_origin
from ui.widget.settings import Authoriser, Limiter, WidgetSettings

__all__ = [
    "Authoriser",
    "Limiter",
    "NoKeyAsked",
    "PublishableKeys",
    "QuestionLimiter",
    "WidgetSettings",
    "parse_origin",
]
