"""The language of a text: by its script, and among Latin ones by its frequent words."""

import re
from collections import Counter

from vectorstore.cleaning.language_tables import (
    LETTERS_OF,
    MARATHI_WORDS,
    NEPALI_WORDS,
    RUSSIAN_LETTERS,
    SCRIPTS,
    WORDS,
)

_MAX_CHARS = 2000
_LATIN = re.compile("[a-zA-Z\u00c0-\u024f\u1e00-\u1eff]+")
_OF_SCRIPT = {language: re.compile(f"[{letters}]") for language, letters in SCRIPTS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_LANGUAGES_OF = {
    word: [code for code, frequent in WORDS.items() if word in frequent]
    for word in frozenset().union(*WORDS.values())
}
# A character of Chinese is worth about three letters of Latin; abstracts name systems in Latin.
_WIDE = ("zh", "ja", "ko")
_WIDE_WEIGHT = 3
_MIN_LETTERS = 6
# Of a language's text a fifth or more are its frequent words; of another's hardly a twentieth.
_MIN_SHARE, _MIN_LEAD, _MIN_OWN_SHARE = 0.10, 1.25, 0.005


def language_of(text: str) -> str:
    """Return the ISO 639-1 code of the language most of `text` is in, or "" when unsure.

    Looks at the first 2,000 characters. A few words, such as most titles, are too little for
    languages that are written in Latin letters.
    """
    text = text[:_MAX_CHARS]
    letters = _letters(text)
    script, count = letters.most_common(1)[0]
    if count < _MIN_LETTERS or 2 * count < letters.total():
        return ""
    return _in_latin(text) if script == "latin" else _in_script(text, script, letters)


def _letters(text: str) -> Counter[str]:
    letters = Counter(latin=sum(map(len, _LATIN.findall(text))))
    if not text.isascii():
        for language, letter in _OF_SCRIPT.items():
            weight = _WIDE_WEIGHT if language in _WIDE else 1
            letters[language] = weight * len(letter.findall(text))
    if letters["ja"] * 10 > letters["zh"]:  # Japanese is written with Chinese characters too
        letters["ja"] += letters.pop("zh", 0) if letters["ja"] else 0
    return letters


def _in_script(text: str, script: str, letters: Counter[str]) -> str:
    for language, own in LETTERS_OF.get(script, {}).items():
        if sum(text.count(letter) for letter in own) > _MIN_OWN_SHARE * letters[script]:
            return language
    if script == "ru" and not any(letter in text for letter in RUSSIAN_LETTERS):
        return "bg" if letters["ru"] > 200 or "ъ" in text else ""
    return _in_devanagari(text) if script == "hi" else script


def _in_devanagari(text: str) -> str:
    words = text.split()
    for language, frequent in (("mr", MARATHI_WORDS), ("ne", NEPALI_WORDS)):
        if sum(word in frequent for word in words) * 12 > len(words):
            return language
    return "hi"


def _in_latin(text: str) -> str:
    words = Counter(_WORD.findall(text.lower()))
    hits = Counter(dict.fromkeys(WORDS, 0))
    for word in words.keys() & _LANGUAGES_OF.keys():
        for code in _LANGUAGES_OF[word]:
            hits[code] += words[word]
    (language, count), (_, second) = hits.most_common(2)
    is_sure = _has_two(words, WORDS[language]) and count >= _MIN_SHARE * words.total()
    return language if is_sure and count >= _MIN_LEAD * second else ""


def _has_two(words: Counter[str], frequent: frozenset[str]) -> bool:
    """Return whether two different ones of the frequent words occur, one longer than a letter."""
    found = [word for word in words if word in frequent]
    return len(found) > 1 and any(len(word) > 1 for word in found)
