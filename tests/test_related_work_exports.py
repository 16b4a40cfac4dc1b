"""Sections as files: LaTeX that compiles whatever titles hold, BibTeX that fits, honest tables."""

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from assistant.related_work.plan import Plan, PlannedPaper, PlannedTheme
from assistant.related_work.section import Mark, Paragraph, Section, Sentence
from assistant.related_work.tables import COLUMNS, NOT_STATED, compare
from ui.exports import related_work as exports
from ui.exports.comparison_table import TABLE_FORMATS
from ui.exports.latex import latex
from vectorstore import Paper, Span

HOSTILE = (
    "100% of $\\alpha$_values & #tags: a {braced} \\textbf{title} ~ ^ \\",
    "Łukasz Müller’s naïve façade: “quotes” – dashes — and… <angles> | pipes",
    "大規模言語モデルの解釈可能性 に関する研究 (中文标题)",
    "\\input{/etc/passwd} \\write18{rm -rf /} %\\end{document}",
    "?`Qué? !`Sí! -- --- `` '' ,, << >> fi ffi",
    "Ω ≤ α → ∞ ∈ ℝ ⊆ √x ≈ ½ × 10⁻³ ∀ε∃δ",
    "\\begin{verbatim} # $ % ^ & _ { } ~ \\ \\end{verbatim}",
    "Русский заголовок и ελληνικά",
    "Emoji 🙂 and combining é and zero​width and עברית",
    "$$$ ___ ### %%% &&& ~~~ ^^^ \\\\\\ {{{ }}}",
)
ABSTRACT = (
    "We introduce 100% of $x_1$ & #2, a {braced} method. It reaches 3_4 on A&B:"
    " https://example.org/a_b%20c#d."
)


def section_of(*papers: Paper, heading: str = "A theme") -> Section:
    """Return a section that cites each paper once, in every way there is."""
    sentences = []
    for number, paper in enumerate(papers):
        span = Span(0, len(paper.abstract))
        mark = Mark((paper.paper_id,), authors="Doe et al." if number % 2 else "")
        parts = (
            (mark, f" says {paper.abstract}") if number % 2 else (paper.abstract, " ", mark, ".")
        )
        sentences.append(Sentence(parts, ((paper, span),)))
    plan = Plan("topic", (PlannedTheme(heading, tuple(PlannedPaper(p.paper_id) for p in papers)),))
    return Section(plan, (Paragraph(heading, tuple(sentences)),), papers, (), "extractive")


def hostile_section(number: int) -> Section:
    """Return a section on papers with hostile titles, in another order for each number."""
    papers = []
    for place, title in enumerate(HOSTILE):
        turned = HOSTILE[(place + number) % len(HOSTILE)]
        authors = ("Jürgen Škvorecký", "李雷", "A_b & C%") if place % 2 else ()
        papers.append(
            Paper(
                f"p{place}", f"{title} {number}", f"{turned} {ABSTRACT}", authors, year=2000 + place
            )
        )
    return section_of(*papers, heading=HOSTILE[number % len(HOSTILE)])


@pytest.fixture(scope="module")
def engine() -> str:
    found = shutil.which("pdflatex")
    if not found or not shutil.which("bibtex"):
        pytest.skip("pdflatex and bibtex are not installed (Debian: texlive-latex-base)")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_latex_of_hostile_titles_compiles_with_its_bibliography(
    number: int, engine: str, tmp_path: Path
) -> None:
    section = hostile_section(number)
    (tmp_path / "s.tex").write_text(exports.to_latex_document(section, "refs"), encoding="utf-8")
    (tmp_path / "refs.bib").write_text(exports.to_bib(section), encoding="utf-8")
    tex = [engine, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "s.tex"]
    for command in (tex, ["bibtex", "s"], tex, tex):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120)
        told = done.stdout.decode("utf-8", "replace")
        assert done.returncode == 0, told[-3000:]
    assert (tmp_path / "s.pdf").stat().st_size > 10_000
    assert "undefined" not in told  # citations


def test_every_citation_is_in_the_bib_and_every_entry_is_cited() -> None:
    section = hostile_section(3)
    text, bib = exports.to_latex(section), exports.to_bib(section)
    cited = {
        key for found in re.findall(r"\\cite[tp]\{([^}]+)\}", text) for key in found.split(",")
    }
    keys = re.findall(r"^@\w+\{([^,]+),", bib, re.MULTILINE)
    assert cited == set(keys)
    assert len(keys) == len(set(keys)) == len(section.papers)


def test_bib_entries_say_no_more_than_the_source_said() -> None:
    paper = Paper("z", "Zebras", "Zebras run.", year=2024, n_authors=3)
    [entry] = parse_string(exports.to_bib(section_of(paper)), "bibtex").entries.values()
    assert entry.type == "misc"
    assert not entry.persons
    assert "journal" not in entry.fields
    assert "booktitle" not in entry.fields


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_latex_text_has_no_command_that_the_text_brought(text: str) -> None:
    escaped = latex(text)
    bare = re.sub(r"\{\\text(?:backslash|brace(?:left|right)|ascii(?:tilde|circum))\}", "", escaped)
    assert not re.search(r"\\(?![&%$#_])", bare)
    assert not re.search(r"(?<!\\)[&%$#_^~]", bare)
    assert "\n\n" not in escaped


def test_markdown_numbers_papers_in_the_order_in_which_they_are_cited() -> None:
    first, second = Paper("b", "Bees", "Bees dance."), Paper("a", "Ants", "Ants dig.")
    text = exports.to_markdown(section_of(first, second))
    assert text.index("[1]") < text.index("[2]")
    assert "1. *Bees*" in text
    assert "2. *Ants*" in text


def test_markdown_shows_markup_of_papers_as_text() -> None:
    paper = Paper("x", "A *title*", "We <b>run</b> [a link](http://x.org) fast.")
    text = exports.to_markdown(section_of(paper))
    assert "<b>" not in text.replace("\\<", "")
    assert "[a link](" not in text


def test_provenance_quotes_the_abstract_to_the_character() -> None:
    section = hostile_section(0)
    by_id = {paper.paper_id: paper for paper in section.papers}
    rows = [json.loads(line) for line in exports.provenance(section).splitlines()]
    assert len(rows) == len(section.sentences)
    for row in rows:
        for span in row["evidence"]:
            abstract = by_id[span["paper_id"]].abstract
            assert abstract[span["start"] : span["end"]] == span["quote"]


def test_docx_without_pandoc_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(exports.ExportError, match=r"pandoc.*--format markdown"):
        exports.write_docx(hostile_section(0), tmp_path / "s.docx")


@pytest.mark.skipif(not shutil.which("pandoc"), reason="pandoc is not installed")
def test_docx_holds_the_words_of_the_section(tmp_path: Path) -> None:
    exports.write_docx(section_of(Paper("z", "Zebras", "Zebras run fast.")), tmp_path / "s.docx")
    with zipfile.ZipFile(tmp_path / "s.docx") as file:
        assert "Zebras run fast." in file.read("word/document.xml").decode()


PANDO = Paper(
    "pando",
    "Pando: A Benchmark",
    "Explanations mislead. We introduce Pando, a benchmark for model auditing that has three"
    " parts. We evaluate on five TCGA cohorts. Results show that gradients improve accuracy by 5%."
    " Our code is at https://github.com/x/pando.",
    year=2026,
)


def test_every_cell_of_a_comparison_is_a_quote_or_not_stated(
    bundled_papers: tuple[Paper, ...],
) -> None:
    for row in compare(bundled_papers):
        assert set(row.cells) == set(COLUMNS)
        for cell in row.cells.values():
            assert cell.text == NOT_STATED or cell.text in row.paper.abstract


def test_a_comparison_finds_method_data_finding_and_code() -> None:
    [row] = compare([PANDO])
    assert row.cells["method"].text == "Pando"
    assert row.cells["data"].text == "five TCGA cohorts"
    assert row.cells["finding"].text == "Results show that gradients improve accuracy by 5%."
    assert row.cells["code"].text == "https://github.com/x/pando"


def test_a_comparison_says_not_stated_where_the_abstract_is_silent() -> None:
    [row] = compare([Paper("q", "Quiet", "Owls are quiet.")])
    assert {cell.text for cell in row.cells.values()} == {NOT_STATED}


def test_a_spreadsheet_computes_no_cell() -> None:
    paper = Paper("f", "=HYPERLINK(1)", "@SUM(A1) is what we present.")
    text = TABLE_FORMATS[".csv"](compare([paper]))
    [_, row] = csv.reader(io.StringIO(text))
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


def test_tables_have_a_row_a_paper_in_every_format() -> None:
    rows = compare([PANDO, Paper("q", "Quiet | loud", "Owls are quiet & small.")])
    for formatted in TABLE_FORMATS.values():
        assert formatted(rows).count("github.com") == 1
    assert "Quiet \\| loud" in TABLE_FORMATS[".md"](rows)
