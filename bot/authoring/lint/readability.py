"""How hard a text is to read: Flesch-Kincaid grade for English, the INFLESZ scale (Szigriszt-Pazos) for Spanish.

Both count words, sentences and syllables. Syllables are counted by rules, so a figure is an estimate: compare texts by it,
do not quote it to a decimal.
"""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SENTENCE = re.compile(r"[.!?:;…]+(?=\s|$)|\n+")
_MARKS = re.compile(r"\*\*|\{[^}]*\}|\]\([^)]*\)|\[")


def _plain(text: str) -> str:
    return _MARKS.sub("", text)


def _syllables_en(word: str) -> int:
    word = re.sub(r"[^a-z]", "", word.lower())
    if len(word) <= 3:
        return 1
    word = re.sub(r"(?:[^laeiouy]es|[^laeiouytd]ed|[^laeiouy]e)$", lambda m: m.group()[0], word)
    return max(1, len(re.findall(r"[aeiouy]+", word)))


def _syllables_es(word: str) -> int:
    word = word.lower()
    word = re.sub(r"qu|gu(?=[eiéí])", "k", word)
    count, previous_weak, previous_vowel = 0, False, False
    for letter in word:
        strong, weak = letter in "aeoáéóíú", letter in "iuü" or (letter == "y" and previous_vowel)
        if strong or weak:
            joined = previous_vowel and (weak or previous_weak) and letter not in "íú"
            count += 0 if joined else 1
            previous_vowel, previous_weak = True, weak
        else:
            previous_vowel = previous_weak = False
    return max(1, count)


def counts(text: str, language: str) -> tuple[int, int, int]:
    """Words, sentences and syllables of `text` (markup left out). At least one of each."""
    plain = _plain(text)
    words = _WORD.findall(plain)
    sentences = [part for part in _SENTENCE.split(plain) if _WORD.search(part)]
    count = _syllables_es if language == "es" else _syllables_en
    return max(1, len(words)), max(1, len(sentences)), max(1, sum(map(count, words)))


def grade_en(text: str) -> float:
    """US school grade (Kincaid et al. 1975): 6 is plain, 9 is the most that any text here may be."""
    words, sentences, syllables = counts(text, "en")
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def inflesz_es(text: str) -> float:
    """INFLESZ score (Barrio-Cantalejo 2008): 65 and up is "bastante fácil", 55 to 65 "normal", under 40 "muy difícil"."""
    words, sentences, syllables = counts(text, "es")
    return 206.835 - 62.3 * syllables / words - words / sentences
