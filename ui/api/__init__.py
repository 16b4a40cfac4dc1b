"""The HTTP API: OpenAI's chat completions and models; sections, search and papers beside them."""

from ui.api.app import create_api

__all__ = ["create_api"]
