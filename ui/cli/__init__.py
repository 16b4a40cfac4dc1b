"""The command `citewise`."""
