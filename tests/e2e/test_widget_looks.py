"""How the widget looks, whatever the page around it does."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.laboratory import (
    EXAMPLE,
    PANDO,
    SOURDOUGH,
    Servers,
    Visit,
    ask,
    inside,
    laboratory_of,
    visiting,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def servers(assistant: Any) -> Iterator[Servers]:
    with laboratory_of(assistant) as found:
        yield found


@pytest.fixture
def visit(browser: "Browser", servers: Servers) -> Iterator[Visit]:
    with visiting(browser, servers) as open_page:
        yield open_page


def style_of(locator: "Locator", *names: str) -> dict[str, str]:
    read = "(element, names) => names.map(name => getComputedStyle(element)[name])"
    return dict(zip(names, locator.evaluate(read, list(names)), strict=True))


@pytest.mark.parametrize(
    ("name", "query", "options"),
    [
        ("light", "", {}),
        ("dark", "", {"color_scheme": "dark"}),
        ("mobile", "", {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}),
        ("hostile", "style=hostile", {}),
        ("rtl-left", "dir=rtl&position=bottom-left&colour=%23f2c94c", {}),
    ],
)
def test_screenshots_are_taken(
    visit: Visit, screenshots: Path, name: str, query: str, options: dict[str, Any]
) -> None:
    page = visit(query, reduced_motion="reduce", **options)
    page.screenshot(path=screenshots / f"widget-{name}-launcher.png")
    inside(page, ".launcher").click()
    page.screenshot(path=screenshots / f"widget-{name}-welcome.png")
    ask(page, "How does quantization affect interpretability?").locator(".chip").first.click()
    page.screenshot(path=screenshots / f"widget-{name}-answer.png")
    ask(page, SOURDOUGH)
    page.screenshot(path=screenshots / f"widget-{name}-abstention.png")


def test_no_rule_of_the_page_changes_how_it_looks(visit: Visit) -> None:
    def look(query: str) -> list[Any]:
        page = visit(query, reduced_motion="reduce")
        ask(page, PANDO)
        names = ("color", "backgroundColor", "fontFamily", "fontSize", "letterSpacing", "opacity")
        parts = (
            ".panel",
            ".question",
            ".answer",
            ".chip >> nth=0",
            "textarea",
            "header button >> nth=1",
        )
        return [
            (part, inside(page, part).bounding_box(), style_of(inside(page, part), *names))
            for part in parts
        ]

    assert look("style=hostile") == look("style=plain")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("colour", ["fff", "f2c94c", "777777", "not a colour"])
def test_every_colour_leaves_text_readable(visit: Visit, colour: str, scheme: str) -> None:
    page = visit(f"colour=%23{colour}", color_scheme=scheme)
    answer = ask(page, PANDO)
    answer.locator(".chip").first.click()
    for part in (
        ".send >> nth=0",
        ".chip >> nth=0",
        ".chip >> nth=1",
        ".told >> nth=0",
        ".footnote",
    ):
        shades = inside(page, part).evaluate(
            """element => {
                const { color } = getComputedStyle(element);
                let ground = element;
                while (getComputedStyle(ground).backgroundColor === "rgba(0, 0, 0, 0)")
                    ground = ground.parentElement;
                return [color, getComputedStyle(ground).backgroundColor];
            }"""
        )
        assert contrast(*shades) >= 4.5, (part, shades)
    if colour == "not a colour":
        said = page.complaints.pop()  # type: ignore[attr-defined]
        assert "data-color #not a colour" in said


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return sum(
            part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True)
        )

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_it_follows_the_system_and_the_page_s_own_theme(visit: Visit) -> None:
    page = visit(color_scheme="dark")
    root = inside(page, ".root")
    expect(root).to_have_attribute("data-theme", "dark")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    expect(root).to_have_attribute("data-theme", "light")
    page.evaluate("delete document.documentElement.dataset.theme")
    expect(root).to_have_attribute("data-theme", "dark")
    page.emulate_media(color_scheme="light")
    expect(root).to_have_attribute("data-theme", "light")


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_on_a_phone_it_fills_the_screen_and_nothing_lies_beyond(
    visit: Visit, direction: str
) -> None:
    page = visit(
        f"dir={direction}", viewport={"width": 390, "height": 844}, reduced_motion="reduce"
    )
    ask(page, EXAMPLE)
    box = inside(page, ".panel").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    log = inside(page, ".log")
    assert log.evaluate("element => element.scrollWidth <= element.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("position", ["bottom-left", "bottom-right", "elsewhere"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_it_stands_in_the_corner_that_was_named(
    visit: Visit, position: str, direction: str
) -> None:
    page = visit(f"position={position}&dir={direction}")
    box = inside(page, ".launcher").bounding_box()
    assert box
    width = page.evaluate("document.documentElement.clientWidth")
    right = width - box["x"] - box["width"]
    near, far = (box["x"], right) if position == "bottom-left" else (right, box["x"])
    assert near <= 36 < far
    assert 760 - box["y"] - box["height"] == 20


def test_it_does_not_move_for_readers_who_want_less_motion(visit: Visit) -> None:
    page = visit(reduced_motion="reduce")
    inside(page, ".launcher").click()
    assert style_of(inside(page, ".panel"), "animationName") == {"animationName": "none"}


# The demo


def test_the_demo_tries_choices_out_and_writes_the_line_to_copy(
    browser: "Browser", servers: Servers
) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(f"{servers.widget}/widget/demo")
    page.fill("[name=title]", 'The "lab"')
    page.select_option("[name=position]", "bottom-left")
    page.click("form button")
    snippet = page.locator("#snippet")
    expect(snippet).to_contain_text('data-position="bottom-left"')
    assert 'data-title="The &quot;lab&quot;"' in snippet.inner_text()
    assert f'src="{servers.widget}/widget.js"' in snippet.inner_text()
    inside(page, ".launcher").click()
    assert inside(page, "h2").inner_text() == 'The "lab"'
    page.close()
    assert complaints == []
