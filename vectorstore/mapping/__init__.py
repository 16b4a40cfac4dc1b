"""A map of the collection: papers as points, near ones near, under the names of their themes."""

from vectorstore.mapping.building import map_of
from vectorstore.mapping.collection_map import CollectionMap, MapTheme

__all__ = ["CollectionMap", "MapTheme", "map_of"]
