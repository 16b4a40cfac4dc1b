"""Measures of the assistant on questions with known answers."""
