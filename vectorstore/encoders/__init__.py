"""Text to vectors."""

from vectorstore.encoders.encoder import Encoder, Vectors
from vectorstore.encoders.local import EncoderSpec, LocalEncoder
from vectorstore.encoders.models import EMBEDDED_ENCODER
from vectorstore.encoders.sentence_transformer import SentenceTransformerEncoder

__all__ = [
    "EMBEDDED_ENCODER",
    "Encoder",
    "EncoderSpec",
    "LocalEncoder",
    "SentenceTransformerEncoder",
    "Vectors",
]
