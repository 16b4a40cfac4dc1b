"""A model that reads two texts together, loaded when first needed."""

import os
from threading import Lock
from typing import TYPE_CHECKING

from vectorstore.encoders.models import cannot_load
from vectorstore.encoders.sentence_transformer import first_line, quieten_libraries

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class LazyCrossEncoder:
    """Any sentence-transformers cross-encoder, by name or path. Threads may share it."""

    def __init__(self, name: str, *, allow_download: bool = False) -> None:
        self.name = name
        self._allow_download = allow_download
        self._loaded: CrossEncoder | None = None
        self._loading = Lock()

    @property
    def model(self) -> "CrossEncoder":
        """Return the model. Raises EncoderError when it cannot be loaded."""
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
        return self._loaded

    def _load(self) -> "CrossEncoder":
        if not self._allow_download:
            os.environ["HF_HUB_OFFLINE"] = "1"
        quieten_libraries()
        from sentence_transformers import CrossEncoder

        try:
            model: CrossEncoder = CrossEncoder(self.name, local_files_only=not self._allow_download)
        except Exception as error:  # a damaged model raises what it likes
            raise cannot_load(self.name, first_line(error)) from error
        return model
