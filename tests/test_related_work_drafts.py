"""Drafts: what is read out of LaTeX, Markdown and plain text to search for."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.related_work.drafts import parse_draft, read_draft
from assistant.related_work.errors import DraftError

TEX = r"""
\documentclass{article} % not text
\title{Quiet \emph{Owls}}
\begin{document}
\maketitle
\begin{abstract}
We propose Strix, a method for 50\% quieter owls~\cite{doe2020}.
\end{abstract}
\section{Introduction}
Owls fly at night in all the forests of Norway \citep{roe}.
Feathers with combs make the wings of owls silent \cite{?}.
In this work, we introduce a corpus of calls of owls.
\begin{equation} x = y \end{equation}
% We introduce what is commented out of the paper.
Some say that owls hear better than cats do [citation needed].
\end{document}
"""
MARKDOWN = """
# Quiet Owls

## Abstract

We propose **Strix**, a method for quieter owls of all kinds [@doe2020].

## Introduction

Feathers with combs make the wings of owls silent [?].

```python
we_introduce("code that is no text of the draft")
```
"""


def test_a_latex_draft_gives_title_abstract_and_claims_without_markup() -> None:
    draft = parse_draft(TEX, is_latex=True)
    assert draft.title == "Quiet Owls"
    assert draft.abstract == "We propose Strix, a method for 50% quieter owls."
    own = [claim.text for claim in draft.claims if not claim.wants_citation]
    assert own == [
        "We propose Strix, a method for 50% quieter owls.",
        "In this work, we introduce a corpus of calls of owls.",
    ]


def test_places_that_want_a_citation_are_claims_of_their_own() -> None:
    wanting = [c.text for c in parse_draft(TEX, is_latex=True).claims if c.wants_citation]
    assert wanting == [
        "Feathers with combs make the wings of owls silent.",
        "Some say that owls hear better than cats do.",
    ]


def test_a_markdown_draft_is_read_without_code_and_marks() -> None:
    draft = parse_draft(MARKDOWN, is_latex=False)
    assert draft.topic == ("Quiet Owls We propose Strix, a method for quieter owls of all kinds.")
    assert [claim.wants_citation for claim in draft.claims] == [True, False]


def test_plain_text_begins_with_its_topic() -> None:
    draft = parse_draft("We study how owls hear mice at night. It is dark.", is_latex=False)
    assert draft.abstract == "We study how owls hear mice at night."


def test_a_draft_without_text_says_so() -> None:
    with pytest.raises(DraftError, match="no sentence"):
        parse_draft("\\maketitle", is_latex=True)


def test_a_draft_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(DraftError, match="Cannot read"):
        read_draft(tmp_path / "none.tex")
    (tmp_path / "draft.pdf").write_bytes(b"%PDF\xff\xfe")
    with pytest.raises(DraftError, match="UTF-8"):
        read_draft(tmp_path / "draft.pdf")


@given(st.text(max_size=400), st.booleans())
def test_any_text_is_read_or_refused(text: str, is_latex: bool) -> None:
    try:
        draft = parse_draft(text, is_latex=is_latex)
    except DraftError:
        return
    assert draft.abstract
