"""Derived indexes: rebuilt from the catalogue whenever they are behind or damaged."""
