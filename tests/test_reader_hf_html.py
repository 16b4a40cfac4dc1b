"""The HTML of Hugging Face's pages."""

from datetime import date

import pytest

from tests.mutations import SAMPLES, check_survives, opened, papers_of, rows_of
from vectorstore.errors import ReadError
from vectorstore.paper import Paper
from vectorstore.readers.hf_html import READER
from vectorstore.readers.report import Reject

SAMPLE = (SAMPLES / "hf_html.html").read_bytes()


def test_the_sample_is_read_whole_and_the_record_that_is_none_is_rejected():
    assert [
        row.paper_id if isinstance(row, Paper) else f"{row.line} {row.reason}"
        for row in rows_of(READER, SAMPLE)
    ] == ["2409.99901", "2409.99902", "3 no abstract (record 3)", "2409.99904"]


def test_no_other_sample_is_taken_for_one():
    taken = [
        path.name for path in SAMPLES.iterdir() if READER.recognises(opened(path.read_bytes()))
    ]
    assert taken == ["hf_html.html"]


def test_damage_ends_in_papers_and_rejects():
    check_survives(READER, SAMPLE)


CARDS = """<html><body><p>Search huggingface.co for papers, models and more of all this.</p>
<article><h3><a href="/papers/2409.99901" class="x">Owls
 at <b>Scale</b></a></h3><p>Short.</p><p>We retrieve owls &amp; other birds.</p>
<div>· <!-- -->12<!-- --> authors</div><time datetime="2024-09-20T00:00:00">Sep 20</time></article>
<article><a href="https://huggingface.co/papers/2409.99902?x=1"><h3>Cold Lamps</h3></a></article>
<h3><a href="/docs">Docs</a></h3></body></html>"""


def test_every_field_of_the_embedded_json_reaches_the_paper():
    assert rows_of(READER, SAMPLE)[0] == Paper(
        paper_id="2409.99901",
        title="Owls at Scale: Retrieval by Night",
        abstract="We retrieve owls and other birds at night.",
        authors=("Ada Byron", "Bo Müller"),
        n_authors=2,
        published=date(2024, 9, 20),
        year=2024,
        arxiv_id="2409.99901",
        url="https://arxiv.org/abs/2409.99901",
        n_comments=2,
        source="hf-page",
    )


def test_a_paper_that_a_page_embeds_twice_is_read_once():
    twice = SAMPLE.replace(b"</main>", SAMPLE + b"</main>")
    assert len(rows_of(READER, twice)) == len(rows_of(READER, SAMPLE))


def test_the_page_of_one_paper_is_read():
    props = '{"paper": {"id": "2409.99901", "title": "T", "summary": "S &lt; 1"}, "comments": []}'
    content = f"<!doctype html><div class='SVELTE_HYDRATER' data-props='{props}'></div>"
    [paper] = papers_of(READER, content)
    assert (paper.paper_id, paper.abstract) == ("2409.99901", "S < 1")


def test_a_page_without_json_is_read_by_its_cards():
    assert READER.recognises(opened(CARDS))
    paper, reject = rows_of(READER, CARDS)
    assert paper == Paper(
        paper_id="2409.99901",
        title="Owls at Scale",
        abstract="We retrieve owls & other birds.",
        n_authors=12,
        published=date(2024, 9, 20),
        year=2024,
        arxiv_id="2409.99901",
        url="https://arxiv.org/abs/2409.99901",
        source="hf-page",
    )
    assert reject == Reject(2, "no abstract (record 2)", "Cold Lamps")


def test_damaged_json_is_told():
    content = "<html class='SVELTE_HYDRATER'><p data-props='{\"summary\": oops'></p></html>"
    [reject] = rows_of(READER, content)
    assert isinstance(reject, Reject)
    assert reject.reason.startswith("damaged data-props")


def test_a_page_of_another_site_is_not_taken_for_one():
    assert not READER.recognises(opened("<!doctype html><html><p>Owls</p></html>"))


@pytest.mark.parametrize(
    "hostile",
    ["<!--" * 500_000, "<a b='" * 100_000, "<div>" * 200_000, "<h3>" * 200_000, "<" * 200_000],
)
def test_a_hostile_page_has_no_papers_and_takes_no_time(hostile):
    assert rows_of(READER, f"<html>{hostile}") == []


def test_a_page_that_is_too_large_is_an_error():
    with pytest.raises(ReadError, match="larger than 6 MiB"):
        rows_of(READER, "<html>" + "x" * (6 << 20))


def test_json_nested_without_end_has_no_papers():
    nested = '{"a":' * 5_000 + "1" + "}" * 5_000
    assert rows_of(READER, f"<html><p data-props='{nested}'></p></html>") == []
