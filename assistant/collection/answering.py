"""Answers about the collection: exact, from the catalogue, and citing the papers they name."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from statistics import mean

from assistant.collection.query import CollectionQuery, Key, Operation
from assistant.collection.topic import papers_about, the_paper_about
from assistant.markdown import escape, italic
from assistant.reading.contribution import contribution_span
from assistant.writers.writer import DraftSentence, Evidence
from vectorstore import Library, Paper, SearchFilter

MAX_LISTED = 50


def answer_about_collection(
    query: CollectionQuery, where: SearchFilter, library: Library
) -> Iterator[DraftSentence]:
    """Yield the answer to `query` over the papers that meet `where`.

    Yields nothing where no paper is about the query's topic.
    """
    if query.operation is Operation.FACT:
        paper = the_paper_about(query.topic, library, where)
        return iter([_fact(query.key, paper)] if paper else [])
    query = replace(query, is_narrowed=where != query.where)
    papers = papers_about(query.topic, library, where)
    if query.topic and not papers:
        return iter(())
    answer = {
        Operation.COUNT: _count,
        Operation.LIST: _list,
        Operation.EXTREME: _extreme,
        Operation.PER_YEAR: _per_year,
        Operation.MEAN_AUTHORS: _mean_authors,
        Operation.SPAN: _span,
    }[query.operation]
    return answer(query, papers, library)


def _count(
    query: CollectionQuery, papers: Sequence[Paper], library: Library
) -> Iterator[DraftSentence]:
    n_all = library.catalogue.n_papers()
    if query.topic or query.where or query.is_narrowed:
        yield from _list(query, papers, library)
        return
    if n_all == 0:
        yield _sentence("The library holds no papers.", [])
        return
    yield from _span(query, papers, library, opening=f"The library holds {_n_papers(n_all)}, ")


def _list(
    query: CollectionQuery, papers: Sequence[Paper], library: Library
) -> Iterator[DraftSentence]:
    n_all = library.catalogue.n_papers()
    described = _described(query, plural=len(papers) != 1)
    if not papers:
        yield _sentence(f"None of the {_n_papers(n_all)} in the library {described}.", [])
        return
    heading = f"{len(papers):,} of the {_n_papers(n_all)} in the library {described}"
    if not described:
        heading = f"The library holds {_n_papers(n_all)}"
    more = f" (the newest {MAX_LISTED} are listed)" if len(papers) > MAX_LISTED else ""
    yield from _lines(papers[:MAX_LISTED], f"{heading}{more}:")


def _extreme(
    query: CollectionQuery, papers: Sequence[Paper], library: Library
) -> Iterator[DraftSentence]:
    known = [paper for paper in papers if _value(query.key, paper) is not None]
    if not known:
        yield from _list(query, [], library)
        return
    ordered = sorted(known, key=lambda p: _rank(query.key, p), reverse=query.descending)
    first = ordered[: query.limit]
    last_value = _value(query.key, first[-1])
    tied = [paper for paper in ordered[query.limit :] if _value(query.key, paper) == last_value]
    superlative = _SUPERLATIVES[query.key, query.descending]
    scope = _scope(query)
    if len(first) == 1 and not tied:
        paper = first[0]
        described = _described_value(query.key, paper)
        yield _sentence(
            f"The paper {superlative}{scope} is {italic(paper.title)}, {described}.", [paper]
        )
        return
    listed = [*first, *tied][:MAX_LISTED]
    ties = ", the last of them equal" if tied and query.limit > 1 else ""
    yield from _lines(
        listed, f"The {_n_papers(len(listed))} {superlative}{scope.rstrip(',')}{ties}:"
    )


def _per_year(_: CollectionQuery, papers: Sequence[Paper], __: Library) -> Iterator[DraftSentence]:
    counts = Counter(paper.year for paper in papers if paper.year)
    lead = ""
    for year in sorted(counts, reverse=True):
        newest = next(paper for paper in papers if paper.year == year)
        example = f"{year}: {_n_papers(counts[year])}, such as {italic(newest.title)}."
        yield _sentence(example, [newest], lead=lead or "Papers by year:\n\n- ")
        lead = "\n- "


def _mean_authors(
    _: CollectionQuery, papers: Sequence[Paper], __: Library
) -> Iterator[DraftSentence]:
    counted = [paper for paper in papers if paper.n_authors]
    if not counted:
        return
    fewest = min(counted, key=lambda paper: paper.n_authors or 0)
    most = max(counted, key=lambda paper: paper.n_authors or 0)
    average = mean(paper.n_authors or 0 for paper in counted)
    yield _sentence(
        f"The {_n_papers(len(counted))} have {average:.1f} authors on average, from"
        f" {fewest.n_authors} ({italic(fewest.title)}) to {most.n_authors} ({italic(most.title)}).",
        [fewest, most],
    )


def _span(
    _: CollectionQuery, papers: Sequence[Paper], __: Library, *, opening: str = "The papers run "
) -> Iterator[DraftSentence]:
    dated = sorted((p for p in papers if p.year), key=lambda p: _rank(Key.PUBLISHED, p))
    if not dated:
        yield _sentence(f"{opening.rstrip(', ')}; their dates are not known.", [])
        return
    oldest, newest = dated[0], dated[-1]
    yield _sentence(
        f"{opening}from {italic(oldest.title)} ({_when(oldest)}) to {italic(newest.title)}"
        f" ({_when(newest)}).",
        [oldest, newest],
    )


def _fact(key: Key, paper: Paper) -> DraftSentence:
    title = italic(paper.title)
    if key is Key.PUBLISHED:
        text = f"{title} was published {_when(paper, preposition=True)}."
    elif key is Key.COMMENTS:
        text = f"{title} has {_plural(paper.n_comments, 'comment')}."
    elif paper.authors:
        names = ", ".join(escape(name) for name in paper.authors)
        text = f"{title} has {_plural(paper.n_authors, 'author')}: {names}."
    else:
        count = _plural(paper.n_authors, "author")
        text = f"{title} has {count}; the library does not hold their names."
    return _sentence(text, [paper])


_SUPERLATIVES = {
    (Key.PUBLISHED, True): "published last",
    (Key.PUBLISHED, False): "published first",
    (Key.AUTHORS, True): "with the most authors",
    (Key.AUTHORS, False): "with the fewest authors",
    (Key.COMMENTS, True): "with the most comments",
    (Key.COMMENTS, False): "with the fewest comments",
}


def _lines(papers: Sequence[Paper], heading: str) -> Iterator[DraftSentence]:
    for position, paper in enumerate(papers):
        details = [_when(paper), _plural(paper.n_authors, "author") if paper.n_authors else ""]
        text = f"{italic(paper.title)} ({', '.join(filter(None, details))})"
        yield _sentence(text, [paper], lead="\n- " if position else f"{heading}\n\n- ")


def _sentence(text: str, papers: Sequence[Paper], *, lead: str = "") -> DraftSentence:
    """Return a sentence about records; the words it shows say what each paper does."""
    evidence = tuple(Evidence(paper, contribution_span(paper)) for paper in papers)
    return DraftSentence(text, evidence, lead=lead, from_catalogue=True)


def _described(query: CollectionQuery, *, plural: bool) -> str:
    """Return the query's bounds as a predicate: "were published in 2023"."""
    topic, count, span = (
        escape(words) for words in (query.topic, query.count_words, query.span_words)
    )
    mention = ("mention" if plural else "mentions") + (" all of" if " " in topic else "")
    said = [
        f"{mention} “{topic}”" if topic else "",
        (f"have {count}" if plural else f"has {count}") if count else "",
        (f"were published {span}" if plural else f"was published {span}") if span else "",
        ("are" if plural else "is") + " among those asked about" if query.is_narrowed else "",
    ]
    return " and ".join(filter(None, said))


def _scope(query: CollectionQuery) -> str:
    described = _described(replace(query, is_narrowed=False), plural=True)
    if query.is_narrowed:
        described = f"{described} among those asked about" if described else "were asked about"
    return f", of those that {described}," if described else ""


def _value(key: Key, paper: Paper) -> date | int | None:
    if key is Key.AUTHORS:
        return paper.n_authors
    if key is Key.COMMENTS:
        return paper.n_comments
    return paper.published or (date(paper.year, 1, 1) if paper.year else None)


def _rank(key: Key, paper: Paper) -> tuple[float, str]:
    value = _value(key, paper) or 0
    return (value.toordinal() if isinstance(value, date) else value), paper.title


def _described_value(key: Key, paper: Paper) -> str:
    if key is Key.COMMENTS:
        return f"with {_plural(paper.n_comments, 'comment')}"
    authors = f"with {_plural(paper.n_authors, 'author')}" if paper.n_authors else ""
    published = f"published {_when(paper, preposition=True)}"
    return authors if key is Key.AUTHORS and authors else published


def _when(paper: Paper, *, preposition: bool = False) -> str:
    if paper.published:
        day = f"{paper.published.day} {paper.published:%B %Y}"
        return f"on {day}" if preposition else day
    if paper.year:
        return f"in {paper.year}" if preposition else str(paper.year)
    return "on a day that the library does not know" if preposition else "no date"


def _plural(number: int | None, noun: str) -> str:
    if number is None:
        return f"an unknown number of {noun}s"
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"


def _n_papers(number: int) -> str:
    return _plural(number, "paper")
