"""`huggingface:PATH`: a model directory run by transformers in this process.

LangChain's own ChatHuggingFace goes on generating when its stream is closed, waits 60 seconds after
an error in the generating thread and then raises `queue.Empty`, counts no tokens, and takes no
StoppingCriteria for its stream. This class is the same interface without those.
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from assistant.errors import BackendError

if TYPE_CHECKING:
    from transformers import BatchEncoding, TextIteratorStreamer

_LONGEST_WINDOW = 1_000_000  # tokenizers without a limit say 1e30


class LocalTransformersModel(BaseChatModel):
    """A causal language model and its tokenizer; one reply is generated at a time."""

    path: str
    max_output_tokens: int
    _model: Any = PrivateAttr()
    _tokenizer: Any = PrivateAttr()
    _is_busy: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    @classmethod
    def load(
        cls, source: str, *, max_output_tokens: int, allow_download: bool
    ) -> "LocalTransformersModel":
        """Return the model in a directory, or of that name on the hub.

        Raises BackendError when it is not on this machine and may not be fetched.
        """
        from transformers import pipeline
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]  # it would stand between question and answer
        path = _local_path(source, allow_download=allow_download)
        loaded = pipeline("text-generation", model=path, dtype="auto")  # on a GPU if there is one
        made = cls(path=path, max_output_tokens=max_output_tokens)
        made._model, made._tokenizer = loaded.model, loaded.tokenizer
        made.profile = {"max_input_tokens": made._window()}
        return made

    @property
    def _llm_type(self) -> str:
        return "local-transformers"

    def _window(self) -> int:
        """Return how many tokens prompt and reply may take together."""
        own = getattr(self._model.config, "max_position_embeddings", None) or _LONGEST_WINDOW
        return int(min(own, self._tokenizer.model_max_length, _LONGEST_WINDOW))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 (Citewise asks for none)
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> Iterator[ChatGenerationChunk]:
        from transformers import TextIteratorStreamer

        encoded = self._encode(messages)
        streamer = TextIteratorStreamer(self._tokenizer, skip_prompt=True, skip_special_tokens=True)
        generation = _Generation(self, encoded, streamer)
        generation.start()
        try:
            for text in streamer:
                yield ChatGenerationChunk(message=AIMessageChunk(content=text))
        finally:
            generation.is_stopped.set()
        yield generation.last_chunk()

    def _encode(self, messages: list[BaseMessage]) -> "BatchEncoding":
        """Return the prompt as the model's template has it."""
        system, *others = [str(message.text) for message in messages]
        user = "\n\n".join(others)
        encoded: BatchEncoding
        if not self._tokenizer.chat_template:  # a base model, which only goes on with a text
            encoded = self._tokenizer(f"{system}\n\n{user}\n\n", return_tensors="pt")
        else:
            encoded = self._with_template(system, user)
        encoded.to(self._model.device)
        return encoded

    def _with_template(self, system: str, user: str) -> "BatchEncoding":
        from jinja2 import TemplateError

        roles = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        try:
            return self._apply_template(roles)
        except TemplateError:  # some, such as Gemma 2's, know no system role
            return self._apply_template([{"role": "user", "content": f"{system}\n\n{user}"}])

    def _apply_template(self, roles: list[dict[str, str]]) -> "BatchEncoding":
        encoded: BatchEncoding = self._tokenizer.apply_chat_template(
            roles, add_generation_prompt=True, return_tensors="pt", return_dict=True
        )
        return encoded


class _Generation(threading.Thread):
    """Generates one reply into a streamer; setting `is_stopped` ends it at the next token."""

    def __init__(
        self,
        owner: LocalTransformersModel,
        encoded: "BatchEncoding",
        streamer: "TextIteratorStreamer",
    ) -> None:
        super().__init__(daemon=True, name="transformers-generation")
        self.is_stopped = threading.Event()
        self._owner, self._encoded, self._streamer = owner, encoded, streamer
        self._error: BaseException | None = None
        self._reply: list[int] = []

    def run(self) -> None:
        """Generate; whatever happens, the streamer's reader is told that it is over."""
        try:
            with self._owner._is_busy:
                if not self.is_stopped.is_set():
                    self._generate()
        except BaseException as error:  # noqa: BLE001 (raised again where it is waited for)
            self._error = error
        finally:
            self._streamer.on_finalized_text("", stream_end=True)

    def last_chunk(self) -> ChatGenerationChunk:
        """Return the count of tokens and the reason of the end; raise what went wrong."""
        self.join()  # the streamer ends a moment before the count is known
        if self._error is not None:
            raise self._error
        n_asked, n_written = self._encoded["input_ids"].shape[1], len(self._reply)
        is_over = bool(self._reply) and self._reply[-1] in self._end_tokens()
        message = AIMessageChunk(
            content="",
            usage_metadata=UsageMetadata(
                input_tokens=n_asked, output_tokens=n_written, total_tokens=n_asked + n_written
            ),
            response_metadata={"finish_reason": "stop" if is_over else "length"},
        )
        return ChatGenerationChunk(message=message)

    def _generate(self) -> None:
        from transformers import StoppingCriteriaList

        n_asked = self._encoded["input_ids"].shape[1]
        room = self._owner._window() - n_asked
        if room <= 0:
            raise BackendError(
                f"the prompt takes {n_asked:,} tokens of {self._owner._window():,} that the model"
                " can read. Lower the setting llm_context_tokens or top_k"
            )
        generated = self._owner._model.generate(
            **self._encoded,
            max_new_tokens=min(room, self._owner.max_output_tokens),
            do_sample=False,
            temperature=None,  # the model's own settings for sampling would be warned about
            top_p=None,
            top_k=None,
            pad_token_id=self._end_tokens()[0] if self._end_tokens() else None,
            streamer=self._streamer,
            stopping_criteria=StoppingCriteriaList([lambda *_, **__: self.is_stopped.is_set()]),
        )
        self._reply = generated[0, n_asked:].tolist()

    def _end_tokens(self) -> list[int]:
        """Return the tokens that end a reply."""
        ends = self._owner._model.generation_config.eos_token_id
        return [] if ends is None else [ends] if isinstance(ends, int) else list(ends)


def _local_path(source: str, *, allow_download: bool) -> str:
    """Return the directory of the model; the name itself where it may be fetched."""
    path = Path(source).expanduser()
    if path.is_dir():
        return str(path)
    if allow_download:
        return source
    from huggingface_hub import snapshot_download

    try:
        return snapshot_download(source, local_files_only=True)
    except Exception as error:
        raise BackendError(
            f"Model {source!r} is no directory and not in the Hugging Face cache. Give a path, or"
            " allow fetching it: CITEWISE_ALLOW_DOWNLOAD=true"
        ) from error
