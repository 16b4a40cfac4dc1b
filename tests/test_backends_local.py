"""`huggingface:PATH`, and a real OpenAI-compatible server, both with a tiny random Llama."""

import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from assistant.backends.chat_backend import ChatBackend
from assistant.backends.errors import OutputLimitError
from assistant.backends.loading import load_backend
from assistant.backends.tokens import TokenMeter
from assistant.errors import BackendError

SENTENCES = ["Zebras run fast and lions sleep at noon.", "system user assistant"]
TEMPLATE = (
    "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)
NO_SYSTEM_ROLE = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no') }}{% endif %}"
WINDOW = 256

# `transformers serve` places the model by accelerate, which Citewise does not need; with no device
# it loads the same model without it.
SERVE = """
import sys
from transformers.cli.serve import Serve
server = Serve(None, device="cpu", host="127.0.0.1", port=int(sys.argv[1]), non_blocking=True)
server._model_manager.device = None
server._thread.join()
"""


def train_tokenizer() -> Any:
    """Return a byte-level tokenizer, trained on two lines."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=320,
        special_tokens=["<s>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", chat_template=TEMPLATE
    )


@pytest.fixture(scope="module")
def tiny_llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of a Llama with random weights, as `save_pretrained` leaves it."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    path = tmp_path_factory.mktemp("models") / "tiny-llama"
    tokenizer = train_tokenizer()
    tokenizer.save_pretrained(path)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=WINDOW,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    LlamaForCausalLM(config).save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def backend(tiny_llama: Path) -> ChatBackend:
    return load_backend(f"huggingface:{tiny_llama}", max_output_tokens=20)


def hear(
    backend: ChatBackend, *, system: str = "Be brief.", user: str = "Do zebras run?"
) -> tuple[list[str], TokenMeter]:
    """Return what a model without end wrote until its limit, and what it spent."""
    pieces: list[str] = []
    meter = TokenMeter()
    with pytest.raises(OutputLimitError):
        pieces.extend(backend.stream(system, user, meter=meter))
    return pieces, meter


@pytest.fixture
def end_with(backend: ChatBackend) -> Iterator[Any]:
    """Return what makes a token the end of a reply, for one test."""
    settings = backend._model._model.generation_config
    before = settings.eos_token_id
    yield lambda token: setattr(settings, "eos_token_id", token)
    settings.eos_token_id = before


# --- in this process


def test_a_local_model_writes_and_its_prompt_is_not_echoed(backend):
    pieces, meter = hear(backend)
    assert pieces
    assert "zebras" not in "".join(pieces).casefold()
    assert meter.output_tokens == 20
    assert not meter.estimated


def test_the_prompt_is_what_the_models_template_makes_of_it(backend):
    _, meter = hear(backend)
    prompt = "system: Be brief.\nuser: Do zebras run?\nassistant: "
    assert meter.input_tokens == len(backend._model._tokenizer(prompt)["input_ids"])


@pytest.mark.parametrize(
    ("template", "prompt"),
    [
        (None, "Be brief.\n\nDo zebras run?\n\n"),
        (NO_SYSTEM_ROLE + TEMPLATE, "user: Be brief.\n\nDo zebras run?\nassistant: "),
    ],
)
def test_a_model_without_a_template_or_a_system_role_is_asked_too(
    template, prompt, backend, monkeypatch
):
    tokenizer = backend._model._tokenizer
    monkeypatch.setattr(tokenizer, "chat_template", template)
    _, meter = hear(backend)
    assert meter.input_tokens == len(tokenizer(prompt)["input_ids"])


def test_the_same_question_gives_the_same_words(backend):
    assert hear(backend)[0] == hear(backend)[0]


def test_a_reply_that_ends_by_itself_is_whole(backend, end_with):
    end_with(list(range(len(backend._model._tokenizer))))
    meter = TokenMeter()
    backend.complete("s", "u", meter=meter)
    assert meter.output_tokens == 1


def test_closing_the_stream_stops_the_model(tiny_llama):
    backend = load_backend(f"huggingface:{tiny_llama}", max_output_tokens=10_000)
    model = backend._model._model
    n_steps, forward = 0, model.forward
    may_step = threading.Semaphore(20)

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal n_steps
        n_steps += 1
        assert may_step.acquire(timeout=20)
        return forward(*args, **kwargs)

    model.forward = counted
    stream = backend.stream("s", "u", meter=TokenMeter())
    next(stream)
    stream.close()
    (generation,) = (t for t in threading.enumerate() if t.name == "transformers-generation")
    while generation.is_alive():
        may_step.release()
        generation.join(0.02)
    assert n_steps < 100  # the window has room for about 230


def test_the_context_is_the_models_own(backend):
    assert backend.context_tokens == WINDOW


def test_a_prompt_that_the_model_cannot_read_is_an_error(backend):
    with pytest.raises(BackendError, match=rf"of {WINDOW} that the model can read"):
        backend.complete("s", "zebras " * 500, meter=TokenMeter())


def test_a_failure_while_generating_reaches_the_reader_at_once(backend, monkeypatch):
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(backend._model._model, "forward", fail)
    with pytest.raises(BackendError, match="out of memory"):
        backend.complete("s", "u", meter=TokenMeter())


def test_readers_at_once_are_answered_one_after_the_other(backend):
    expected = "".join(hear(backend)[0])
    said: list[str] = []
    threads = [
        threading.Thread(target=lambda: said.append("".join(hear(backend)[0]))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert said == [expected] * 4


def test_a_model_that_is_not_on_this_machine_is_not_fetched():
    with pytest.raises(BackendError, match=r"no directory.*CITEWISE_ALLOW_DOWNLOAD=true"):
        load_backend("huggingface:nobody/nothing")


def test_a_directory_without_a_model_is_an_error(tmp_path):
    with pytest.raises(BackendError, match="cannot be used"):
        load_backend(f"huggingface:{tmp_path}")


# --- behind a real server


@pytest.fixture(scope="module")
def served(tiny_llama: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of transformers' own OpenAI-compatible server."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("served") / "log"
    with log.open("w") as output:
        command = [sys.executable, "-c", SERVE, str(port)]
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_for(f"http://127.0.0.1:{port}/health", server, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(30)


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            threading.Event().wait(0.2)
        else:
            return
    pytest.fail(log.read_text())


@pytest.mark.slow
def test_the_server_of_transformers_says_what_the_model_says_here(
    served, tiny_llama, backend, monkeypatch
):
    pytest.importorskip("langchain_openai", reason="the provider's package is not installed")
    monkeypatch.setenv("OPENAI_BASE_URL", served)
    remote = load_backend(f"openai:{tiny_llama}", max_output_tokens=20)
    pieces: list[str] = []
    meter = TokenMeter()
    with suppress(OutputLimitError):
        pieces.extend(remote.stream("Be brief.", "Do zebras run?", meter=meter))
    here, spent = hear(backend)
    assert len(pieces) > 1
    half_a_character = "\ufffd"  # at the end, which the server leaves out
    assert "".join(pieces).rstrip(half_a_character) == "".join(here).rstrip(half_a_character)
    assert (meter.input_tokens, meter.estimated) == (spent.input_tokens, False)
