"""Fixtures that several test modules share."""

import json
import os
import shutil
import sys
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
import pytest_socket
from sqlalchemy import URL, MetaData

from tests.compiled_forms import compiled_form
from tests.postgres_servers import PostgresServer, programs, serving_postgres
from vectorstore import (
    DEFAULT_SELECTOR,
    EMBEDDED_ENCODER,
    Encoder,
    Library,
    LocalEncoder,
    Paper,
    paper_id_from_title,
    read_bundled_papers,
)
from vectorstore.database import Database, Place, Tables, parse_address
from vectorstore.encoders.models import embedded_model_path

if TYPE_CHECKING:
    from assistant.assistant import Assistant

LOOPBACK = ["127.0.0.1", "::1", "localhost"]

# What a developer's shell may hold and a test must not see.
_FOREIGN_VARIABLES = (
    "CITEWISE_",
    "OPENAI_",
    "ANTHROPIC_",
    "OLLAMA_",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
)


class HashEncoder:
    """A test double behind the Encoder protocol: a bag of hashed words, no model.

    Texts that share words are similar, which is all that most tests need. `n_texts` counts what
    was encoded.
    """

    def __init__(self, name: str = "hash-double", dimension: int = 64) -> None:
        self.name = name
        self.dimension = dimension
        self.pooling = "sum"
        self.n_texts = 0

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return one unit-length float32 row a text, shape (len(texts), dimension)."""
        self.n_texts += len(texts)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            row[0] = 0.1  # so that a text without words has a direction too
            for word in text.casefold().split():
                row[zlib.crc32(word.strip(".,:;?!()").encode()) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Let no test reach beyond this machine."""
    pytest_socket.socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Give a PostgreSQL server that all tests share."""
    if programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with serving_postgres() as server:
        yield server


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[URL]:
    """Give an empty database of PostgreSQL."""
    url = parse_address(postgres.new_database())
    yield url
    Database(url, Tables("", MetaData(), Path(), "")).engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Give a file that is not there yet, then an empty database."""
    if request.param == "sqlite":
        return tmp_path / "kept.sqlite"
    url: URL = request.getfixturevalue("database")
    return url


@pytest.fixture(scope="session")
def encoder_cache(pytestconfig: pytest.Config) -> Path:
    """Return where compiled encoders are kept from one run of the tests to the next."""
    cache = pytestconfig.cache
    assert cache is not None
    return cache.mkdir("encoders")


@pytest.fixture(scope="session", autouse=True)
def _clean_environment(
    tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path
) -> Iterator[None]:
    """Keep the developer's settings, keys, proxies and home out of the tests."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.upper().startswith(_FOREIGN_VARIABLES)]:
            patch.delenv(name)
        patch.setenv("HOME", str(home))
        for variable, folder in (
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
        ):
            patch.setenv(variable, str(home / folder))
        patch.setenv("CITEWISE_ENCODER_CACHE", str(encoder_cache))
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        yield


@pytest.fixture(scope="session")
def bundled_papers() -> tuple[Paper, ...]:
    """Return the 43 papers that come with the installation."""
    return tuple(read_bundled_papers().papers)


@pytest.fixture(scope="session")
def encoder(encoder_cache: Path) -> Encoder:
    """Return the encoder that is used by default, loaded once for all tests."""
    return LocalEncoder(models=encoder_cache)


@pytest.fixture(scope="session")
def selector(encoder_cache: Path) -> Encoder:
    """Return the selector that is used by default, loaded once for all tests."""
    return LocalEncoder(DEFAULT_SELECTOR, models=encoder_cache)


@pytest.fixture(scope="session")
def minilm(encoder_cache: Path) -> Encoder:
    """Return MiniLM, compiled once for all tests."""
    return LocalEncoder(EMBEDDED_ENCODER, models=encoder_cache)


@pytest.fixture(scope="session")
def library(
    tmp_path_factory: pytest.TempPathFactory,
    encoder: Encoder,
    selector: Encoder,
    bundled_papers: tuple[Paper, ...],
) -> Library:
    """Return a library of the bundled papers, encoded for real. Tests must not change it."""
    library = Library.create(
        tmp_path_factory.mktemp("bundled") / "library", encoder, selector=selector
    )
    library.add(bundled_papers)
    return library


@pytest.fixture(scope="session")
def assistant(library: Library) -> "Assistant":
    """Return the assistant as `citewise ask` builds it, over the bundled papers."""
    from assistant.build import build_assistant
    from assistant.settings import load_settings

    return build_assistant(load_settings(library=library.path), library)


@pytest.fixture
def copied_model(tmp_path: Path) -> Path:
    """Return a copy of the embedded model whose large file is linked, not copied."""
    source = embedded_model_path()
    copy = tmp_path / "model"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("model.safetensors"))
    (copy / "model.safetensors").symlink_to(source / "model.safetensors")
    return copy


@pytest.fixture
def replace_compiler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Callable[[], int]]:
    """Return what puts a shell script in the compiler's place and gives a count of its starts.

    The script's arguments are `-m`, a module, a model and the directory to fill.
    """

    def replace(script: str) -> Callable[[], int]:
        log, compiler = tmp_path / "compiler.log", tmp_path / "compiler"
        compiler.write_text(f"#!/bin/sh\necho started >> '{log}'\n{script}\n")
        compiler.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(compiler))
        return lambda: len(log.read_text().splitlines()) if log.exists() else 0

    return replace


@pytest.fixture
def quick_compiler(
    replace_compiler: Callable[[str], Callable[[], int]], minilm: Encoder, encoder_cache: Path
) -> Callable[[], int]:
    """Put in the compiler's place what copies MiniLM's compiled form."""
    return replace_compiler(f"cp '{compiled_form(minilm, encoder_cache)}'/* \"$4\"")


@pytest.fixture
def hash_encoder() -> HashEncoder:
    """Return a fresh test double for the encoder."""
    return HashEncoder()


@pytest.fixture
def make_library(tmp_path: Path, hash_encoder: HashEncoder) -> Callable[[Sequence[Paper]], Library]:
    """Return a maker of a library in `tmp_path / "library"`, encoded by the test double."""

    def make(papers: Sequence[Paper] = ()) -> Library:
        library = Library.create(tmp_path / "library", hash_encoder)
        library.add(papers)
        return library

    return make


@pytest.fixture(scope="session")
def make_paper() -> Callable[..., Paper]:
    """Return a maker of papers, of which a test names only what matters to it."""

    def make(title: str = "A Paper", abstract: str = "It says something.", **fields) -> Paper:
        fields = {"paper_id": paper_id_from_title(title), **fields}
        return Paper(title=title, abstract=abstract, **fields)

    return make


class Ended(NamedTuple):
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return what it wrote to standard output as JSON."""
        return json.loads(self.out)


@pytest.fixture
def run_citewise(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Return a runner of `citewise` commands in this process."""
    from ui.cli.main import main

    def run(*arguments: str | Path) -> Ended:
        capsys.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ending:
            code = int(ending.code or 0)
        return Ended(code, *capsys.readouterr())

    return run


@pytest.fixture
def make_jsonl(tmp_path: Path) -> Callable[..., Path]:
    """Return a maker of a file of JSON lines; a row that is text is written as it is."""

    def make(*rows: dict[str, Any] | str, name: str = "papers.jsonl") -> Path:
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        path = tmp_path / name
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return make


@pytest.fixture(scope="session")
def serve_api() -> Callable[["Assistant"], AbstractContextManager[str]]:
    """Return a context manager that serves an assistant, without the chat, and gives the address.

    It listens on a free port of this machine for the `with` block.
    """
    import uvicorn

    from ui.server import create_app

    @contextmanager
    def serving(assistant: "Assistant") -> Iterator[str]:
        app = create_app(assistant, with_chat=False)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive(), "the server did not start"
        try:
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)

    return serving
