"""Word classes: the tables by which noun phrases are found without a parser."""

_RELATIVE = "that which who whom whose"

# What praises or picks, and is no part of a thing's name: "important literary elements".
PRAISE = frozenset(
    "best better certain different famous good great important interesting notable other possible"
    " potential similar some typical various".split()
)
DETERMINERS = frozenset(
    "a all an any both each enough every few less many more most much no other several some such"
    " the these this those my our your".split()
)
PREPOSITIONS = frozenset(
    "about above across after against along among around as at before behind below beside besides"
    " between beyond by despite during except for from in inside into like near of off on onto out"
    " outside over past per regarding since than through throughout to toward towards under until"
    " up upon versus via vs with within without".split()
)
MODALS = frozenset(
    "can can't could couldn't did didn't do does doesn't don't may might must shall should"
    " shouldn't will won't would wouldn't".split()
)
BE = frozenset("am are aren't be been being is isn't was wasn't were weren't".split())
HAVE = frozenset("had has hasn't have haven't having".split())
QUESTION_WORDS = frozenset(
    "how what what's when where where's which who who's whom whose why".split()
)
CONJUNCTIONS = frozenset(
    f"although and because but however if nor or so though unless when whereas whether while"
    f" {_RELATIVE}".split()
)
PRONOUNS = frozenset(
    """
    anybody anyone anything everybody everyone everything he her hers herself him himself his i it
    it's its itself me mine myself nobody nothing one ones she somebody someone something that
    that's their theirs them themselves there these they they're this those us we you you're yours
    yourself
    """.split()
)
ADVERBS = frozenset(
    """
    again ago ahead almost alone already also always anymore anyway apart away back best bigger
    biggest currently down else even ever far fast first forever fully generally hello here hi how
    instead just later least long maybe much near never no not now off often ok okay once only
    originally out please quite rather really so sometimes soon still sure thank thanks then there
    today together tomorrow too usually very well yes yesterday yet
    """.split()
)
ADJECTIVES = frozenset(
    """
    afraid alive available aware bad bald big black blue brown cheap clean close cold common dark
    dead deep different difficult dry due early easier easy endangered endless enough essential
    ethical expensive famous far fast fine flat free fresh full good great green happy hard harder
    harmful healthy heavy high hot huge ideal illegal important independent interesting known large
    late legal likely local long low main native natural necessary new normal old open original poor
    popular possible prone public quick rare ready real red related relevant rich right safe same
    secure serious short sick significant similar simple slow small special strong successful sure
    sweet tall toxic traditional treatable true typical unhealthy unique unknown useful valid weak
    weird white worse worst worth wrong young younger older longer shorter larger smaller lower
    higher better powerful effective
    """.split()
)
# What ranks or picks out, and names nothing: "the main layers" still says of what not.
RANKING = frozenset(
    """
    average basic best better biggest certain chief common current different earliest early easiest
    exact famous fastest final first full general good great greatest highest important interesting
    key largest last later latest leading longest main major modern more most newest notable oldest
    original other particular popular possible potential primary real richest second shortest side
    significant similar smallest special specific third tallest top total traditional types typical
    unique usual various worst youngest
    """.split()
)
BASE_VERBS = frozenset(
    """
    accept access achieve act add address adopt affect agree allow announce answer appear apply
    approach argue arise arrive ask assume attack attend avoid bake base beat become begin believe
    belong benefit boost break bring build burn buy calculate call care carry cast catch cause
    celebrate change charge check choose claim clean climb close collapse collect come compare
    compete complete compose compute conclude connect consider consist consume contain continue
    contract contribute control convert cook cope cost cover create cure cut damage date deal decide
    decrease define deliver depend describe design destroy detect determine develop die differ
    discover discuss disband do draw drink drive drop earn eat employ enable encourage encounter end
    enjoy ensure enter establish evaluate evolve exist expand experience explain explore express
    extend face fail fall feed feel fight figure fill find finish fit fix fly focus follow form
    found function gain generate get give go grow handle happen harm hear help hide hit hold hurt
    identify impact implement improve include increase indicate infect influence inspire install
    introduce invent invest involve join jump keep kill know lack land last launch lead learn leave
    let lie like limit link listen live look lose love lower make manage marry matter mean measure
    meet mention merge move need notice obtain occur offer open operate order outperform own
    participate pass pay perform plan plant play point pose practice predict prefer prepare
    prescribe prevent process produce promote propose protect prove provide publish pull purchase
    put raise reach react read receive recommend record recover reduce refer reflect reign relate
    release rely remain remember remove replace report represent require resemble respond result
    retire return rise run save say sell send separate serve set share shift show sign sing sleep
    smell smoke solve sound speak spend spread stand start state stay stop store study succeed
    suffer suggest support survive swim take talk taste teach tell test think tour trade train
    transform transmit travel treat try turn understand use vary visit vote wait walk want warn
    watch wear weigh win wish work worry write
    """.split()
)
PAST_FORMS = frozenset(
    """
    ate became been begun began born bought broke brought built came caught chose chosen cost cut
    did done drawn drew drove driven eaten fallen fell felt fought found gave given gone got grew
    grown had held hidden kept knew known led left lost made meant met paid ran rose said sang sat
    saw seen sent set shot shown slept sold spent spoke spoken stood stuck taken taught thought told
    took went won wore worn written wrote
    """.split()
)
IMPERATIVES = frozenset(
    "compare define describe discuss explain find give list name recommend show summarise summarize"
    " tell".split()
)
IRREGULAR_PLURALS = frozenset("children criteria men mice people phenomena teeth women".split())
# Nouns that say what is asked of a thing: "the history of toilets" is about toilets.
_ASKED = """
advantage age amount application argument aspect author background basis beginning benefit cause
challenge characteristic class con consequence contribution controversy cost criticism definition
detail development difference difficulty disadvantage discovery downside drawback effect evidence
example explanation fact factor feature finding first form founder function future goal history idea
impact implication importance inspiration invention kind level life limitation list main meaning
method name number objective origin outcome part performance phase price pro problem process
property pros purpose quality rate reason relationship result risk role rule side sign source
significance similarity size some sort stage step story structure success symptom term thing
treatment type use value variation variety version way weakness
"""
ASKED_NOUNS = frozenset(_ASKED.split()) | {f"{noun}s" for noun in _ASKED.split()} | {
    "basics", "histories", "difficulties", "properties", "qualities", "similarities", "stories",
    "varieties", "weaknesses", "processes", "classes", "pros", "cons",
}  # fmt: skip
EMPTY_NOUNS = frozenset(
    """
    anything article bit day days earth everything example examples fact guy information kind kinds
    lot lots man men minute one ones overview paper people person place places reason something sort
    stuff summary term thing things time times today type types way ways week woman women world year
    years
    """.split()
)


def _third_person(verb: str) -> str:
    if verb.endswith(("s", "x", "ch", "sh", "o", "z")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"


FINITE_VERBS = frozenset(map(_third_person, BASE_VERBS)) | PAST_FORMS
