"""The map of the collection in a real browser, on a page of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ui.papers import histogram_svg, map_payload, papers_css, papers_js
from vectorstore import Library, Paper
from vectorstore.catalogue.timeline import Period, Timeline
from vectorstore.mapping import CollectionMap, MapTheme, map_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.slow

OpenMap = Callable[..., "Page"]

HOSTILE = "<img src=x onerror='window.harmed=1'><script>window.harmed=2</script>"
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Map</title>
<meta name="viewport" content="width=device-width">
<style>
:root {{ --page: #fcfbf9; --surface: #fff; --line: #e4e0d8; --ink: #22252a; --quiet: #666a70;
  --accent: #2b5c8a }}
.dark {{ --page: #17191d; --surface: #1f2228; --line: #32363e; --ink: #e3e1dc; --quiet: #9b9fa7;
  --accent: #8fbbe3 }}
body {{ margin: 16px; background: var(--page); font-family: sans-serif }}
@media (min-width: 721px) {{ #map {{ height: 560px }} }}
{css}</style>
<body class="{theme}"><div id="map"></div>{histogram}
<script type="application/json" id="data">{data}</script><script>{js}</script>
<script>
window.told = [];
for (const name of ["select", "open"])
  document.addEventListener("citewise:" + name, (event) => told.push([name, event.detail]));
window.map = citewiseMap.mount(
  document.getElementById("map"), document.getElementById("data").textContent);
</script>"""
_LINE = Timeline("month", tuple(Period(2024, month, month % 5) for month in range(1, 13)), 1)


@pytest.fixture
def open_map(browser: "Browser", tmp_path: Path) -> Iterator[OpenMap]:
    """Yield an opener of a page with a map; no script may have failed at the end."""
    contexts, errors = [], []

    def open_page(data: str, *, theme: str = "", **options: Any) -> "Page":
        options.setdefault("viewport", {"width": 1200, "height": 820})
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(error))
        path = tmp_path / "map.html"
        path.write_text(
            _PAGE.format(
                css=papers_css(),
                js=papers_js(),
                data=data,
                theme=theme,
                histogram=histogram_svg(_LINE),
            ),
            encoding="utf-8",
        )
        page.goto(path.as_uri())
        page.evaluate("new Promise(requestAnimationFrame)")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


def payload_of(places: list[tuple[float, float]], *, title: str = "Paper") -> str:
    """Return a payload of papers at places: those on the left are one theme, the others another."""
    xs, ys = np.array(places, dtype=np.float32).reshape(-1, 2).T
    themes = (xs > 0.5).astype(np.int64)
    named = tuple(
        MapTheme(name, ("more",), x, 0.5, int((themes == at).sum()))
        for at, (name, x) in enumerate([("left <b>side</b>", 0.2), ("right side", 0.8)])
    )
    ids = tuple(f"p{at}" for at in range(len(places)))
    drawn = CollectionMap(
        1, "e", ids, xs, ys, themes, np.ones(len(xs), np.bool_), len(xs), named
    )  # fmt: skip
    papers = {each: Paper(each, f"{title} {each}", "It says something.", year=2024) for each in ids}
    return map_payload(drawn, papers)


CORNERS = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0), (0.3, 0.5), (0.7, 0.5)]


def told(page: "Page", name: str) -> list[dict[str, Any]]:
    return [detail for what, detail in page.evaluate("told") if what == name]


def box_of(page: "Page") -> dict[str, float]:
    box = page.locator("#map canvas").bounding_box()
    assert box
    return dict(box)


def drag_around_left_half(page: "Page") -> None:
    box = box_of(page)
    left, top, middle = box["x"] + 6, box["y"] + 6, box["x"] + box["width"] / 2
    bottom = top + box["height"] - 12
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in [(middle, top), (middle, bottom), (left, bottom)]:
        page.mouse.move(x, y, steps=4)
    page.mouse.up()


def hover_each_place(page: "Page") -> set[str]:
    """Return the titles that the tip shows while the pointer goes over the map."""
    titles = page.evaluate(
        """() => {
            const canvas = document.querySelector("#map canvas");
            const tip = document.querySelector("#map .map-tip");
            const { left, top, width, height } = canvas.getBoundingClientRect();
            const seen = new Set();
            for (let x = 0; x < width; x += 12) {
                for (let y = 0; y < height; y += 12) {
                    canvas.dispatchEvent(
                        new PointerEvent("pointermove", { clientX: left + x, clientY: top + y }));
                    if (!tip.hidden) seen.add(tip.firstChild.textContent);
                }
            }
            return [...seen];
        }"""
    )
    return set(titles)


def tip(page: "Page") -> "Locator":
    return page.locator("#map .map-tip")


def picture(page: "Page") -> list[int]:
    """Return the picture, which changes with what is seen."""
    return page.evaluate(
        """() => {
            const canvas = document.querySelector("#map canvas");
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            const sums = [0, 0, 0, 0];
            for (let at = 0; at < data.length; at += 4) sums[at % 3] += data[at] * (at % 9973);
            return sums;
        }"""
    )


def settle(page: "Page") -> None:
    page.wait_for_function("performance.now() > (window.asked ??= performance.now()) + 400")
    page.evaluate("delete window.asked")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("light", {}),
        ("dark", {"theme": "dark"}),
        ("mobile", {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}),
    ],
)
def test_screenshots_of_the_bundled_papers_are_taken(
    open_map: OpenMap, library: Library, tmp_path: Path, screenshots: Path, name: str, options: Any
) -> None:
    drawn = map_of(library.catalogue, tmp_path)
    papers = {paper.paper_id: paper for paper in library.catalogue.papers()}
    page = open_map(map_payload(drawn, papers), **options)
    assert page.locator("#map .map-legend button").count() == len(drawn.themes)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=screenshots / f"map-{name}.png", full_page=True)


def test_the_title_of_a_paper_is_shown_where_the_pointer_is(open_map: OpenMap) -> None:
    page = open_map(payload_of([(0.5, 0.5)]))
    box = box_of(page)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 12)
    assert tip(page).locator("span").inner_text() == "Paper p0"
    assert tip(page).locator("small").inner_text() == "left <b>side</b> · 2024"
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    assert not tip(page).is_visible()


def test_each_paper_can_be_found_with_the_pointer(open_map: OpenMap) -> None:
    page = open_map(payload_of(CORNERS))
    assert hover_each_place(page) == {f"Paper p{at}" for at in range(6)}


def test_hostile_titles_and_names_are_shown_and_do_nothing(open_map: OpenMap) -> None:
    page = open_map(payload_of([(0.5, 0.5)], title=HOSTILE))
    box = box_of(page)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 12)
    assert tip(page).locator("span").inner_text() == f"{HOSTILE} p0"
    assert page.locator("#map .name").first.inner_text() == "left <b>side</b>"
    assert page.locator("#map img, #map script, #map b").count() == 0
    assert page.evaluate("window.harmed") is None


def test_drawing_around_papers_with_shift_selects_them(open_map: OpenMap) -> None:
    page = open_map(payload_of(CORNERS))
    page.keyboard.down("Shift")
    drag_around_left_half(page)
    page.keyboard.up("Shift")
    assert told(page, "select") == [{"ids": ["p0", "p1", "p4"], "themes": []}]
    assert page.locator("#map [role=status]").inner_text() == "3 of 6 papers selected"


def test_the_select_button_draws_instead_of_dragging(open_map: OpenMap) -> None:
    page = open_map(payload_of(CORNERS))
    page.click("#map button:text-is('Select')")
    drag_around_left_half(page)
    assert told(page, "select")[0]["ids"] == ["p0", "p1", "p4"]
    page.click("#map button:text-is('Clear')")
    assert told(page, "select")[-1] == {"ids": [], "themes": []}
    assert page.evaluate("document.activeElement.tagName") == "CANVAS"


def test_themes_are_chosen_with_the_keyboard_and_escape_lets_go(open_map: OpenMap) -> None:
    page = open_map(payload_of(CORNERS))
    page.locator("#map .map-legend button").first.focus()
    page.keyboard.press("Enter")
    assert told(page, "select")[-1] == {"ids": ["p0", "p1", "p4"], "themes": [0]}
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert told(page, "select")[-1]["themes"] == [0, 1]
    assert page.locator("#map .map-legend [aria-pressed=true]").count() == 2
    page.keyboard.press("Escape")
    assert told(page, "select")[-1] == {"ids": [], "themes": []}
    assert page.locator("#map .map-legend [aria-pressed=true]").count() == 0


def test_a_click_on_a_paper_opens_it_and_one_beside_all_clears(open_map: OpenMap) -> None:
    page = open_map(payload_of([(0.5, 0.5)]))
    box = box_of(page)
    page.evaluate("map.select(['p0'])")
    assert told(page, "select") == []  # what the page itself selects it knows
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 12)
    assert told(page, "open") == [{"id": "p0"}]
    page.mouse.click(box["x"] + 20, box["y"] + 20)
    assert told(page, "select") == [{"ids": [], "themes": []}]


def test_the_wheel_zooms_dragging_moves_and_all_shows_the_whole_again(open_map: OpenMap) -> None:
    page = open_map(payload_of(CORNERS))
    box, whole = box_of(page), picture(page)
    page.mouse.move(box["x"] + 100, box["y"] + 300)
    page.mouse.wheel(0, -600)
    settle(page)
    near = picture(page)
    assert near != whole
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 300, steps=5)
    page.mouse.up()
    settle(page)
    assert picture(page) != near
    assert told(page, "select") == told(page, "open") == []
    page.mouse.move(1, 1)
    page.click("#map button:text-is('All')")
    settle(page)
    assert picture(page) == whole


def test_the_map_is_zoomed_and_moved_with_keys(open_map: OpenMap) -> None:
    page = open_map(payload_of(CORNERS))
    whole = picture(page)
    page.focus("#map canvas")
    page.keyboard.press("+")
    settle(page)
    near = picture(page)
    page.keyboard.press("ArrowLeft")
    settle(page)
    assert len({str(each) for each in (whole, near, picture(page))}) == 3
    page.keyboard.press("0")
    settle(page)
    assert picture(page) == whole


def test_who_wants_less_motion_sees_the_end_at_once(open_map: OpenMap) -> None:
    page = open_map(payload_of(CORNERS), reduced_motion="reduce")
    page.focus("#map canvas")
    page.keyboard.press("+")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    once = picture(page)
    settle(page)
    assert picture(page) == once


def test_two_fingers_zoom(open_map: OpenMap) -> None:
    page = open_map(
        payload_of(CORNERS), viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    whole, box = picture(page), box_of(page)
    session = page.context.new_cdp_session(page)
    middle, row = box["x"] + box["width"] / 2, box["y"] + 200
    for kind, apart in [("touchStart", 30), ("touchMove", 60), ("touchMove", 110)]:
        fingers = [{"x": middle + side * apart, "y": row, "id": side + 1} for side in (-1, 1)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    settle(page)
    assert picture(page) != whole
    assert told(page, "open") == []


def test_the_canvas_is_as_sharp_as_the_screen_and_follows_the_window(open_map: OpenMap) -> None:
    page = open_map(payload_of(CORNERS), device_scale_factor=2)
    wide = page.evaluate("document.querySelector('#map canvas').width")
    assert wide == pytest.approx(2 * box_of(page)["width"], abs=4)
    page.set_viewport_size({"width": 900, "height": 820})
    page.wait_for_function(f"document.querySelector('#map canvas').width < {wide}")


def test_the_map_follows_the_page_into_the_dark(open_map: OpenMap) -> None:
    page = open_map(payload_of(CORNERS))
    light = picture(page)
    page.evaluate("document.body.classList.add('dark')")
    settle(page)
    assert picture(page) != light


def test_an_empty_map_can_be_drawn(open_map: OpenMap) -> None:
    page = open_map(payload_of([]))
    assert page.locator("#map [role=status]").inner_text() == "0 papers"


def test_ten_thousand_papers_are_drawn_moved_and_selected(open_map: OpenMap) -> None:
    random = np.random.default_rng(0)
    page = open_map(payload_of([(float(x), float(y)) for x, y in random.random((10_000, 2))]))
    box = box_of(page)
    page.mouse.move(box["x"] + 200, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 320, steps=10)
    page.mouse.up()
    page.locator("#map .map-legend button").first.click()
    assert len(told(page, "select")[-1]["ids"]) == page.evaluate(
        "JSON.parse(document.getElementById('data').textContent).themes[0].size"
    )


def test_a_map_that_is_taken_down_leaves_nothing(open_map: OpenMap) -> None:
    page = open_map(payload_of(CORNERS))
    page.evaluate("map.destroy()")
    assert page.locator("#map *").count() == 0
    page.evaluate("document.body.classList.add('dark')")
    settle(page)


def test_bars_of_the_histogram_are_reached_with_tab(open_map: OpenMap) -> None:
    page = open_map(payload_of(CORNERS))
    page.locator(".histogram .bar").first.focus()
    page.keyboard.press("Tab")
    label = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert label == "February 2024: 2 papers"
