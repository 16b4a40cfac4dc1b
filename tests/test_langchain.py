"""The library as LangChain's retriever, called as LangChain calls it."""

import asyncio
from collections.abc import Callable

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from pydantic import ValidationError

from assistant.integrations.langchain import CitewiseRetriever
from vectorstore import Library, Paper, SearchFilter

QUERY = "sparse autoencoders"


def ids(documents: list[Document]) -> list[str]:
    return [document.metadata["paper_id"] for document in documents]


def test_it_returns_what_the_library_finds_best_first(library: Library) -> None:
    documents = CitewiseRetriever(library=library, top_k=5).invoke(QUERY)
    hits = library.search(QUERY, top_k=5)
    assert ids(documents) == [hit.paper.paper_id for hit in hits]
    assert [document.id for document in documents] == ids(documents)
    scores = [document.metadata["score"] for document in documents]
    assert scores == sorted(scores, reverse=True)
    assert scores == [hit.fused_score for hit in hits]


def test_a_document_is_the_abstract_and_says_where_the_best_passage_stands(
    library: Library,
) -> None:
    (hit,) = library.search(QUERY, top_k=1)
    (document,) = CitewiseRetriever(library=library, top_k=1).invoke(QUERY)
    metadata = document.metadata
    assert document.page_content == hit.paper.abstract
    assert (metadata["start"], metadata["end"]) == (hit.passages[0].start, hit.passages[0].end)
    assert document.page_content[metadata["start"] : metadata["end"]]
    assert metadata["title"] == hit.paper.title
    assert metadata["year"] == hit.paper.year
    assert metadata["url"] == hit.paper.link
    assert metadata["published"] == hit.paper.published.isoformat()


def test_it_can_be_awaited(library: Library) -> None:
    retriever = CitewiseRetriever(library=library, top_k=3)

    async def both() -> list[list[Document]]:
        return list(await asyncio.gather(retriever.ainvoke(QUERY), retriever.ainvoke("probing")))

    first, second = asyncio.run(both())
    assert ids(first) == ids(retriever.invoke(QUERY))
    assert ids(second) == ids(retriever.invoke("probing"))


def test_a_filter_bounds_the_papers(library: Library) -> None:
    retriever = CitewiseRetriever(library=library, where=SearchFilter(year_to=2022))
    years = {document.metadata["year"] for document in retriever.invoke(QUERY)}
    assert years
    assert max(years) <= 2022


def test_with_diversity_papers_that_say_the_same_come_later(
    make_library: Callable[..., Library], make_paper: Callable[..., Paper]
) -> None:
    library = make_library(
        [
            make_paper("Owls A", "Owls hunt mice at night in the wood."),
            make_paper("Owls B", "Owls hunt mice at night in the wood, too."),
            make_paper("Owls C", "The hearing of owls is told by microphones and maps."),
        ]
    )
    plain = CitewiseRetriever(library=library).invoke("owls hunt mice")
    diverse = CitewiseRetriever(library=library, diversity=1.0).invoke("owls hunt mice")
    assert plain[2].metadata["title"] == "Owls C"
    assert diverse[1].metadata["title"] == "Owls C"


def test_a_reranker_gives_the_score(
    make_library: Callable[..., Library], make_paper: Callable[..., Paper]
) -> None:
    from assistant.integrations.langchain import document_of
    from vectorstore import Hit

    paper = make_paper("Owls", "Owls hunt.")
    hit = Hit(paper, (), 0.5, 0.0, 0.25, (), rerank_score=-3.5)
    assert document_of(hit).metadata["score"] == -3.5
    assert "start" not in document_of(hit).metadata


def test_what_finds_nothing_gives_no_documents(
    library: Library, make_library: Callable[..., Library]
) -> None:
    assert CitewiseRetriever(library=library).invoke("  ") == []
    assert CitewiseRetriever(library=make_library()).invoke(QUERY) == []


@pytest.mark.parametrize("wrong", [{"top_k": 0}, {"top_k": 101}, {"diversity": 2}, {"k": 3}])
def test_a_wrong_choice_is_refused_when_it_is_made(
    library: Library, wrong: dict[str, float]
) -> None:
    with pytest.raises(ValidationError):
        CitewiseRetriever(library=library, **wrong)


def test_it_works_in_a_chain_and_in_batches(library: Library) -> None:
    retriever = CitewiseRetriever(library=library, top_k=2)
    chain = {"found": retriever, "query": RunnablePassthrough()} | RunnableLambda(
        lambda both: (both["query"], ids(both["found"]))
    )
    assert chain.batch([QUERY, "probing"]) == [
        (QUERY, ids(retriever.invoke(QUERY))),
        ("probing", ids(retriever.invoke("probing"))),
    ]


def test_it_says_of_itself_what_was_chosen_and_nothing_of_the_library(library: Library) -> None:
    retriever = CitewiseRetriever(library=library, top_k=4)
    assert "top_k=4" in repr(retriever)
    assert "library" not in retriever.model_dump()
