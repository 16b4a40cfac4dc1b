"""Words that shape a question about papers, as opposed to those that say what it is about."""

from vectorstore import stem


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


PAPER_NOUNS = frozenset(
    """
    abstract abstracts article articles author authors literature paper papers publication
    publications research studies study work works
    """.split()
)

# Kinds of things that every abstract is made of. An answer names the thing, not the kind ("Which
# dataset ...?" - "... on HotPotQA"), so the kind need not occur in it.
GENERIC_NOUNS = _stems(
    """
    advantage aim algorithm answer application approach architecture area aspect assumption backbone
    baseline basis benchmark benefit case cause challenge claim class code component concept
    conclusion connection consequence contribution core corpus cost criteria criterion data dataset
    definition difference discovery domain drawback effect evidence example experiment explanation
    factor feature field finding focus form framework function gain gap goal idea impact implication
    importance improvement innovation insight inspiration intuition issue kind language limitation
    link llm llms main manner matter meaning mechanism message method methodology metric modality
    model motivation name network novelty number objective observation origin outcome output part
    performance perspective phase pipeline point principle problem procedure property purpose
    question reason recommendation relation relationship repository respect result risk role
    scenario score setting shortcoming significance sort source stage step strategy structure
    sub-task system takeaway task technique technology term thing tool topic tradeoff type url use
    value variant way weakness
    """
)

# Kinds whose members have names of their own, so that a sentence that answers holds such a name.
NAMED_KINDS = _stems(
    """
    baseline benchmark corpus data dataset framework language llm llms model name system tool
    transformer
    """
)

# Verbs that tie papers to a topic and are no part of it.
LISTING_WORDS = _stems(
    """
    address analyse analyze appear apply concern consider contain cover deal describe discuss
    employ everything examine exist explore find focus handle include introduce investigate
    involve list look mention name new novel present propose publish recommend relate research
    review show study tackle topic try use using work
    """
)

NUMBER_WORDS = frozenset("one two three four five six seven eight nine ten several".split())
IRREGULAR_PLURALS = frozenset({"children", "corpora", "criteria", "data", "people"})
PRONOUNS = frozenset("i you we one they it he she this that these those".split())
EVALUATIVE_WORDS = frozenset("bad best better correct good new proper right suitable true".split())
ACRONYMS_OF_KINDS = frozenset({"llm", "llms"})
