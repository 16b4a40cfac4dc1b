"""LaTeX of abstracts, titles and names becomes Unicode; formulas stay formulas."""

import pytest

from vectorstore.cleaning import clean_text, clean_title

ACCENTS = [
    (r"caf\'e", "café"),
    (r"caf{\'e}", "café"),
    (r"caf\'{e}", "café"),
    (r"caf{\'{e}}", "café"),
    (r"\`a la carte, r\^ole, na\"ive, El Ni\~no", "à la carte, rôle, naïve, El Niño"),
    (r"na\"{\i}ve, na\"\i ve, na{\"\i}ve", "naïve, naïve, naïve"),
    (r"Erd\H{o}s and Erd{\H o}s", "Erdős and Erdős"),
    (r"Fran\c{c}ois, Fran\c cois", "François, François"),
    (r"\v{C}ech, \v Cech, {\v{C}}ech", "Čech, Čech, Čech"),
    (r"Gra{\ss}e, Gro\ss e, Stra\ss{}e", "Graße, Große, Straße"),
    (
        r"\O rsted, S{\o}ren, {\L}ukasz, \L ukasz, \L{}\'od\'z",
        "Ørsted, Søren, Łukasz, Łukasz, Łódź",
    ),
    (r"\AA ngstr\"om, \r{A}ngstr\"{o}m, {\AE}gir", "Ångström, Ångström, Ægir"),
    (r"Dvo\v{r}\'ak, \.{Z}ukowski, Ho\`ang, \={a}", "Dvořák, Żukowski, Hoàng, ā"),
    # As arXiv's listings mangle them.
    (r"T{\"}ulu, Bolet\'ın", "Tülu, Boletín"),
    (
        r"Spearman's \r{ho} = 0.9, \k{appa} = 0.7, \b{eta}-chain",
        "Spearman's ρ = 0.9, κ = 0.7, β-chain",
    ),
    (r"\b{Co}upled \b{V}ariational", "Coupled Variational"),
]
MACROS = [
    (r"We \emph{do} \textbf{so} in \texttt{Py}", "We do so in Py"),
    (r"\textbf{R}etrieval-\underline{\textit{A}}ugmented", "Retrieval-Augmented"),
    (r"\it{o} and \bf{} x", "o and x"),
    (r"{\em so} and {\bf T}est {\color{red} x}", "so and Test x"),
    (r"50\% of R\&D in \#1 a\_b \{x\}", "50% of R&D in #1 a_b {x}"),
    (r"15\\% and \\textit{X} by Q\\&A", "15% and X by Q&A"),
    (
        r"Llama~3.1~8B, Task~2, et al.~do, F1~0.3, 95~bpm",
        "Llama 3.1 8B, Task 2, et al. do, F1 0.3, 95 bpm",
    ),
    (r"5--6\% of user--item --- so", "5–6% of user–item — so"),
    ("``seen'' by `us' in ''it'' and ``scale\" too", "“seen” by ‘us’ in “it” and “scale” too"),
    (r"7.5\times faster, \alpha-entmax, \rightarrow", "7.5× faster, α-entmax, →"),
    (r"En\rightarrowDe by \alphaNDCG", "En→De by αNDCG"),
    (r"shown before \cite{a,b}.", "shown before."),
    (
        r"shown (\citep[see][]{a}), by \citet{b2020} and as in~\cite{c}.",
        "shown, by [b2020] and as in [c].",
    ),
    (r"Data\footnote{At \url{https://x.org/a\_b}.} here", "Data (At https://x.org/a_b.) here"),
    (r"code \href{https://x.org/~a}{here}.", "code here (https://x.org/~a)."),
    (r"code \href{this https URL}{here}.", "code here."),
    (r"code \href{https://x.org}{https://x.org}.", "code https://x.org."),
    (r"{textbf{0.93}} at {href{https://x.org}{https://x.org}}", "0.93 at https://x.org"),
    (r"P\textsuperscript{2}, the 5^{th}, 7^\text{th}", "P², the 5th, 7th"),
    (r"\textcolor{blue}{Our} \mbox{InfoAgent}, \ac{LLM}", "Our InfoAgent, LLM"),
    (r"a$\unicode{x2013}$b, $\texttt{YC-Bench}$, \verb|a_b|", "a–b, YC-Bench, a_b"),
    (r"zero\-shot and semi-auto\-mated, En\-De", "zero-shot and semi-automated, En-De"),
    (r"\begin{itemize} \item one \item two \end{itemize}", "• one • two"),
    ("One.\n% a comment\nTwo\\%.", "One. Two%."),
    (r"so, \eg, \ie. and \etal{} do", "so, e.g., i.e. and et al. do"),
    (r"vs.\ 0.13 and 21\,pp", "vs. 0.13 and 21 pp"),
]
FORMULAS = [
    (r"\(x_1\), \[ y = 2 \] and $$ z \alpha $$", r"$x_1$, $y = 2$ and $z \alpha$"),
    (r"$\alpha \in \{1\}$--$\beta~x$ is $ p $", r"$\alpha \in \{1\}$–$\beta~x$ is $p$"),
    (r"\begin{equation} a = b \end{equation}", "$a = b$"),
    (r"with $\sim$30 and $5\%$", r"with $\sim$30 and $5\%$"),
    (r"\$5, \$10 and \$15", "$5, $10 and $15"),
    (r"for \$5 or $x$ apples", "for $5 or $x$ apples"),
]
CONTENT = [
    "It costs $5 to $10, US$ 20 or 30 $ a piece.",
    "About ~5% or 5%~8%, 1.1~1.2 and ~/bin at https://x.edu/~me/a--b.",
    r"We propose \method{} and \unknown{name}, at C:\Users\new.",
    "Run it -- or not---with --flag; A-->G; x <-- y; ---- and 'so' or model`s.",
    "Sets {a, b} and {ZH→EN, LT→EN}; top-k of 100%\u00a0cases".replace("\u00a0", " "),
    r"Newlines such as \n\n in code, over 30\. A study",
]


@pytest.mark.parametrize(("source", "text"), ACCENTS + MACROS + FORMULAS)
def test_latex_reads_as_it_prints(source: str, text: str) -> None:
    assert clean_text(source) == text


@pytest.mark.parametrize("text", CONTENT)
def test_what_only_looks_like_latex_stays(text: str) -> None:
    assert clean_text(text) == text


def test_quotation_marks_escaped_as_in_json_are_no_accents() -> None:
    source = r"don\'t say \"usual case\" or \'all\' of it\'s"
    assert clean_text(source) == "don't say \"usual case\" or 'all' of it's"


def test_a_dollar_sign_stays_escaped_where_it_would_begin_a_formula() -> None:
    source = r"from \$5a-$x$ on"
    assert clean_text(source) == source


def test_an_unclosed_note_ends_with_the_text() -> None:
    assert clean_text(r"Done.\footnote{Code at this URL") == "Done. (Code at this URL)"


def test_titles_lose_the_braces_that_keep_capitals() -> None:
    source = r"{BERT}: {P}re-training {\"U}ber $x_{1}$ and M^{2} of \foo{x} {{The Title}}"
    assert clean_title(source) == r"BERT: Pre-training Über $x_{1}$ and M^{2} of \foo{x} The Title"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (r"M{\"u}ller, J{\'o}zef~K.", "Müller, Józef K."),
        (r"Sch{\"{o}}n and {\O}stergaard", "Schön and Østergaard"),
        (r"{World Health Organization}", "World Health Organization"),
        (r"Abstract: A Name", "Abstract: A Name"),
    ],
)
def test_names_are_cleaned_as_titles_are(source: str, name: str) -> None:
    assert clean_title(source) == name
