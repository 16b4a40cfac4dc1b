"""Measures of search on queries whose relevant papers are known."""
