"""Text to vectors."""

from vectorstore.encoders.encoder import Encoder, Vectors
from vectorstore.encoders.local import EncoderSpec, LocalEncoder
from vectorstore.encoders.models import EMBEDDED_ENCODER
from vectorstore.encoders.sentence_transformer import SentenceTransformerEncoder
from vectorstore.encoders.shipped import DEFAULT_ENCODER

__all__ = [
    "DEFAULT_ENCODER",
    "EMBEDDED_ENCODER",
    "Encoder",
    "EncoderSpec",
    "LocalEncoder",
    "SentenceTransformerEncoder",
    "Vectors",
]
