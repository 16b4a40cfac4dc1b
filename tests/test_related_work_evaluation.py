"""`citewise eval related-work`: marks left out alike, baselines in the same run, honest lengths."""

import json
from pathlib import Path

import pytest

from assistant.errors import EvaluationError
from assistant.related_work.evaluation.baselines import BASELINES
from assistant.related_work.evaluation.examples import Example, read_examples
from assistant.related_work.evaluation.measuring import usual_length
from assistant.related_work.evaluation.rouge import rouge, without_marks
from ui.cli.main import main
from vectorstore import Paper

pytest.importorskip("rouge_score", reason="citewise[eval] is not installed")
pytest.importorskip("sumy", reason="citewise[eval] is not installed")

OWLS = (
    "Owls are birds of the night. We introduce a corpus of calls of nine hundred owls from Norway."
    " Owls with combs on their feathers fly in silence. The corpus helps to tell owls apart."
)
MICE = (
    "Mice hear owls late. We show that mice in fields of Norway flee from calls of owls."
    " The mice that hear well live longer than others do."
)
ROW = {
    "abstract": "We study how owls hunt mice.",
    "references": [{"title": "Owls", "abstract": OWLS}, {"title": "Mice", "abstract": MICE}],
    "related_work": "Doe et al. [1] introduce a corpus of calls of owls. Mice flee from calls [2].",
}


@pytest.fixture
def example() -> Example:
    papers = (Paper("reference-1", "Owls", OWLS), Paper("reference-2", "Mice", MICE))
    return Example(ROW["abstract"], papers, ROW["related_work"])


@pytest.mark.parametrize(
    "marked",
    [
        "Owls [1] hear mice [2, 3].",
        "Owls \\citep[see][]{doe2020,roe} hear mice \\cite{x}.",
        "Owls @cite_12 hear mice @cite_3, @cite_4.",
        "Owls (Doe et al., 2020) hear mice (see Roe, 2019; Poe 2018).",
    ],
)
def test_citation_marks_count_in_no_text(marked: str) -> None:
    assert without_marks(marked).replace(" .", ".") == "Owls hear mice."


def test_rouge_of_a_text_with_itself_is_whole_whatever_its_marks() -> None:
    scores = rouge("Owls hear mice [1].", "Owls hear mice \\cite{x}.")
    assert (scores.rouge1, scores.rouge2, scores.rouge_lsum) == (100, 100, 100)


@pytest.mark.parametrize("name", [name for name in BASELINES if name != "oracle"])
def test_baselines_choose_whole_sentences_of_about_the_length(name: str, example: Example) -> None:
    text = BASELINES[name](example, 30)
    assert all(part in OWLS + MICE for part in text.split(". "))
    assert 15 <= len(text.split()) <= 45


def test_no_baseline_beats_the_oracle(example: Example) -> None:
    best = rouge(example.related_work, BASELINES["oracle"](example, 30))
    for name, baseline in BASELINES.items():
        score = rouge(example.related_work, baseline(example, 30))
        assert score.rouge1 + score.rouge2 <= best.rouge1 + best.rouge2 + 1e-6, name


def test_the_length_is_a_quarter_over_the_median_of_the_examples(example: Example) -> None:
    assert usual_length([example]) == 18


def test_a_row_that_is_no_example_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "examples.jsonl"
    path.write_text(json.dumps(ROW) + '\n{"abstract": "x", "references": []}\n')
    with pytest.raises(EvaluationError, match=r"examples\.jsonl:2.*references"):
        read_examples(path)
    with pytest.raises(EvaluationError, match="Cannot read"):
        read_examples(tmp_path / "none.jsonl")


def test_the_command_scores_all_systems_and_writes_their_texts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    examples, predictions = tmp_path / "examples.jsonl", tmp_path / "predictions.jsonl"
    examples.write_text(json.dumps(ROW) + "\n")
    arguments = ["eval", "related-work", "--examples", str(examples), "--json"]
    assert main([*arguments, "--predictions", str(predictions), "--words", "30"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert list(summary["rows"]) == ["citewise", "lead", "LexRank", "TextRank", "oracle"]
    assert summary["supported_share"] == 1.0
    assert 0 < summary["citation_coverage"] <= 1
    [row] = [json.loads(line) for line in predictions.read_text().splitlines()]
    assert row["texts"]["citewise"]
