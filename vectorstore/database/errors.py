"""What goes wrong between Citewise and a database."""

from vectorstore.errors import VectorStoreError


class DatabaseError(VectorStoreError):
    """The database cannot be reached, is of a later Citewise, or is no PostgreSQL at all."""
