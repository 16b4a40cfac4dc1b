"""`citewise related-work`: a cited section on a topic, or for a draft."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.cli.commands.export import write_file
from ui.cli.exit_codes import ExitCode
from ui.cli.options import (
    add_command,
    add_filters,
    filter_of,
    sayable,
    settings_of,
    whole_number,
)
from ui.cli.starting import start_library
from ui.cli.terminal import note, write, write_json

if TYPE_CHECKING:
    from assistant.related_work.plan import Plan
    from assistant.related_work.section import Section
    from vectorstore import Library

_FORMATS = ("markdown", "latex", "json", "docx")
_TABLES = (".csv", ".md", ".tex")


def add_to(commands: Any) -> None:
    """Add the command's parser."""
    parser = add_command(
        commands, "related-work", run, summary="write a cited related-work section", has_llm=True
    )
    parser.add_argument("topic", nargs="?", default="", type=sayable, help="what it is about")
    parser.add_argument(
        "--from-file", type=Path, metavar="DRAFT", help="your draft: .tex, .md or .txt"
    )
    parser.add_argument(
        "--words",
        type=whole_number(20, 20_000),
        metavar="N",
        help="length (default: 300, or 25 a paper)",
    )
    parser.add_argument(
        "--papers", type=whole_number(1, 200), metavar="N", help="papers (default: one in 25 words)"
    )
    planning = parser.add_argument_group("plan")
    planning.add_argument("--print-plan", action="store_true", help="print the plan, write nothing")
    planning.add_argument("--plan", type=Path, metavar="FILE", help="a plan, as printed or edited")
    _add_outputs(parser)
    add_filters(parser)


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    outputs = parser.add_argument_group("output")
    outputs.add_argument("--format", choices=_FORMATS, default="markdown", help="(markdown)")
    outputs.add_argument(
        "--output", type=Path, metavar="FILE", help="file to write, by default standard output"
    )
    outputs.add_argument(
        "--standalone", action="store_true", help="with latex: a whole document, not a section"
    )
    outputs.add_argument("--bib", type=Path, metavar="FILE", help="BibTeX of what is cited")
    outputs.add_argument(
        "--table", type=Path, metavar="FILE", help="compare the papers: .csv, .md or .tex"
    )
    outputs.add_argument(
        "--provenance", type=Path, metavar="FILE", help="JSON lines: sentence and cited spans"
    )
    outputs.add_argument(
        "--considered", type=Path, metavar="FILE", help="JSON lines: papers left out, and why"
    )


def run(arguments: argparse.Namespace) -> int:
    """Plan, write, and put out what was asked for."""
    from assistant.build import build_section_writers
    from assistant.related_work.writing import write_section

    _check(arguments)
    settings = settings_of(arguments)
    library = start_library(settings)
    plan = _plan(arguments, library)
    if arguments.print_plan:
        write_json(plan.to_json())
        return ExitCode.DONE
    papers = library.catalogue.get(list(plan.paper_ids))
    writer = build_section_writers(settings, library).writer()
    section = write_section(plan, papers, writer)
    if not section.sentences:
        note(
            f"citewise: no sentence on {plan.topic[:80]!r} could be written and supported."
            " Widen the topic, or raise --words."
        )
        return ExitCode.FAILED
    _put_out(arguments, section)
    return ExitCode.DONE


def _check(arguments: argparse.Namespace) -> None:
    """Raise before any work is done for what cannot be written."""
    if arguments.table and arguments.table.suffix.casefold() not in _TABLES:
        raise argparse.ArgumentTypeError(
            f"--table {str(arguments.table)!r} ends in none of {', '.join(_TABLES)}"
        )
    if arguments.format == "docx" and not arguments.output:
        raise argparse.ArgumentTypeError("--format docx needs --output FILE")
    if arguments.standalone and not arguments.bib:
        raise argparse.ArgumentTypeError("--standalone needs --bib FILE for its bibliography")


def _plan(arguments: argparse.Namespace, library: "Library") -> "Plan":
    from assistant.related_work.drafts import read_draft
    from ui.related_work.planning import planned

    return planned(
        library,
        arguments.topic,
        draft=read_draft(arguments.from_file) if arguments.from_file else None,
        given=_read_plan(arguments.plan) if arguments.plan else None,
        words=arguments.words,
        n_papers=arguments.papers,
        where=filter_of(arguments),
    )


def _read_plan(path: Path) -> "Plan":
    from assistant.related_work.plan import Plan

    return Plan.from_json(path.read_text(encoding="utf-8"), name=str(path))


def _put_out(arguments: argparse.Namespace, section: "Section") -> None:
    """Write the files that were asked for, the section last."""
    from assistant.related_work.tables import compare
    from ui.exports.comparison_table import TABLE_FORMATS
    from ui.exports.related_work import considered, provenance, to_bib

    if arguments.bib:
        write_file(arguments.bib, [to_bib(section)])
    if arguments.table:
        formatted = TABLE_FORMATS[arguments.table.suffix.casefold()]
        write_file(arguments.table, [formatted(compare(section.papers))])
    if arguments.provenance:
        write_file(arguments.provenance, [provenance(section)])
    if arguments.considered:
        write_file(arguments.considered, [considered(section)])
    _put_out_section(arguments, section)
    note(
        f"{section.n_words} words, {len(section.papers)} papers cited,"
        f" {len(section.considered)} considered and not cited,"
        f" {section.n_dropped} sentences left out as not supported."
    )


def _put_out_section(arguments: argparse.Namespace, section: "Section") -> None:
    from ui.exports.related_work import SECTION_FORMATS, to_latex_document, write_docx

    if arguments.format == "docx":
        write_docx(section, arguments.output)
        return
    if arguments.format == "latex" and arguments.standalone:
        text = to_latex_document(section, arguments.bib.stem)
    else:
        text = SECTION_FORMATS[arguments.format](section)
    if arguments.output:
        write_file(arguments.output, [text])
    elif arguments.format == "json":
        write_json(json.loads(text))
    else:
        write(text, end="")
