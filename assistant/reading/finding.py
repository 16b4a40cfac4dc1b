"""Yes/no questions, and the sentences that can settle one: what was found, not what was sought."""

import math

from assistant.understanding.question import Expects, Form, Question
from assistant.wording import phrase

# Logistic regression on the labelled sections (RESULTS or not) of half of PubMedQA's abstracts,
# coefficients rounded; on the other half its area under the curve is 0.97. Those abstracts lack
# conclusions and new methods, so the two cues for these are set by hand. See
# docs/decisions/0010-abstention.md.
_INTERCEPT = -3.6
_PER_POSITION = 5.0  # from the first sentence, 0, to the last, 1
_CUES = (
    (2.0, r"\d[\d.,]*\s?%|\b\d+\.\d+|\(\s*n\s*=|\bpercent\b"),
    (1.0, r"\bsignifican|\bp\s*[<=>≤]|\b(?:odds|hazard|risk) ratio\b|\bconfidence interval"),
    (1.2, r"\b(?:found?|finds?|show(?:ed|n|s)?|observed?|reveal(?:s|ed)?|demonstrate[ds]?|detected"
          r"|occurred|remained|yielded|achieve[ds]?|indicat\w+ that)\b"),
    (0.8, r"\b(?:associated|correlat\w+|higher|lower|greater|fewer|increase[sd]|decrease[sd]"
          r"|reduce[sd]|improve[sd]|outperform\w*|differ(?:ed|s|ences?)?|similar|worse|better"
          r"|superior|predict(?:ed|ive|ors?)|(?:more|less) (?:likely|often|frequent\w*))\b"),
    (0.5, r"\b(?:no|not|nor|neither|none|without)\b"),
    (0.4, r"\b(?:compared (?:with|to)|than|versus|vs|respectively|whereas|in contrast)\b"),
    (0.3, r"\b(?:was|were|had|did)\b"),
    (2.0, r"\b(?:conclu(?:de[sd]?|sions?)|(?:our|these|the) (?:results|findings|data|experiments)"
          r"|suggest(?:s|ed|ing)? that)\b"),
    (4.0, r"\b(?:we|paper|work|study)\b[^.;]{0,40}?\b(?:introduc|propos|present|releas)\w*"),
    (-0.3, r"\b(?:is|are|has|have|may|can|remains?|should|often|commonly)\b"),
    (-0.6, r"\b(?:we|study|data|patients|subjects|participants|records?)\b[^.;]{0,60}\b(?:used"
           r"|analy[sz]ed|reviewed|measured|conducted|performed|collected|recruited|enrolled"
           r"|included|randomi[sz]ed|assigned|selected|obtained|divided|studied|underwent"
           r"|evaluated|assessed|examined|compared|interviewed|completed|identified)\b"),
    (-1.0, r"\b(?:retrospective|prospective|cross-sectional|cohort|questionnaires?|randomi[sz]ed"
           r"|randomly|survey|database|consecutive|using|regression|criteria|statistical)\b"),
    (-2.0, r"\b(?:aim(?:s|ed)?|objectives?|purpose|goal|sought|hypothes\w+|whether|question)\b"
           r"|\bto (?:determine|evaluate|assess|investigate|examine|compare|test|study|explore"
           r"|identify|describe|analy[sz]e|clarify|establish|ascertain|review|report|verify"
           r"|elucidate|estimate|quantify|address|find out|see)\b"),
)  # fmt: skip
_PATTERNS = tuple((weight, phrase(pattern)) for weight, pattern in _CUES)

_ASKS_MORE = phrase(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b")
_ASKS_WHETHER = phrase(
    r"(?:^|[:.] )(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might"
    r"|must) "
)
_REQUESTS = phrase(  # a paper or an explanation, politely
    r"^(?:(?:is|are|was|were) there any|(?:can|could|do|did|have|will|would) (?:you|i|we)\b)"
)


def asks_yes_or_no(question: Question) -> bool:
    """Return whether it asks if something is so: "Does X help?", "Y: a danger?"."""
    if question.asked or question.form is Form.LIST or _REQUESTS.search(question.text):
        return False
    if _ASKS_WHETHER.search(question.text):  # "whose" in it asks for nobody
        return question.expects in {Expects.ANYTHING, Expects.PERSON}
    is_open = bool(_ASKS_MORE.search(question.text)) or question.expects is not Expects.ANYTHING
    return question.text.rstrip().endswith("?") and not is_open


def finding_probability(sentence: str, position: int, n_sentences: int) -> float:
    """Return how probably the sentence, of an abstract of so many, tells what was found."""
    logit = _INTERCEPT + _PER_POSITION * position / max(1, n_sentences - 1)
    logit += sum(weight for weight, cue in _PATTERNS if cue.search(sentence))
    return 1 / (1 + math.exp(-logit))
