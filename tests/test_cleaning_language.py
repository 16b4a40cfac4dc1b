"""The language of a text is told, or left open."""

import pytest

from vectorstore.cleaning import language_of

SENTENCES = {
    "en": [
        "We show that the model is better than all of its peers.",
        "Attention is all you need for the translation of text.",
    ],
    "de": [
        "In dieser Arbeit untersuchen wir, wie sich Sprachmodelle auf die Übersetzung auswirken.",
        "Wir stellen ein neues Verfahren für die automatische Zusammenfassung von Texten vor.",
    ],
    "fr": [
        "Dans cet article, nous présentons une méthode pour la traduction automatique des textes.",
        "Les résultats montrent que le modèle est plus efficace que les autres.",
    ],
    "es": [
        "En este trabajo presentamos un nuevo método para la traducción automática de textos.",
        "Los resultados muestran que el modelo es más eficaz que los demás.",
    ],
    "pt": [
        "Neste trabalho apresentamos um novo método para a tradução automática de textos.",
        "Os resultados mostram que o modelo é mais eficaz do que os outros.",
    ],
    "it": [
        "In questo lavoro presentiamo un nuovo metodo per la traduzione automatica dei testi.",
        "I risultati mostrano che il modello è più efficace degli altri.",
    ],
    "ca": [
        "En aquest treball presentem un mètode nou per a la traducció automàtica dels textos.",
        "Els resultats mostren que el model és més eficaç que els altres.",
    ],
    "nl": [
        "In dit artikel presenteren wij een nieuwe methode voor het vertalen van teksten.",
        "De resultaten laten zien dat het model beter is dan de andere modellen.",
    ],
    "pl": [
        "W artykule przedstawiono nową metodę tłumaczenia, która jest oparta na sieciach.",
        "Wyniki pokazują, że model nie jest gorszy od innych i może się uczyć.",
    ],
    "cs": [
        "V tomto článku představujeme novou metodu, která je založena na neuronových sítích.",
        "Výsledky ukazují, že model je lepší než ostatní, a to i pro malá data.",
    ],
    "sv": [
        "I denna artikel presenterar vi en ny metod för översättning av text som är snabb.",
        "Resultaten visar att modellen är bättre än de andra och inte för dyr.",
    ],
    "fi": [
        "Tässä työssä esitellään uusi menetelmä, joka on nopea ja tarkka.",
        "Tulokset osoittavat, että malli on parempi kuin muut, mutta se ei ole nopea.",
    ],
    "hu": [
        "Ebben a cikkben egy új módszert mutatunk be, amely a neurális hálókra épül.",
        "Az eredmények azt mutatják, hogy a modell jobb, és nem drága.",
    ],
    "ro": [
        "În această lucrare prezentăm o metodă nouă pentru traducerea automată a textelor.",
        "Rezultatele arată că modelul este mai bun și nu este scump.",
    ],
    "tr": [
        "Bu çalışmada metinlerin çevirisi için yeni bir yöntem ve sonuçları sunuyoruz.",
        "Sonuçlar, modelin daha iyi olduğu ve çok hızlı çalıştığı yönünde.",
    ],
    "id": [
        "Dalam penelitian ini kami menyajikan metode baru untuk penerjemahan teks yang cepat.",
        "Hasil ini menunjukkan bahwa model tersebut lebih baik dan tidak mahal.",
    ],
    "vi": [
        "Trong bài báo này, chúng tôi trình bày một phương pháp mới cho dịch máy.",
        "Kết quả cho thấy mô hình của chúng tôi là tốt hơn các mô hình khác.",
    ],
    "zh": [
        "本文提出了一种新的神经机器翻译方法 (BERT),效果优于 Transformer。",
        "我们研究大语言模型的可解释性。",
    ],
    "ja": [
        "本論文では、ニューラル機械翻訳の新しい手法を提案する。",
        "大規模言語モデルの解釈可能性を調べた。",
    ],
    "ko": [
        "본 논문에서는 신경망 기계 번역을 위한 새로운 방법을 제안한다.",
        "대규모 언어 모델의 해석 가능성을 연구하였다.",
    ],
    "ru": [
        "В этой работе мы предлагаем новый метод машинного перевода.",
        "Результаты показывают, что модель эффективнее других.",
    ],
    "uk": [
        "У цій роботі ми пропонуємо новий метод машинного перекладу.",
        "Результати показують, що модель є кращою за інші.",
    ],
    "ar": [
        "نقترح في هذا البحث طريقة جديدة للترجمة الآلية.",
        "تظهر النتائج أن النموذج أفضل من غيره.",
    ],
    "fa": [
        "در این مقاله روش جدیدی برای ترجمه ماشینی پیشنهاد می\u200cکنیم.",
        "نتایج نشان می\u200cدهد که این مدل بهتر است.",
    ],
    "he": [
        "במאמר זה אנו מציעים שיטה חדשה לתרגום מכונה.",
        "התוצאות מראות שהמודל טוב יותר.",
    ],
    "el": [
        "Σε αυτή την εργασία προτείνουμε μια νέα μέθοδο.",
        "Τα αποτελέσματα δείχνουν ότι το μοντέλο είναι καλύτερο.",
    ],
    "hi": [
        "इस शोधपत्र में हम मशीन अनुवाद की एक नई विधि प्रस्तुत करते हैं।",
        "परिणाम बताते हैं कि मॉडल बेहतर है।",
    ],
    "th": [
        "บทความนี้นำเสนอวิธีการใหม่สำหรับการแปลด้วยเครื่อง",
    ],
    "da": [
        "I denne artikel præsenterer vi en ny metode, som blev brugt til oversættelse af tekst.",
    ],
    "no": [
        "I denne artikkelen presenterer vi en ny metode som ble brukt til oversettelse av tekst.",
    ],
    "bg": [
        "В тази работа предлагаме нов метод за машинен превод, който е по-добър.",
    ],
    "ur": [
        "اس مقالے میں ہم مشینی ترجمے کا ایک نیا طریقہ پیش کرتے ہیں۔",
    ],
    "mr": [
        "या लेखात आम्ही भाषांतरासाठी एक नवीन पद्धत मांडली आहे आणि ती चांगली आहे.",
    ],
}
UNSURE = [
    "BERT GPT-4 T5",
    "",
    "42 + 1 = 43",
    "Neural machine translation",
    "x",
    "$E=mc^2$",
    "Word2Vec",
]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [(language, text) for language, texts in SENTENCES.items() for text in texts],
)
def test_a_sentence_tells_its_language(language: str, sentence: str) -> None:
    assert language_of(sentence) == language


@pytest.mark.parametrize("text", UNSURE)
def test_too_little_tells_none(text: str) -> None:
    assert language_of(text) == ""


def test_close_languages_are_told_apart_or_left_open() -> None:
    assert language_of("Resultatene viser at modellen er bedre enn de andre.") in {"", "no"}
    assert language_of("Resultaterne viser, at modellen er bedre end de andre.") in {"", "da"}


def test_names_in_latin_letters_make_no_chinese_abstract_english() -> None:
    text = "本文提出了一种基于 Transformer 和 BERT 的神经机器翻译方法，在 WMT 2019 上优于 GPT。"
    assert language_of(text) == "zh"
