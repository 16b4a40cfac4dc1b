"""The faces: command line, chat, HTTP API. They hold no retrieval or answer logic."""
