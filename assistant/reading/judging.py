"""Words with which a question asks to judge; an abstract tells what was found and seldom says them.

"Is it safe?" is answered by "No complications occurred", "Does it help?" by "Scores rose".
"""

from vectorstore import stem

_WORDS = """
    acceptable accurate actual actually adequate advantage advantageous affect afford allow
    alternative always another anything appropriate ask avoid beat become beneficial benefit
    best better bring care change come compromise concern contribute dangerous decide deserve
    desirable determine difficult easier easy effective efficacious efficient enough equal
    equally equivalent essential even exist expect extent fail fair feasible good hard harder
    harmful help helpful hold ideal impact imply important improve indicate indicated
    indispensable influence justified justify keep lead link mandatory matter mean mention minor
    myth necessary need normal obtain offer option perform place play possible potential
    practical predict preferable preferred promote prove proven provide put really reason
    reasonable reasonably relate related relation relationship relevant reliable reliance rely
    represent require respond right risk role safe safely safety same satisfactory say seem
    sensible serve significant solution solve something sound still stop substitute sufficient
    suit suitable superior supersede support sure tell thing think true trust turn use useful
    useless valid valuable value viable want warranted wise work worse worth worthwhile wrong
    """
JUDGING_TERMS = frozenset(stem(word) for word in _WORDS.split())
