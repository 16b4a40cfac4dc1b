"""Citewise and the systems people would reach for, on the same abstracts with the same weights."""
