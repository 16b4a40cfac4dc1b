"""The plan of a section, made: search wide, choose, group, order."""

from collections.abc import Mapping, Sequence

import numpy as np

from assistant.errors import QuestionError
from assistant.related_work.drafts import Draft
from assistant.related_work.errors import PlanError
from assistant.related_work.gathering import Found, gather, vectors_of
from assistant.related_work.plan import DEFAULT_WORDS, Claim, Considered, Plan
from assistant.related_work.theming import group
from vectorstore import Library, Paper, SearchFilter
from vectorstore.diversity import diverse_order

_DIVERSITY = 0.3
_WORDS_A_PAPER = 25
_MIN_PAPERS, MAX_PAPERS = 3, 200
_MAX_CONSIDERED = 40
_MAX_TOPIC_CHARS = 4_000


class Planner:
    """Plans sections over the papers of one library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def plan(
        self,
        topic: str,
        *,
        draft: Draft | None = None,
        words: int = DEFAULT_WORDS,
        n_papers: int | None = None,
        where: SearchFilter | None = None,
    ) -> Plan:
        """Return the plan of a section on the topic, or on that of the draft where it is empty.

        `n_papers` is how many to cite; None leaves that to the length, 25 words a paper.
        Raises QuestionError where there is neither topic nor draft, PlanError where nothing near
        enough is found.
        """
        claims = draft.claims if draft else ()
        topic = " ".join(topic.split()) or (draft.topic if draft else "")
        topic = topic[:_MAX_TOPIC_CHARS]
        if not topic:
            raise QuestionError("The topic is empty. Name it, or a draft by --from-file.")
        wanted = n_papers or max(_MIN_PAPERS, round(words / _WORDS_A_PAPER))
        found, refused = gather(self._library, topic, claims, n_papers=wanted, where=where)
        if not found:
            raise PlanError(
                f"No paper of the library is near the topic {topic[:80]!r}. Try other words, or add"
                " papers with `citewise add`."
            )
        return self._planned(topic, found, refused, claims, words, wanted)

    def _planned(
        self,
        topic: str,
        found: Sequence[Found],
        refused: Sequence[tuple[Paper, str]],
        claims: tuple[Claim, ...],
        words: int,
        wanted: int,
    ) -> Plan:
        vectors = vectors_of(self._library, [each.paper for each in found])
        relevance = np.array([each.relevance for each in found], dtype=np.float32)
        order = diverse_order(relevance, vectors, _DIVERSITY)
        chosen, rest = np.sort(order[:wanted]), order[wanted:]
        left_out = [
            (found[int(at)].paper, "More relevant or more different papers fill the length.")
            for at in rest
        ]
        return Plan(
            topic=topic,
            themes=group(
                [found[int(at)] for at in chosen],
                vectors[chosen],
                topic,
                encode=self._library.encode,
            ),
            words=words,
            claims=claims,
            considered=tuple(
                Considered(paper.paper_id, paper.title, reason)
                for paper, reason in [*left_out, *refused][:_MAX_CONSIDERED]
            ),
        )


def papers_of(plan: Plan, library: Library) -> Mapping[str, Paper]:
    """Return the planned papers that the library has, by id."""
    return library.catalogue.get(list(plan.paper_ids))
