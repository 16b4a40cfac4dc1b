"""The chat-model writer: any language model, held to the numbered excerpts."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

from assistant.abstention import ABSTENTION
from assistant.backends.budget import count_fitting_excerpts
from assistant.backends.chat_backend import ChatBackend
from assistant.citing.excerpts import as_data, excerpt_of, fenced
from assistant.citing.reader import AnswerReader
from assistant.citing.sentences import CitedSentence
from assistant.errors import BackendError
from assistant.writers.writer import DraftPiece, DraftSentence, Evidence, WritingTask
from prompts import Prompt, load_prompt
from vectorstore import Hit

NOTHING = "NOTHING"  # what a model says that cannot correct a sentence


class ChatModelWriter:
    """Has a model write, and keeps only marks of excerpts that it was shown."""

    def __init__(self, backend: ChatBackend, *, prompts: Path | None = None) -> None:
        """Take the templates of the directory `prompts`, and ours for those it has not.

        Raises PromptError for a template that cannot be used.
        """
        self.name = backend.name
        self._backend = backend
        self._answer = load_prompt("answer", prompts)
        self._repair = load_prompt("repair", prompts)

    def write(self, task: WritingTask) -> Iterator[DraftPiece | DraftSentence]:
        """Yield words as soon as they are certain, and each sentence when it is finished.

        Where the model abstains there is no sentence, only pieces that begin the abstention.

        Raises BackendError when the model fails, after all that it wrote, also a sentence that it
        did not finish.
        """
        if not task.hits:
            return
        hits, system, user = self._asked(self._answer, task, abstention=ABSTENTION)
        reader = _reader(self._answer, hits)
        tokens = self._backend.stream(system, user, meter=task.meter)
        failure: BackendError | None = None
        try:
            for token in tokens:
                yield from (_draft(item, hits, reader) for item in reader.read(token))
                if reader.is_done:
                    break
        except BackendError as error:
            failure = error
        finally:
            _close(tokens)
        yield from (_draft(item, hits, reader) for item in reader.end())
        if failure:
            raise failure

    def rewrite(
        self, task: WritingTask, sentence: DraftSentence, reason: str
    ) -> DraftSentence | None:
        """Return the sentence corrected; None where the excerpts do not bear it out.

        `reason` is what the check found. Raises BackendError when the model fails.
        """
        claim = as_data(sentence.claim or sentence.text, self._repair.marks)
        hits, system, user = self._asked(
            self._repair, task, sentence=claim, reason=as_data(reason), nothing=NOTHING
        )
        reply = self._backend.complete(system, user, meter=task.meter)
        reader = _reader(self._repair, hits)
        drafts = [_draft(item, hits, reader) for item in (*reader.read(reply), *reader.end())]
        corrected = next((draft for draft in drafts if isinstance(draft, DraftSentence)), None)
        if corrected is None or corrected.claim.startswith(NOTHING):
            return None
        return replace(corrected, lead=sentence.lead)

    def _asked(
        self, prompt: Prompt, task: WritingTask, **values: str
    ) -> tuple[tuple[Hit, ...], str, str]:
        """Return the hits that are shown, and the two messages.

        Raises ContextError where not even the first one fits.
        """
        question = as_data(task.question.text, prompt.marks)
        excerpts = [
            excerpt_of(hit.paper, number, prompt.marks) for number, hit in enumerate(task.hits, 1)
        ]
        n_shown = count_fitting_excerpts(
            excerpts,
            system="\n".join(prompt.filled(excerpts="", question="", **values)),
            question=question,
            context_tokens=self._backend.context_tokens,
            max_output_tokens=self._backend.limits.max_output_tokens,
        )
        shown = fenced(excerpts[:n_shown])
        return task.hits[:n_shown], *prompt.filled(excerpts=shown, question=question, **values)


def _close(tokens: Iterator[str]) -> None:
    """End the request, where the answer ended before the model did."""
    if isinstance(tokens, Generator):
        tokens.close()


def _reader(prompt: Prompt, hits: tuple[Hit, ...]) -> AnswerReader:
    return AnswerReader(
        [as_data(hit.paper.title) for hit in hits],
        marks=prompt.marks,
        urls_of="\n".join(hit.paper.abstract for hit in hits),
    )


def _draft(
    item: str | CitedSentence, hits: tuple[Hit, ...], reader: AnswerReader
) -> DraftPiece | DraftSentence:
    if isinstance(item, str):
        return DraftPiece(item)
    evidence = tuple(Evidence(hits[number - 1].paper) for number in item.numbers)
    return DraftSentence(reader.shown(item.text), evidence, claim=item.text, lead=item.lead)
