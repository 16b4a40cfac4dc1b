"""HTML, JATS, MathML and entities become text; tags that papers write of stay."""

import pytest

from vectorstore.cleaning import clean_text

SPRINGER = (
    "<jats:inline-formula><jats:alternatives><jats:tex-math>\\documentclass[12pt]{minimal}\n"
    "\\usepackage{amsmath}\\begin{document}$$x^2$$\\end{document}</jats:tex-math>"
    "<mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math>"
    "</jats:alternatives></jats:inline-formula>"
)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("R&amp;D &lt; 5, caf&eacute;, &#233;&#xe9;, a&nbsp;b", "R&D < 5, café, éé, a b"),
        ("&amp;lt; and &amp;amp;amp;eacute;", "< and é"),
        ("TGF-&bgr; and &Dgr;30", "TGF-β and Δ30"),
        (
            "<i>in vivo</i>, <B>bold</B>, <a href='https://x.org'>here</a>",
            "in vivo, bold, here (https://x.org)",
        ),
        ("&lt;i&gt;E. coli&lt;/i&gt;", "E. coli"),
        ("CO<sub>2</sub>, 10<sup>-3</sup>, Ca<sup>2+</sup>", "CO₂, 10⁻³, Ca²⁺"),
        (
            "10<sup>th</sup>, x<sub>max</sub>, 10<sup>2.5</sup>, LEN<sup>p</sup>",
            "10th, xmax, 10^2.5, LENp",
        ),
        ("<p>One.</p><p>Two.</p>a<br/>b<!-- no -->", "One. Two. a b"),
        (
            "<jats:title>Abstract</jats:title><jats:sec><jats:title>Methods</jats:title>"
            "<jats:p>We <jats:italic>do</jats:italic>.</jats:p></jats:sec>",
            "Methods: We do.",
        ),
        (
            "<mml:math><mml:msub><mml:mi>x</mml:mi><mml:mi>i</mml:mi></mml:msub><mml:mo>&lt;</mml:mo>"
            "<mml:mfrac><mml:mn>1</mml:mn><mml:mn>2</mml:mn></mml:mfrac></mml:math>",
            "xi<1/2",
        ),
        (f"is {SPRINGER}.", "is $x^2$."),
    ],
)
def test_markup_reads_as_it_shows(source: str, text: str) -> None:
    assert clean_text(source) == text


@pytest.mark.parametrize(
    "text",
    [
        "The <think> token, <s> and </s>, <user, item> pairs, <EOS>.",
        "<think> a </think> and <answer>b</answer>",
        "n<5 or m>3, p<0.05; if a<b and c>d",
        "the tokens <b> and </b> mark bold",
        "AT&T, Q&A; R&D; &NA; and &unknown;",
        "an open <i> without its partner",
    ],
)
def test_tags_and_entities_that_are_content_stay(text: str) -> None:
    assert clean_text(text) == text
