"""Questions about the collection itself, answered exactly from the catalogue."""
