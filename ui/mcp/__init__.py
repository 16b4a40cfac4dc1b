"""The library for language-model programs, by the Model Context Protocol: stdio and HTTP.

Nothing is imported here: the official SDK takes half a second, and only these interfaces need it.
"""
