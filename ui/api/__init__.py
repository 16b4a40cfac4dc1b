"""The OpenAI-compatible HTTP API: `POST /v1/chat/completions` and `GET /v1/models`."""

from ui.api.app import create_api

__all__ = ["create_api"]
