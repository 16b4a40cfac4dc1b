"""What LaTeX macros stand for, as data."""

import unicodedata

_GREEK = """
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι
    kappa κ lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ
    upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ
    Upsilon Υ Phi Φ Psi Ψ Omega Ω
"""
_ARROWS = """
    rightarrow → leftarrow ← leftrightarrow ↔ uparrow ↑ downarrow ↓ Rightarrow ⇒ Leftarrow ⇐
    Leftrightarrow ⇔ longrightarrow ⟶ mapsto ↦ to → textrightarrow → textleftarrow ← nearrow ↗
    searrow ↘ rightleftharpoons ⇌
"""
_SIGNS = """
    times × cdot ⋅ div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet • leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠
    approx ≈ sim ∼ simeq ≃ cong ≅ equiv ≡ propto ∝ ll ≪ gg ≫ in ∈ notin ∉ subset ⊂ subseteq ⊆
    cup ∪ cap ∩ wedge ∧ vee ∨ neg ¬ forall ∀ exists ∃ infty ∞ partial ∂ nabla ∇ sum ∑ prod ∏ int ∫
    ell ℓ top ⊤ bot ⊥ oplus ⊕ otimes ⊗ langle ⟨ rangle ⟩ sharp ♯ flat ♭ checkmark ✓ square □
    dag † ddag ‡ dagger † ddagger ‡ S § P ¶ copyright © pounds £ euro € texteuro € textcent ¢
    textyen ¥ textsterling £ textregistered ® circledR ® texttrademark ™ textcopyright ©
    textdegree ° degree ° texttimes × textpm ± textmu µ textdiv ÷ textbullet • textperiodcentered ·
    textgreater > textless < textbar | textunderscore _ textasciitilde ~ textasciicircum ^
    textbackslash \\ textdollar $ textbraceleft { textbraceright } textendash – textemdash —
    textellipsis … ldots … dots … cdots ⋯ textquoteleft ‘ textquoteright ’ textquotedblleft “
    textquotedblright ” textquotesingle ' textquotedbl " lq ‘ rq ’ guillemotleft « guillemotright »
    textexclamdown ¡ textquestiondown ¿ textonehalf ½ textonequarter ¼ textthreequarters ¾
    LaTeX LaTeX TeX TeX BibTeX BibTeX
"""


def _table(*texts: str) -> dict[str, str]:
    words = " ".join(texts).split()
    return dict(zip(words[::2], words[1::2], strict=True))


GREEK = _table(_GREEK) | {f"text{name}": char for name, char in _table(_GREEK).items()}
ARROWS = _table(_ARROWS)
# Macros of widely used styles. Other macros of authors' own are not guessed.
ABBREVIATIONS = {"eg": "e.g.", "ie": "i.e.", "etal": "et al.", "etc": "etc.", "vs": "vs."}
SYMBOLS = GREEK | ARROWS | _table(_SIGNS) | ABBREVIATIONS

# Letters that swallow the space behind them: "Gro\ss e" is one word.
LETTERS = _table(
    "ss ß SS ẞ ae æ AE Æ oe œ OE Œ aa å AA Å o ø O Ø l ł L Ł dh ð DH Ð dj đ DJ Đ th þ TH Þ "
    "ng ŋ NG Ŋ i ı j ȷ"
)
FUNCTIONS = frozenset(
    "log ln exp sin cos tan tanh max min sup inf lim argmax argmin arg det dim gcd ker mod".split()
)

COMBINING = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328",
    "r": "\u030a", "d": "\u0323", "b": "\u0331", "t": "\u0361",
}  # fmt: skip
_DOTTED = {"\\i": "i", "\\j": "j", "ı": "i", "ȷ": "j"}

# Macros with one argument, which stays.
UNWRAPPED = frozenset(
    """
    emph textbf textit texttt textsc textsf textrm textsl textup textmd textnormal textmath text
    underline uline ul mbox hbox fbox boldsymbol bm mathrm mathbf mathit mathsf
    mathtt mathcal mathbb mathscr mathfrak textsuperscript textsubscript url nolinkurl path
    ensuremath num ac acs acl acp acf acrshort acrlong gls Gls glspl
    MakeUppercase MakeLowercase uppercase lowercase sout hl enquote
    """.split()
)
WRITTEN = {"enquote": ("“", "”")}
# Macros whose one argument goes with them.
DROPPED = frozenset(
    """
    thanks label ref eqref autoref cref Cref pageref vspace hspace index pagestyle color
    phantom vphantom hphantom usepackage documentclass includegraphics
    """.split()
)
# Macros whose first argument goes and whose second stays.
SECOND = frozenset("textcolor colorbox foreignlanguage scalebox raisebox".split())
NOTES = frozenset("footnote footnotetext".split())
CITES = frozenset(
    "cite citep citealp parencite autocite footcite cites Cite Citep supercite nocite".split()
)
CITES_IN_SENTENCE = frozenset("citet citealt citeauthor textcite Citet citeyear".split())
# Switches of font and size, and other macros that print nothing. They swallow the space behind.
SWITCHES = frozenset(
    """
    em it bf tt rm sc sf sl itshape bfseries ttfamily rmfamily sffamily scshape slshape upshape
    mdseries normalfont tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge
    centering raggedright noindent indent bigskip medskip smallskip xspace protect maketitle
    relax nobreakdash allowbreak sloppy null leavevmode ignorespaces footnotemark
    """.split()
)
SPACES = frozenset("par newline quad qquad linebreak newpage clearpage space enspace".split())
# Environments that print as running text, and those that print math.
TEXT_ENVIRONMENTS = frozenset(
    "abstract itemize enumerate description quote quotation center document flushleft".split()
)
MATH_ENVIRONMENTS = frozenset(
    "equation equation* align align* math displaymath eqnarray eqnarray* gather gather*".split()
)


def accented(accent: str, letter: str) -> str:
    """Return `letter` (one letter, or a dotless one such as `\\i`) under the accent `\\accent`."""
    base = _DOTTED.get(letter, letter)
    return unicodedata.normalize("NFC", base + COMBINING[accent])
