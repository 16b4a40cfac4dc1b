"""The collection drawn: the histogram's SVG, the map's payload, and what the scripts may do."""

import colorsys
import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.papers import MAX_POINTS, histogram_svg, map_payload, papers_css, papers_js
from vectorstore import Paper
from vectorstore.catalogue.timeline import Period, Timeline
from vectorstore.mapping import CollectionMap, MapTheme

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</script><img src=x onerror=alert(1)>\u2028&\"'"
LINE = Timeline("month", (Period(2023, 12, 3), Period(2024, 1, 0), Period(2024, 2, 1_200)), 2)


def map_with(
    n: int, themes: tuple[MapTheme, ...] = (MapTheme("a", (), 0.5, 0.5, 1),)
) -> CollectionMap:
    side = np.linspace(0, 1, n, dtype=np.float32)
    return CollectionMap(
        generation=1,
        encoder="e",
        paper_ids=tuple(f"p{at}" for at in range(n)),
        x=side,
        y=side[::-1],
        theme_of=np.arange(n) % len(themes),
        is_laid_out=np.ones(n, dtype=np.bool_),
        n_laid_out=n,
        themes=themes,
    )


def papers(n: int, title: str = "A Title") -> dict[str, Paper]:
    return {f"p{at}": Paper(f"p{at}", title, "An abstract.", year=2024) for at in range(n)}


def svg_of(line: Timeline, **options: str) -> ElementTree.Element:
    return ElementTree.fromstring(histogram_svg(line, **options))


# The histogram ------------------------------------------------------------------------------------


def test_the_histogram_says_what_it_shows():
    svg = svg_of(LINE, name="here")
    assert svg.attrib["aria-labelledby"] == "here-title"
    assert svg.attrib["aria-describedby"] == "here-desc"
    assert svg.findtext(f"{SVG}title") == "Papers by month"
    assert svg.findtext(f"{SVG}desc") == (
        "1,203 papers from December 2023 to February 2024; most in February 2024: 1,200."
        " 2 papers without a date."
    )


def test_each_bar_can_be_focused_and_says_its_period_and_count():
    bars = svg_of(LINE).findall(f"{SVG}rect")
    assert [bar.attrib["aria-label"] for bar in bars] == [
        "December 2023: 3 papers",
        "February 2024: 1,200 papers",
    ]
    assert all(bar.attrib["tabindex"] == "0" and bar.attrib["role"] == "img" for bar in bars)
    assert [bar.findtext(f"{SVG}title") for bar in bars] == [b.attrib["aria-label"] for b in bars]


def test_bars_are_as_high_as_their_counts_and_no_paper_is_too_few_to_be_seen():
    small, large = (float(bar.attrib["height"]) for bar in svg_of(LINE).findall(f"{SVG}rect"))
    assert small == 2
    assert large == pytest.approx(120)  # of 1,200, where the scale ends at 1,200


def test_bars_say_the_days_that_a_filter_would_take():
    [bar] = svg_of(Timeline("year", (Period(2024, None, 1),), 0)).findall(f"{SVG}rect")
    assert (bar.attrib["data-from"], bar.attrib["data-to"]) == ("2024-01-01", "2024-12-31")
    [bar] = svg_of(Timeline("decade", (Period(2020, None, 1),), 0)).findall(f"{SVG}rect")
    assert (bar.attrib["data-from"], bar.attrib["data-to"]) == ("2020-01-01", "2029-12-31")


def test_the_last_day_of_a_month_is_a_day_that_the_month_has():
    bars = svg_of(LINE).findall(f"{SVG}rect")
    assert [bar.attrib["data-to"] for bar in bars] == ["2023-12-31", "2024-02-29"]


def test_at_most_seven_periods_are_named_so_that_names_do_not_overlap():
    years = tuple(Period(year, None, 1) for year in range(1950, 2020))
    [_, labels] = svg_of(Timeline("year", years, 0)).findall(f"{SVG}g")
    shown = [text.text for text in labels]
    assert len(shown) == 7
    assert shown[-1] == "2019"


def test_a_collection_without_dates_has_a_histogram_that_says_so():
    svg = svg_of(Timeline("year", (), 12))
    assert svg.findtext(f"{SVG}desc") == "No paper has a date. 12 papers without a date."
    assert svg.findall(f"{SVG}rect") == []


def test_the_histogram_has_no_script_no_handler_and_nothing_from_elsewhere():
    text = histogram_svg(LINE, name='x" onload="alert(1)').replace(SVG.strip("{}"), "")
    for element in ElementTree.fromstring(text).iter():
        assert not any(name.startswith("on") or "href" in name for name in element.attrib)
        assert "script" not in element.tag
    assert "http" not in text
    assert "url(" not in text


@given(st.lists(st.integers(0, 10**6), max_size=130), st.integers(0, 99))
def test_any_counts_make_well_formed_svg_with_a_bar_for_each(counts, n_undated):
    periods = tuple(Period(2000 + n // 12, n % 12 + 1, c) for n, c in enumerate(counts))
    bars = svg_of(Timeline("month", periods, n_undated)).findall(f"{SVG}rect")
    assert len(bars) == sum(count > 0 for count in counts)
    assert all(0 < float(bar.attrib["height"]) <= 120 for bar in bars)


# The map's payload --------------------------------------------------------------------------------


def test_the_payload_has_all_that_the_script_draws():
    themes = (MapTheme("one", ("more",), 0.25, 1.0, 2), MapTheme("two", (), 0.0, 0.0, 1))
    payload = json.loads(map_payload(map_with(3, themes), papers(3)))
    assert payload["ids"] == ["p0", "p1", "p2"]
    assert payload["x"] == [0, 2048, 4095]
    assert payload["y"] == [4095, 2048, 0]
    assert payload["theme_of"] == [0, 1, 0]
    assert payload["years"] == [2024, 2024, 2024]
    assert payload["n_papers"] == 3
    assert payload["themes"][0] == {
        "name": "one", "phrases": ["more"], "size": 2, "x": 1024, "y": 4095, "colour": 0,
    }  # fmt: skip


def test_hostile_titles_stay_text_inside_a_script_element():
    text = map_payload(map_with(2), papers(2, HOSTILE))
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text)["titles"] == [HOSTILE, HOSTILE]


@given(st.text())
def test_any_title_comes_back_as_it_was_or_cut(title):
    [shown] = json.loads(map_payload(map_with(1), papers(1, title)))["titles"]
    assert shown == title or (len(shown) == 200 and title.startswith(shown[:-1]))


def test_papers_that_are_not_given_are_not_on_the_map():
    known = papers(5)
    del known["p3"]
    assert json.loads(map_payload(map_with(5), known))["ids"] == ["p0", "p1", "p2", "p4"]


def test_of_very_many_papers_ten_thousand_are_shown_evenly():
    payload = json.loads(map_payload(map_with(25_000), papers(25_000)))
    assert len(payload["ids"]) == len(payload["x"]) == MAX_POINTS == 10_000
    assert payload["n_papers"] == 25_000
    assert len(set(payload["ids"])) == 10_000
    assert (payload["ids"][0], payload["ids"][-1]) == ("p0", "p24999")


def test_ten_thousand_papers_are_a_payload_of_at_most_a_megabyte_and_a_half():
    text = map_payload(map_with(10_000), papers(10_000, "A title of the usual length. " * 3))
    assert len(text.encode()) < 1_500_000


def test_an_empty_map_has_a_payload():
    assert json.loads(map_payload(map_with(0, ()), {}))["ids"] == []


def test_no_two_themes_look_alike_and_those_of_one_colour_are_far_apart():
    themes = tuple(MapTheme(f"t{n}", (), n / 15, 0.5, 1) for n in range(16))
    shown = json.loads(map_payload(map_with(16, themes), papers(16)))["themes"]
    colours = [theme["colour"] for theme in shown]
    assert sorted(colours) == list(range(16))
    for at, colour in enumerate(colours):
        [twin] = [n for n, other in enumerate(colours) if n != at and other % 8 == colour % 8]
        assert abs(at - twin) > 2


# The page's files ---------------------------------------------------------------------------------


def test_the_scripts_take_text_as_text_and_fetch_nothing():
    script = papers_js()
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"
    assert not re.search(forbidden, script)
    assert not re.search(r"https?://|fetch\(|XMLHttpRequest|import\(|localStorage", script)
    assert not re.search(r"url\(|@import|https?://", papers_css())


@pytest.mark.parametrize(("ground", "after"), [("#ffffff", ".paper-map {"), ("#1f2228", ".dark")])
def test_theme_colours_stand_out_from_the_ground_and_differ(ground, after):
    block = papers_css().partition(after)[2].partition("}")[0]
    colours = re.findall(r"--theme-\d: (#[0-9a-f]{6})", block)
    assert len(colours) == 8
    assert min(contrast(colour, ground) for colour in colours) >= 3
    hues = [colorsys.rgb_to_hls(*rgb(colour)) for colour in colours]
    assert len({(round(h, 2), round(lightness, 1)) for h, lightness, _ in hues}) == 8


def rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it."""

    def luminance(colour: str) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb(colour)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)
