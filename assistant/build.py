"""The composition root: settings in, wired objects out."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.settings import EXTRACTIVE, Settings
from prompts import load_prompt
from vectorstore import (
    DEFAULT_ENCODER,
    DEFAULT_SELECTOR,
    EMBEDDED_ENCODER,
    ChromaServer,
    CrossEncoderEntailment,
    CrossEncoderReranker,
    Encoder,
    EncoderSpec,
    Library,
    LibraryLockedError,
    read_bundled_papers,
)

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.backends.chat_backend import ChatBackend
    from assistant.related_work.section_writers import SectionWriters
    from assistant.understanding.refining import Refiner
    from assistant.understanding.rewriting import Rewriter
    from assistant.writers.writer import Writer
    from vectorstore.engines.ray_engine import RayEngine


_COME_ALONG = (DEFAULT_ENCODER, EMBEDDED_ENCODER)
_STARTING = "starting"  # noted in a library that does not hold all bundled papers yet


def build_encoder(settings: Settings) -> Encoder:
    """Return the encoder of the settings; its model is loaded when first needed."""
    return encoder_spec(settings).encoder()


def encoder_spec(settings: Settings) -> EncoderSpec:
    """Return which encoder the settings name."""
    return EncoderSpec(
        settings.encoder_cache,
        settings.encoder,
        settings.allow_download,
        settings.encoder_dimension,
    )


def build_selector(settings: Settings) -> Encoder | None:
    """Return the encoder that chooses sentences, if it is another than the settings' encoder.

    The one that comes with Citewise reads English, as the encoders that come with it.
    """
    name = settings.selector
    if name is None:
        name = DEFAULT_SELECTOR if settings.encoder in _COME_ALONG else ""
    if not name:
        return None
    return EncoderSpec(settings.encoder_cache, name, settings.allow_download).encoder()


def _build_reranker(settings: Settings) -> CrossEncoderReranker | None:
    if not settings.reranker:
        return None
    return CrossEncoderReranker(settings.reranker, allow_download=settings.allow_download)


def _build_server(settings: Settings) -> ChromaServer | None:
    if not settings.chroma_url:
        return None
    return ChromaServer(settings.chroma_url, settings.chroma_token.get_secret_value())


def open_library(settings: Settings, *, create: bool = False) -> Library:
    """Return the library of the settings; with `create` make an empty one where there is none."""
    is_there = not create or Library.exists(settings.library, settings.database)
    make = Library.open if is_there else Library.create
    return make(
        settings.library,
        build_encoder(settings),
        reranker=_build_reranker(settings),
        selector=build_selector(settings),
        server=_build_server(settings),
        database=settings.database,
    )


def open_or_start_library(
    settings: Settings, *, announce: Callable[[str], object] = lambda _: None
) -> Library:
    """Return the library of the settings; a new one starts with the bundled papers.

    A newcomer's first question is answered without any `citewise add`. `announce` is told so. A
    start that was interrupted is taken up again.
    """
    library = open_library(settings, create=True)
    catalogue = library.catalogue
    if catalogue.generation == 0 or catalogue.noted(_STARTING):
        try:
            _start(library, announce)
        except LibraryLockedError:
            if not catalogue.is_shared:
                raise  # what another machine has begun, it will finish
    return library


def _start(library: Library, announce: Callable[[str], object]) -> None:
    with library.writing():
        announce(f"Making a library of the bundled papers in {str(library.path)!r} ...")
        library.catalogue.note(_STARTING, "begun")
        report = read_bundled_papers()
        library.add(report.papers)
        library.note_read(report.source, len(report.papers), report.rejects)
        library.catalogue.note(_STARTING, "")


def build_ray_engine(
    settings: Settings, *, address: str, n_workers: int | None, shards: Path | None
) -> "RayEngine":
    """Return the workers of a Ray cluster, or of one on this machine, with the settings' encoder.

    Shards are kept in the library, unless another directory is given.
    """
    from vectorstore.engines.ray_engine import RayEngine

    shards = shards or settings.library / "shards"
    return RayEngine(encoder_spec(settings), shards, address=address, n_workers=n_workers)


def library_to_reindex(settings: Settings) -> Library:
    """Return the library of the settings, whatever encoder it was indexed with."""
    return Library(
        settings.library,
        build_encoder(settings),
        server=_build_server(settings),
        database=settings.database,
    )


def build_backend(settings: Settings) -> "ChatBackend":
    """Return the language model of the settings.

    Raises BackendError, which says how to mend it, where it is unknown, not installed or lacks its
    key.
    """
    from assistant.backends.loading import load_backend

    return load_backend(
        settings.llm,
        timeout_seconds=settings.llm_timeout_seconds,
        retries=settings.llm_retries,
        context_tokens=settings.llm_context_tokens,
        max_output_tokens=settings.llm_max_output_tokens,
        allow_download=settings.allow_download,
    )


def build_rewriter(settings: Settings) -> "Rewriter":
    """Return what completes follow-up questions: rules, or the language model of the settings."""
    from assistant.understanding.rewriting import RuleRewriter

    if settings.llm == EXTRACTIVE:
        return RuleRewriter()
    return _model_rewriter(build_backend(settings), settings)


def build_assistant(settings: Settings, library: Library | None = None) -> "Assistant":
    """Return the assistant of the settings over `library`, or over the settings' own."""
    from assistant.assistant import Assistant
    from assistant.checking.checker import Checker
    from assistant.options import Options
    from assistant.writers.extractive import ExtractiveWriter

    library = open_or_start_library(settings) if library is None else library
    extractive = ExtractiveWriter(library)
    sections = build_section_writers(settings, library)
    build = partial(
        Assistant,
        library,
        options=Options(
            top_k=settings.top_k,
            max_question_chars=settings.max_question_chars,
            max_rounds=settings.max_rounds,
            unsupported=settings.unsupported,
        ),
        checker=Checker(library.similarities, sections.entailment),
        sections=sections,
    )
    backend = sections.backend
    if backend is None:
        return build(extractive)
    return build(
        _model_writer(backend, settings),
        rewriter=_model_rewriter(backend, settings),
        refiner=_model_refiner(backend, settings),
        fallback=extractive if settings.llm_fallback else None,
    )


def build_section_writers(settings: Settings, library: Library) -> "SectionWriters":
    """Return what makes writers of related-work sections, with the settings' language model."""
    from assistant.related_work.section_writers import SectionWriters

    backend = None if settings.llm == EXTRACTIVE else build_backend(settings)
    return SectionWriters(library, _entailment(settings), backend, settings.prompts)


def _entailment(settings: Settings) -> CrossEncoderEntailment | None:
    if not settings.verifier:
        return None
    return CrossEncoderEntailment(settings.verifier, allow_download=settings.allow_download)


def _model_writer(backend: "ChatBackend", settings: Settings) -> "Writer":
    from assistant.writers.chat_model import ChatModelWriter

    return ChatModelWriter(backend, prompts=settings.prompts)


def _model_rewriter(backend: "ChatBackend", settings: Settings) -> "Rewriter":
    from assistant.understanding.model_rewriting import ChatModelRewriter
    from assistant.understanding.rewriting import RuleRewriter

    return ChatModelRewriter(backend, load_prompt("rewrite", settings.prompts), RuleRewriter())


def _model_refiner(backend: "ChatBackend", settings: Settings) -> "Refiner":
    from assistant.understanding.refining import ChatModelRefiner, RuleRefiner

    return ChatModelRefiner(backend, load_prompt("refine", settings.prompts), RuleRefiner())
