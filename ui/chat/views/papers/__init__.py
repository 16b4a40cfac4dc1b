"""The Papers view: the table, one paper opened, the map."""
