"""Scripts and frequent words of languages, as data."""

# Codes are ISO 639-1. Ranges of letters, and the language that nearly all text in them is.
SCRIPTS = {
    "ko": "\uac00-\ud7af\u1100-\u11ff",
    "ja": "\u3040-\u30ff",
    "zh": "\u3400-\u4dbf\u4e00-\u9fff",
    "ru": "\u0400-\u04ff",
    "ar": "\u0600-\u06ff",
    "he": "\u0590-\u05ff",
    "el": "\u0370-\u03ff",
    "hi": "\u0900-\u097f",
    "bn": "\u0980-\u09ff",
    "pa": "\u0a00-\u0a7f",
    "gu": "\u0a80-\u0aff",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "kn": "\u0c80-\u0cff",
    "ml": "\u0d00-\u0d7f",
    "si": "\u0d80-\u0dff",
    "th": "\u0e00-\u0e7f",
    "lo": "\u0e80-\u0eff",
    "bo": "\u0f00-\u0fff",
    "my": "\u1000-\u109f",
    "ka": "\u10a0-\u10ff",
    "am": "\u1200-\u137f",
    "km": "\u1780-\u17ff",
    "hy": "\u0530-\u058f",
}
# Letters that tell a language from the first one of its script, the rarer language first.
LETTERS_OF = {
    "ru": {"kk": "әғқңөұһ", "be": "ў", "uk": "іїєґ", "mk": "ѓќѕ", "sr": "ђћјљњџ"},
    "ar": {"ur": "ٹڈڑےں", "fa": "پچژگکی"},
}
# Bulgarian has no letter of its own; Russian has three that it lacks.
RUSSIAN_LETTERS = "ыэё"
MARATHI_WORDS = frozenset("आहे आणि आहेत मध्ये व या".split())
NEPALI_WORDS = frozenset("छ छन् र गर्न को मा".split())

WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": """a the of and to in is that for we with as are this by on from which our it an be
            can these have has not or at their how using than between both its into via you all do
            does what when but more through without no i one their was were will should""",
        "de": """der die das und ist von den mit für auf ein eine im zu wird werden dem des nicht
            sich als auch wir es aus bei einer durch oder sind wie zur einen zum diese dass""",
        "fr": """le la les des et est une du dans pour que qui par sur au nous avec cette sont aux
            ces ce en plus ou il ne se pas être entre comme leur leurs d l un""",
        "es": """el la los las de y en que es un una para con por se del al como su más este esta
            son lo sus entre o también ha nos desde sobre e""",
        "pt": """o os a as de e em que é um uma para com por se do da no na dos das ao mais como
            este esta são não entre também foi ou neste nesta sobre""",
        "it": """il lo la gli le di e è un una per con che del della dei delle nel nella al sono
            da come questo questa si più tra anche ed ai dal degli""",
        "ca": """el la els les de i en que és un una per amb del al dels com aquest aquesta més
            són entre també ha s l d ens però""",
        "nl": """de het een en van in is dat op te met voor zijn die wordt aan als door niet ook
            worden bij deze uit naar we of dit tot hebben""",
        "pl": """i w na z do się jest że dla oraz nie o po przez od są jak to ze który która które
            w tym artykule praca wyniki lub może""",
        "cs": """a v na se je že s z do pro jsou o k jako jsme za od při která který nebo tato
            tento byl také i by není""",
        "sk": """a v na sa je že s z do pre sú o k ako sme za od pri ktorá ktorý alebo táto tento
            bol aj nie""",
        "sv": """och i att det som en på är av för med den till inte om ett har de vi kan från
            eller denna även mellan vid""",
        "da": """og i at det som en på er af for med den til ikke om et har de vi kan fra eller
            denne også mellem ved blev""",
        "no": """og i å at det som en på er av for med den til ikke om et har de vi kan fra eller
            denne også mellom ved ble""",
        "fi": """ja on ei että se joka ovat tai kun myös sekä mutta voidaan tässä tämä niin kuin
            oli sen ne olla tutkimuksessa""",
        "et": """ja on ei et see mis kui ka või selle nii kuid töös oma ning saab""",
        "hu": """a az és hogy nem egy is ezt ez meg van de mint vagy csak amely kell ki el már
            volt lehet között""",
        "ro": """și în de la a cu pe pentru este din sunt că o un care mai ce prin nu se sau ale
            al fi această""",
        "tr": """ve bir bu için ile olarak da de olan en çok daha gibi ya sonra ise kadar
            çalışmada üzerinde olduğu""",
        "id": """yang dan di dengan untuk dari ini pada dalam adalah tidak itu ke dapat atau oleh
            akan juga telah penelitian kami""",
        "vi": """và của là có trong được cho các một với những không này để từ đã về trên chúng
            tôi như""",
        "hr": """i u na je da se za od su s koji koja kao ili ne biti iz te što rad ovaj""",
        "lt": """ir yra kad su iš į tai kaip bei ar buvo šiame darbe bet""",
        "lv": """un ir ar no kā par lai tiek šajā darbā bet vai""",
        "eu": """eta da du bat dira ere ez dute honetan lan""",
        "ga": """agus an na ar le go tá is i bhfuil leis seo don""",
        "cy": """y yr a i yn o ar mae ac gan hwn fel eu""",
        "la": """et est ad ut cum sunt quod ex quae""",
    }.items()
}
