"""What parts of words tell of a hyphen between them, as data.

Counted among 240,000 simulated line ends of real abstracts.
"""

# "pre- and post-training": the hyphen hangs on purpose.
CONJUNCTIONS = frozenset(
    """
    and or to nor vs versus but as than from rather plus und oder bzw bis et ou y o oraz och og
    """.split()
)
# First and second parts that keep their hyphen.
COMPOUND_STARTS = frozenset(
    """
    cross self non domain human task post zero well multi two three four one single dual mixed
    semi pseudo anti low high long short large small real open close closed fine end state fact
    user vision decision knowledge token resource sentence machine encoder expert rule chain deep
    sequence agent entity aspect intra event gradient instance patient quality goal value video
    image query question answer document data model language word character text speech graph
    time cost case class context content feature label target source code tree full first
    second third half higher lower best black white top step side left right
    error free head life mid near few role information layer macro
    parameter trade gold coarse turn socio audio problem meta
    """.split()
)
COMPOUND_ENDS = frozenset(
    """
    based specific level resource art grained grain world shot aware quality domain augmented
    generated scale language context driven oriented intensive stage thought annotated guided
    answering free purpose conditioned following sensitive judge checking commerce term resourced
    trained training tuned tuning tune preserving enhanced independent dependent consuming
    switching hop assisted linguistic horizon ended adaptive focused editing policy critical
    reasoning autoregressive frequency shelf performance granularity vocabulary seeking roberta
    entropy informed derived stakes centered centric truth invariant embedding distillation start
    authored inspired friendly verification induced evolving theoretic symbolic loop loops taking
    specialized reflection readable curated attribute supervised agnostic related relevant
    weighted order class known written crafted labeled labelled defined designed making solving
    efficient effective dimensional end turn aligned grounded sequence constrained consistency
    translation style layer correction directional controlled score the of to
    """.split()
)
# Beginnings and ends of broken words that are no words themselves.
WORD_STARTS = frozenset(
    """
    con perfor demon experi chal gener evalua informa effec genera representa evalu knowl repre
    signifi struc rela mul transla fea outper effi infor annota docu seman opti consis capa classi
    detec computa classifica iden interac exten capabili architec identi impor indi conversa devel
    natu atten strate corre compre mea algo multilin mecha evi archi stan simi poten compo behav
    classifi distribu limita extrac comprehen conver summa investi sug specifi linguis substan
    condi incorpo diffi quali parame enti particu instruc accura objec solu senti func optimiza
    previ
    """.split()
)
WORD_ENDS = frozenset(
    """
    tion ing tions guage ly tive ments ment mance tional ty sults cal formance proach ture guages
    cally sion ence ity tic ness trieval soning tures proaches sive tween duce tation tems tively
    lation tial ation isting mation ferent ral lenges ple cial eration ical troduce sions bility
    ous ther tations ings ble mantic dence cantly cluding chine tiveness cessing lish fication
    gual tence ences dings niques guistic ally tences tection ization tention tual duces nificant
    ples ference ized bilities fective tured curacy lenge sentations derstanding sponses tings
    racy tionally ciency tives nificantly lenging tensive ically fectiveness provements provement
    taining plicit tential abling tics perimental beddings uation plications eral quires sentation
    rization tiple sponse tural pervised cially tially larity matic trastive quence lated hance
    resentations mization thermore cations sification hensive ates cific lection tant plexity
    pretability narios tilingual tently ities bedding tribution ditional tributes lations dation
    ysis plored bust prehensive ternal swer fectively swers iments velopment ducing strates
    forcement swering pabilities timodal portant ficient erence tained plied tical bustness
    quences gence tecture chitecture vestigate ticularly licly tains pression rithm rithms
    pretable cepts creasingly sulting jective nition sistency ficiency structions erated sistently
    ling ods lem lems ies ed er ers est ize izes able ism ist ists istic ary ory formances formed
    forms forming formations gorithm gorithms
    """.split()
)
