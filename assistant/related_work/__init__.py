"""A related-work section: planned, written out of abstracts, checked, and cited."""
