"""The composition root: settings in, wired objects out."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.settings import EXTRACTIVE, Settings
from vectorstore import CrossEncoderReranker, Encoder, Library, LocalEncoder, read_bundled_papers

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.writers.writer import Writer


_STARTING_MARK = "starting"  # stands in a library that does not hold all bundled papers yet


def build_encoder(settings: Settings) -> Encoder:
    """Return the encoder of the settings; its model is loaded when first needed."""
    return LocalEncoder(
        settings.encoder, models=settings.encoder_cache, allow_download=settings.allow_download
    )


def _build_reranker(settings: Settings) -> CrossEncoderReranker | None:
    if not settings.reranker:
        return None
    return CrossEncoderReranker(settings.reranker, allow_download=settings.allow_download)


def open_library(settings: Settings, *, create: bool = False) -> Library:
    """Return the library of the settings; with `create` make an empty one where there is none."""
    encoder, reranker = build_encoder(settings), _build_reranker(settings)
    if create and not Library.exists(settings.library):
        return Library.create(settings.library, encoder, reranker=reranker)
    return Library.open(settings.library, encoder, reranker=reranker)


def open_or_start_library(
    settings: Settings, *, announce: Callable[[str], object] = lambda _: None
) -> Library:
    """Return the library of the settings; a new one starts with the bundled papers.

    A newcomer's first question is answered without any `citewise add`. `announce` is told so. A
    start that was interrupted is taken up again.
    """
    library = open_library(settings, create=True)
    started = settings.library / _STARTING_MARK
    if library.catalogue.generation == 0 or started.exists():
        announce(f"Making a library of the bundled papers in {str(settings.library)!r} ...")
        started.touch()
        report = read_bundled_papers()
        library.add(report.papers)
        library.note_read(report)
        started.unlink()
    return library


def library_to_reindex(settings: Settings) -> Library:
    """Return the library of the settings, whatever encoder it was indexed with."""
    return Library(settings.library, build_encoder(settings))


def build_writer(llm: str, settings: Settings, library: Library) -> "Writer":
    """Return the writer that `llm` names: 'extractive', or 'provider:model'."""
    if llm == EXTRACTIVE:
        from assistant.writers.extractive import ExtractiveWriter

        return ExtractiveWriter(library)
    from assistant.writers.chat_model import ChatModelWriter, load_chat_model

    return ChatModelWriter(load_chat_model(llm, timeout_seconds=settings.llm_timeout_seconds), llm)


def build_assistant(settings: Settings, library: Library | None = None) -> "Assistant":
    """Return the assistant of the settings over `library`, or over the settings' own."""
    from assistant.assistant import Assistant

    library = open_or_start_library(settings) if library is None else library
    return Assistant(
        library,
        build_writer(settings.llm, settings, library),
        top_k=settings.top_k,
        max_question_chars=settings.max_question_chars,
    )
