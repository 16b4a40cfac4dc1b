"""Why a paper was found: the words that it shares with the question, and the scores of its rank."""

from ui.chat.escaping import html_text
from vectorstore import Hit, Paper, content_terms, terms, words


def why_html(paper: Paper, question: str, hit: Hit | None) -> str:
    """Return an explanation to be opened, or nothing where there is nothing to tell.

    Without `hit`, as in a conversation from the store, the scores are not known any more.
    """
    shared = shared_words(question, paper)
    lines = [_words(shared)] if shared or hit else []
    lines += _scores(hit) if hit else []
    if not lines:
        return ""
    items = "".join(f"<dt>{name}</dt><dd>{told}</dd>" for name, told in lines)
    return f'<details class="why"><summary>Why it was found</summary><dl>{items}</dl></details>'


def shared_words(question: str, paper: Paper) -> list[str]:
    """Return the words of the question, as typed, that the paper has in some form."""
    sought = set(content_terms(question))
    had = sought.intersection(terms(f"{paper.title} {paper.abstract}"))
    found = [word.group() for word in words(question)]
    return list(dict.fromkeys(word for word in found if had.intersection(terms(word))))


def _words(shared: list[str]) -> tuple[str, str]:
    return "Shared words", html_text(", ".join(shared) or "none")


def _scores(hit: Hit) -> list[tuple[str, str]]:
    scores = [
        ("Nearness in meaning", f"{hit.dense_similarity:.2f} (cosine)"),
        ("Match of words", f"{hit.bm25_score:.1f} (BM25)"),
        ("Both together", f"{hit.fused_score:.2f} of 1"),
    ]
    if hit.rerank_score is not None:
        scores.append(("Read beside the question", f"{hit.rerank_score:.2f} (reranker)"))
    return scores
