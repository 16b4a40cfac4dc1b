"""Text to vectors."""

from vectorstore.encoders.encoder import Encoder, Vectors
from vectorstore.encoders.local import EncoderSpec, LocalEncoder
from vectorstore.encoders.models import EMBEDDED_ENCODER
from vectorstore.encoders.sentence_transformer import SentenceTransformerEncoder
from vectorstore.encoders.shipped import DEFAULT_ENCODER, DEFAULT_SELECTOR

__all__ = [
    "DEFAULT_ENCODER",
    "DEFAULT_SELECTOR",
    "EMBEDDED_ENCODER",
    "Encoder",
    "EncoderSpec",
    "LocalEncoder",
    "SentenceTransformerEncoder",
    "Vectors",
]
