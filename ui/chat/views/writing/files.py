"""A section as the files that the Write view offers."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.related_work.section import Section

NAME = "related-work"  # of the files; the LaTeX document looks for its bibliography under it


def section_files(section: "Section") -> dict[str, str]:
    """Return the content of each file by its ending, and of "latex", which is for pasting."""
    from assistant.related_work.tables import compare
    from ui.exports.comparison_table import to_csv
    from ui.exports.related_work import to_bib, to_latex, to_latex_document, to_markdown
    from ui.related_work.telling import section_to_json

    return {
        "md": to_markdown(section),
        "latex": to_latex(section),
        "tex": to_latex_document(section, NAME),
        "bib": to_bib(section),
        "json": json.dumps(section_to_json(section, with_table=True), ensure_ascii=False, indent=2),
        "csv": to_csv(compare(section.papers)),
    }
