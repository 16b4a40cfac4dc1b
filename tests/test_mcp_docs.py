"""The guide to MCP: its files are read as their programs read them, its names exist."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ui.cli.main import build_parser
from ui.mcp.resources import LIBRARY, PAPER
from ui.mcp.results import Answered, FetchedPaper, FoundPaper, PaperMetadata
from ui.mcp.tools import TITLES

GUIDE = (Path(__file__).parents[1] / "docs" / "mcp.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(\w+)` \|(.*)$", GUIDE, re.MULTILINE))


def configurations() -> list[dict[str, Any]]:
    files = map(json.loads, re.findall(r"^```json\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE))
    return [entry["citewise"] for file in files for entry in file.values()]


@pytest.mark.parametrize("entry", configurations())
def test_every_program_is_told_a_command_that_exists_or_the_servers_path(
    entry: dict[str, Any],
) -> None:
    if "url" in entry:
        assert entry["url"].endswith(":7860/mcp")
    else:
        assert Path(entry["command"]).name == "citewise"
        assert build_parser().parse_args(entry["args"]).run.__module__.endswith(".mcp")


def test_every_tool_is_in_the_guide_with_what_it_gives() -> None:
    assert list(ROWS) == list(TITLES)
    assert all(f"`{name}`" in ROWS["search"] for name in FoundPaper.model_fields)
    assert all(f"`{name}`" in ROWS["fetch"] for name in FetchedPaper.model_fields)
    assert all(f"`{name}`" in ROWS["fetch"] for name in PaperMetadata.model_fields)
    assert "`abstained`" in ROWS["ask"]
    assert "abstained" in Answered.model_fields


def test_the_guide_names_the_resources() -> None:
    assert PAPER in GUIDE
    assert LIBRARY in GUIDE
