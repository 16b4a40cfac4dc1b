"""Suggesting questions: what to ask next, and what a library can be asked at all."""

from assistant.suggesting.follow_ups import follow_ups

__all__ = ["follow_ups"]
