"""What an index was made with. Vectors of two encoders cannot be compared, so it is checked."""

from pydantic import BaseModel, ConfigDict, Field

from vectorstore.encoders.shipped import is_superseded
from vectorstore.errors import ManifestMismatchError

LIBRARY_FORMAT = 3  # of the catalogue; earlier ones are upgraded when a library is opened


class Manifest(BaseModel):
    """The settings that the stored vectors depend on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = LIBRARY_FORMAT
    encoder: str
    dimension: int = Field(gt=0)
    pooling: str
    max_chunk_chars: int = Field(gt=0)

    def check_encoder(self, encoder: str, library: str) -> None:
        """Raise ManifestMismatchError unless the index was made with that encoder.

        Quicker than `check`: a name is known before its model is loaded, or even found.
        """
        if self.encoder != encoder:
            raise _mismatch(library, "encoder", self.encoder, encoder)

    def check(self, wanted: "Manifest", library: str) -> None:
        """Raise ManifestMismatchError unless an index made so serves the `wanted` settings."""
        if self.format > LIBRARY_FORMAT:
            raise ManifestMismatchError(
                f"Library {library!r} has format {self.format}, newer than this Citewise reads"
                f" ({LIBRARY_FORMAT}). Update citewise."
            )
        for name in ("encoder", "dimension", "pooling", "max_chunk_chars"):
            mine, theirs = getattr(self, name), getattr(wanted, name)
            if mine != theirs:
                raise _mismatch(library, name, mine, theirs)


def _mismatch(library: str, name: str, mine: object, theirs: object) -> ManifestMismatchError:
    if name != "encoder":
        mend = "Set them back, or rebuild it"
    elif is_superseded(str(mine)):
        mend = "That one is no more. Rebuild it"
    else:
        mend = f"Choose that one (--encoder {mine}), or rebuild it"
    return ManifestMismatchError(
        f"Library {library!r} was indexed with {name} {mine!r}, the settings ask for {theirs!r}."
        f" {mend} with: citewise reindex"
    )
