"""A related-work section as Markdown, LaTeX, BibTeX, JSON and, by pandoc, DOCX."""

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from assistant.markdown import escape, italic
from assistant.related_work.section import Mark, Section, Sentence, plain_mark, sentence_to_json
from ui.exports.bibtex import to_bibtex
from ui.exports.keys import citation_keys
from ui.exports.latex import declarations, latex
from vectorstore import Paper

HEADING = "Related work"
_PANDOC_SECONDS = 60
_NAMED_AUTHORS = 3


class ExportError(AssistantError):
    """A section that cannot be written in a format, for want of a program."""


def to_markdown(section: Section) -> str:
    """Return the section with numbered citations, and the list of what it cites."""
    paragraphs = []
    for paragraph in section.paragraphs:
        lead = f"**{escape(paragraph.heading)}.** " if paragraph.heading else ""
        text = " ".join(_markdown_sentence(each, section) for each in paragraph.sentences)
        paragraphs.append(f"{lead}{text}")
    references = "\n".join(
        f"{number}. {_reference(paper)}" for number, paper in enumerate(section.papers, 1)
    )
    return f"## {HEADING}\n\n" + "\n\n".join(paragraphs) + f"\n\n### References\n\n{references}\n"


def to_latex(section: Section) -> str:
    r"""Return the section as LaTeX to paste, with natbib's \citep and \citet.

    The keys are those of `to_bib`.
    """
    keys = citation_keys(section.papers)
    paragraphs = []
    for paragraph in section.paragraphs:
        lead = f"\\paragraph{{{latex(paragraph.heading)}.}} " if paragraph.heading else ""
        text = " ".join(_latex_sentence(each, keys, section) for each in paragraph.sentences)
        paragraphs.append(f"{lead}{text}")
    return f"\\section{{{HEADING}}}\n\n" + "\n\n".join(paragraphs) + "\n"


def to_latex_document(section: Section, bib_name: str = "references") -> str:
    """Return a whole document, whose bibliography is `bib_name`.bib beside it."""
    body, bib = to_latex(section), to_bib(section)
    return (
        "\\documentclass{article}\n"
        "\\usepackage{iftex}\n"
        "\\ifPDFTeX\\usepackage[T1]{fontenc}\\usepackage[utf8]{inputenc}\\usepackage{textcomp}\\fi\n"
        "\\usepackage{url}\n"
        "\\usepackage[numbers,sort&compress]{natbib}\n"
        f"{declarations([body, bib])}\n"
        "\\sloppy\n"
        "\\begin{document}\n\n"
        f"{body}\n"
        "\\bibliographystyle{unsrtnat}\n"
        f"\\bibliography{{{bib_name}}}\n\n"
        "\\end{document}\n"
    )


def to_bib(section: Section) -> str:
    """Return the entries of the cited papers, none else, each with a key of its own."""
    return "".join(to_bibtex(section.papers))


def to_json(section: Section) -> str:
    """Return all of the section as JSON."""
    return json.dumps(section.to_json(), ensure_ascii=False, indent=2) + "\n"


SECTION_FORMATS: Mapping[str, Callable[[Section], str]] = {
    "markdown": to_markdown,
    "latex": to_latex,
    "json": to_json,
}


def provenance(section: Section) -> str:
    """Return, as JSON lines, each sentence with the spans of abstracts that it stands on."""
    rows = (sentence_to_json(each, section.numbers) for each in section.sentences)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def considered(section: Section) -> str:
    """Return, as JSON lines, the papers that were found and are not cited, and why."""
    rows: list[dict[str, Any]] = [
        {"paper_id": each.paper_id, "title": each.title, "reason": each.reason}
        for each in section.considered
    ]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write_docx(section: Section, path: Path) -> None:
    """Write the section as DOCX. Raises ExportError where pandoc is missing or fails."""
    pandoc = shutil.which("pandoc")
    if not pandoc:
        raise ExportError(
            "DOCX is written by pandoc, which is not installed. Install it from"
            " https://pandoc.org, or choose --format markdown."
        )
    command = [pandoc, "--from=commonmark", "--to=docx", f"--output={path}"]
    try:
        subprocess.run(  # noqa: S603 (no shell; the text goes in by stdin)
            command,
            input=to_markdown(section).encode(),
            check=True,
            capture_output=True,
            timeout=_PANDOC_SECONDS,
        )
    except (subprocess.SubprocessError, OSError) as error:
        told = getattr(error, "stderr", None) or str(error).encode()
        raise ExportError(
            f"pandoc could not write {str(path)!r}: {told.decode(errors='replace').strip()}"
        ) from None


def _markdown_sentence(sentence: Sentence, section: Section) -> str:
    return "".join(
        escape_inside(part) if isinstance(part, str) else _markdown_mark(part, section)
        for part in sentence.parts
    )


def escape_inside(text: str) -> str:
    """Return text escaped for Markdown with the blanks at its ends kept."""
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return f"{before}{escape(text)}{after}"


def _markdown_mark(mark: Mark, section: Section) -> str:
    numbers = plain_mark(Mark(mark.paper_ids), section.numbers)
    return f"{escape(mark.authors)} {numbers}".lstrip()


def _latex_sentence(sentence: Sentence, keys: dict[str, str], section: Section) -> str:
    del section
    text = ""
    for part in sentence.parts:
        if isinstance(part, Mark):
            cited = ",".join(keys[paper_id] for paper_id in part.paper_ids)
            command = "citet" if part.authors else "citep"
            text = f"{text.rstrip()}~" if command == "citep" and text.endswith(" ") else text
            text += f"\\{command}{{{cited}}}"
        else:
            text += _spaced(part)
    return text


def _spaced(text: str) -> str:
    before = " " if text[:1].isspace() else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return f"{before}{latex(text)}{after}"


def _reference(paper: Paper) -> str:
    names = ", ".join(paper.authors[:_NAMED_AUTHORS])
    if len(paper.authors) > _NAMED_AUTHORS:
        names += " and others"
    elif not names and paper.n_authors:
        names = f"{paper.n_authors} author{'s' if paper.n_authors > 1 else ''}"
    pieces = [f"{escape(names)}." if names else "", f"{italic(paper.title)}."]
    pieces += [f"{paper.year}." if paper.year else "", paper.link]
    return " ".join(piece for piece in pieces if piece)
