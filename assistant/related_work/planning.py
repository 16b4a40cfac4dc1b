"""The plan of a section, made: search wide, choose, group, order."""

from collections.abc import Mapping, Sequence

import numpy as np

from assistant.errors import QuestionError
from assistant.related_work.candidates import is_reportable
from assistant.related_work.drafts import Draft
from assistant.related_work.errors import PlanError
from assistant.related_work.gathering import Found, gather, vectors_of
from assistant.related_work.plan import DEFAULT_WORDS, MIN_WORDS, Claim, Considered, Plan
from assistant.related_work.theming import group
from vectorstore import Library, Paper, SearchFilter
from vectorstore.diversity import diverse_order

_DIVERSITY = 0.15
_WORDS_A_PAPER = 25
_MIN_PAPERS, MAX_PAPERS = 3, 200
_MAX_CONSIDERED = 40
_MAX_TOPIC_CHARS = 4_000

_FULL = "More relevant or more different papers fill the length."
_NOT_REPORTABLE = "No sentence of its abstract says by itself what the paper does."


class Planner:
    """Plans sections over the papers of one library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def plan(
        self,
        topic: str,
        *,
        draft: Draft | None = None,
        words: int | None = None,
        n_papers: int | None = None,
        where: SearchFilter | None = None,
    ) -> Plan:
        """Return the plan of a section on the topic, or on that of the draft where it is empty.

        `words` is the length and `n_papers` how many to cite. None leaves the one to the other,
        25 words a paper; a section of which neither is said has 300 words.
        Raises QuestionError where there is neither topic nor draft, PlanError where nothing near
        enough is found.
        """
        claims = draft.claims if draft else ()
        topic = " ".join(topic.split()) or (draft.topic if draft else "")
        topic = topic[:_MAX_TOPIC_CHARS]
        if not topic:
            raise QuestionError("The topic is empty. Name it, or a draft by --from-file.")
        if words is None:
            words = max(MIN_WORDS, _WORDS_A_PAPER * n_papers) if n_papers else DEFAULT_WORDS
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
        order = diverse_order(relevance, vectors, _DIVERSITY).tolist()
        chosen, left_out = _chosen(found, order, wanted)
        if not chosen:
            raise PlanError(
                f"Of {len(found)} papers near the topic {topic[:80]!r} no abstract says what its"
                " paper does. Widen the topic, or add papers with `citewise add`."
            )
        return Plan(
            topic=topic,
            themes=group(
                [found[at] for at in chosen],
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


def _chosen(
    found: Sequence[Found], order: Sequence[int], wanted: int
) -> tuple[list[int], list[tuple[Paper, str]]]:
    """Return the places of the papers to cite, ascending, and the others with the reason."""
    chosen: list[int] = []
    left_out: list[tuple[Paper, str]] = []
    for at in order:
        if len(chosen) == wanted:
            left_out.append((found[at].paper, _FULL))
        elif is_reportable(found[at].paper):
            chosen.append(at)
        else:
            left_out.append((found[at].paper, _NOT_REPORTABLE))
    return sorted(chosen), left_out


def papers_of(plan: Plan, library: Library) -> Mapping[str, Paper]:
    """Return the planned papers that the library has, by id."""
    return library.catalogue.get(list(plan.paper_ids))
