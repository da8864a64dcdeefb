"""Foreign languages: which one a message is in where the pack does not have it, by its script and by small frequent words.

Unsure is "": English and Spanish, slang, names and one-word messages are never called foreign for a word or two.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from bot.find.language_id import LanguageId

LONGEST: Final = 600
"""Characters of a message that are looked at."""
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS: Final = {
    "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "THAI": "th", "HEBREW": "he", "GREEK": "el", "DEVANAGARI": "hi",
    "BENGALI": "bn", "TAMIL": "ta", "TELUGU": "te", "GEORGIAN": "ka", "ARMENIAN": "hy", "ETHIOPIC": "am", "KHMER": "km",
    "LAO": "lo", "MYANMAR": "my", "GURMUKHI": "pa", "GUJARATI": "gu", "MALAYALAM": "ml", "SINHALA": "si", "KANNADA": "kn",
    "CJK": "zh", "CYRILLIC": "ru", "ARABIC": "ar",
}  # fmt: skip
_CYRILLIC = (("uk", "іїєґ"), ("ru", "ыэё"), ("sr", "ђћљњџј"), ("bg", "ъ"))
_ARABIC = (("ur", "ٹڈڑںے"), ("fa", "پچژگ"))
_LETTERS: Final = {
    "fr": "œçêèùâîûëà", "pt": "ãõçâêô", "de": "ßäöü", "ro": "ăâîșțşţ", "tr": "şğıçöü", "pl": "łąęśżźćń", "hu": "őűáéöü",
    "vi": "đơưạảấầẩậắằặẹẻẽếềểệọỏốồổộớờởợụủứừửựỳỵỷỹ", "cs": "ěščřžůť", "it": "èìòùà", "sq": "ëç",
}  # fmt: skip
"""Letters that these languages use, and English and Spanish do not."""
_TELLING: Final = {
    "pt": "ãõ", "de": "ßä", "ro": "ășțţ", "tr": "ğış", "pl": "łąęśżźć", "hu": "őű",
    "vi": "đơưạảấầẩậắằặẹẻẽếềểệọỏốồổộớờởợụủứừửựỳỵỷỹ",
    "cs": "ěřžů", "fr": "œêèù",
}  # fmt: skip
"""Letters of which one word is enough to speak for its language."""
_WORDS: Final[dict[str, str]] = {
    "fr": """je j tu il elle nous vous ils elles est suis sont etes ai avez avoir et ou où le les une des du au aux ce
        cette ces mon ma mes ton ta tes sa ses ne pas plus rien jamais que qui quoi quand comment pourquoi dans sur
        avec sans pour chez besoin aide aidez peux peut veux veut faire fait dois doit bonjour merci oui non police
        femme homme quelqu quelque qque sais sait vais va avocat medecin hier demain maintenant encore toujours peur
        mal tout tous tres trop parle parlez anglais francais etre été ete depuis apres avant parce comme mais aussi
        moi toi lui leur cherche travail travaille argent client prix jsuis jpeux jsais chui pk pkoi bcp stp svp ça ca
        vient viens dit saigne respire""",
    "pt": """eu voce vc vcs voces ele ela nos eles elas sou esta estou tou to ta sao somos nao não um uma uns umas dos das
        do da no na nos nas ao aos os com sem para pra pro por pelo pela meu minha meus minhas seu sua dele dela isso
        isto aquilo esse essa que quem qual quando onde como porque pq mas tambem muito muita mais ja ainda agora hoje
        ontem amanha fazer faz fazendo tem tenho ter tinha preciso precisa posso pode quero quer ajuda ajudar obrigado
        obrigada oi olá bom dia noite gente alguem ninguem tudo nada coisa homem mulher policia medo dinheiro cliente
        advogado medico trabalho trabalhar ficar foi fui vou vai vem cara ate depois antes so sangrando respirando
        camisinha remedio""",
    "it": """io tu lui lei noi voi loro sono sei siamo siete ho hai ha abbiamo avete hanno il lo gli le un una uno di del
        della dei delle da dal nel nella con senza per mio mia miei mie tuo tua suo sua non che chi cosa quando dove
        come perche perché ma anche molto più piu gia già ancora adesso ora oggi ieri domani fare faccio fatto posso
        puo può voglio vuole devo bisogno aiuto aiutami ciao grazie buongiorno qualcuno nessuno tutto niente uomo
        donna polizia paura soldi cliente avvocato medico lavoro lavorare questo questa quello quella sto sta stai
        stanno va vado sangue respira dopo prima sempre mai casa cerco""",
    "de": """ich du er sie es wir ihr bin bist ist sind seid habe hab hast hat haben und oder der die das den dem des ein
        eine einen einem einer mein meine meinen dein deine sein seine nicht kein keine keinen was wer wie wo wann
        warum weil aber auch sehr mehr schon noch jetzt heute gestern morgen mit ohne für fur fuer von zu zum zur bei
        nach auf aus im in an kann kannst konnen können muss will möchte mochte brauche hilfe bitte danke hallo ja
        nein jemand niemand alles nichts mann frau polizei angst geld kunde anwalt arzt arbeit arbeiten machen macht
        mach wenn dann dass mich mir dich dir ihn ihm uns blutet atmet krank gibt""",
    "ro": """eu tu el ea noi voi ei ele sunt esti este suntem am ai are avem aveti au si sau un o unei niste cu fara fără
        pentru la in în din pe de mea meu mei mele ta tau tău lui ei nu da ce cine cum unde cand când de dar foarte
        mai deja acum azi ieri maine mâine face fac facut pot poate vreau vrea trebuie nevoie ajutor ajuta ajutati
        buna bună salut multumesc mulțumesc cineva nimeni tot nimic barbat bărbat femeie politia poliția politie frica
        bani client clientul avocat doctor munca lucrez imi îmi iti îți ii îi ma mă te se sa să ca că asta asa așa
        dupa după inainte vorbesc ati sînt sant respira sangereaza""",
    "tr": """ben sen o biz siz onlar benim senin onun bir bu şu su ve veya ile için icin değil degil yok var mi mı mu mü ne
        kim nasıl nasil nerede zaman neden çünkü cunku ama çok cok daha şimdi simdi bugün bugun dün yarın yarin yapmak
        yapıyor istiyorum lazım lazim yardım yardim lütfen lutfen teşekkürler merhaba selam evet hayır hayir biri
        kimse hepsi şey sey adam kadın kadin polis korkuyorum para müşteri musteri avukat doktor iş calisiyorum
        çalışıyorum bana beni sana onu bize gibi kadar sonra önce nefes kan ediyor edin oldu olur misin miyim musun
        nerde gel geldi""",
    "pl": """ja ty on ona my wy oni jest jestem są sa mam masz ma mamy nie tak co kto jak gdzie kiedy dlaczego ale też tez
        bardzo już juz teraz dziś dzis wczoraj jutro z ze bez dla do od na w po przez moja mój moj moje się sie mnie
        mi cię go jej może moze mogę moge chcę chce muszę musze potrzebuję potrzebuje pomoc pomocy proszę prosze
        dziękuję cześć dzień ktoś nikt wszystko nic mężczyzna kobieta policja policji boję boje pieniądze klient
        klienta prawnik lekarz praca pracuję oddycha krwawi czy""",
    "nl": """ik jij je hij zij wij jullie ben bent is zijn heb hebt heeft hebben en of de het een mijn jouw niet geen wat
        wie hoe waar wanneer waarom maar ook heel meer al nog nu vandaag gisteren morgen met zonder voor van naar bij
        op uit kan kun moet wil nodig hulp alsjeblieft bedankt hallo ja nee iemand niemand alles niets man vrouw
        politie bang geld klant advocaat dokter werk werken maken doen dit dat deze die hem haar ons""",
    "hu": """én en te ő mi ti ők vagyok vagy van vannak nem igen egy az és es vagy de is mit ki hogyan hol mikor miért
        miert mert nagyon már mar most ma tegnap holnap nélkül kell lehet akarok segítség segitseg segítsen kérem
        köszönöm szia helló valaki senki minden semmi férfi nő rendőrség félek felek pénz ügyvéd orvos munka dolgozom
        nincs ez azt ezt engem nekem hogy""",
    "vi": """tôi toi bạn ban anh em chị chi là la không khong có co và va của cua cho với voi này nay đó đang dang bị bi
        được duoc giúp giup cần can ở người nguoi gì gi sao thế the nào nao rồi roi tiền tien khách cảnh sát luật""",
    "tl": """ako ikaw siya kami tayo kayo sila ang ng mga sa na at ay hindi wala may meron po opo oo ano sino paano saan
        kailan bakit kasi pero din rin lang ngayon kahapon bukas kailangan tulong tulungan salamat kumusta gusto ko mo
        niya namin natin nila takot pera pulis abogado trabaho""",
    "en": """i im you your youre he hes she shes it its we they them him her me my mine our the a an and or but not no yes
        do does did dont didnt is are was were be been am have has had can cant could will wont would should what who
        where when why how which that this these those there here to of in on at for from with without by about if
        then than so too very just need want help please thanks hello hi hey get got go going know think feel say said
        tell ask call come take make find some someone any nobody all nothing now today night day time man woman cop
        cops police money work working client guy after before again still out up down off u ur r n im ive gonna wanna""",
    "es": """yo tu tú el él ella nosotros ustedes ellos ellas soy eres es somos son estoy esta está estas estan están y o u
        e los las la lo un una unos unas del al de en con sin para por mi mis su sus te se me nos le les no si sí que
        qué quien quién cual cuando cuándo donde dónde como cómo porque pero tambien también muy mas más ya todavia
        ahora hoy ayer mañana hacer hago hace hizo tengo tiene tienes tener necesito puedo puede quiero quiere ayuda
        ayudar gracias hola buenas alguien nadie todo nada cosa hombre mujer policia policía miedo dinero cliente
        abogado medico trabajo trabajar fue fui voy va vas viene hay he ha han sobre entre hasta desde despues antes q
        k xq pq x d toy ta pa""",
}
_LISTS: Final = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_LEARNED: Final = ("de", "fr", "it", "pt", "ro", "tr")
"""Languages whose runs of letters are learned: those in Latin letters of which the pack has examples."""
_CLEARLY: Final = 6.0
"""How much likelier (as a natural logarithm) one of them must be than the pack's own languages."""
_FEW: Final = 3
"""Of fewer words one must be written down for a language that is told by its runs of letters: so are the names of towns."""
_OWN: Final = 4.0
"""Words that must speak for English or Spanish, and twice as many as for another, so that runs of letters are not asked."""
_FEWEST: Final = 2.0
"""Words that must speak for a language, and by how many more than for English or Spanish."""


class ForeignId:
    """Tells the language of a message that the pack does not have: script and small words first, then runs of letters, learned
    from the pack's examples in other languages."""

    def __init__(self, languages: Collection[str], texts: Iterable[tuple[str, str]]) -> None:
        """`languages`: the pack's. `texts`: sentences of the pack, each with its language."""
        self._own = frozenset(languages)
        written: dict[str, list[str]] = {language: [] for language in (*languages, *_LEARNED)}
        for language, text in texts:
            if language in written:
                written[language] += words_of(text)
        for language, small in _LISTS.items():
            if written.get(language):
                written[language] += [*small, *small]
        self._runs = LanguageId({language: words for language, words in written.items() if words})

    def of(self, text: str) -> str:
        """The code of the language that `text` is in where that is clear and the pack does not have it; else ""."""
        words = words_of(text)
        if not words:
            return ""
        found = _by_script(words)
        if found is None:
            found, own = _by_words(words)
            if not found and not own:
                found = self._by_runs(words)
        return "" if found in self._own else found

    def _by_runs(self, words: Sequence[str]) -> str:
        weights = [weight for word in words if (weight := self._runs.weigh(word))]
        scores = dict(zip(self._runs.languages, map(sum, zip(*weights, strict=True)), strict=False))
        ours = [score for language, score in scores.items() if language in self._own]
        others = [language for language in scores if language not in self._own]
        if not ours or not others:
            return ""
        best = max(others, key=scores.__getitem__)
        if len(words) < _FEW and _LISTS[best].isdisjoint(words):
            return ""  # a name, or a word of a language that nobody wrote down
        return best if scores[best] - max(ours) >= _CLEARLY else ""


def words_of(text: str) -> list[str]:
    """The words of a message in small letters, accents kept."""
    return _WORD.findall(unicodedata.normalize("NFC", text[:LONGEST].casefold()))


def _by_script(words: Collection[str]) -> str | None:
    """The language of a script that is not Latin, "" where letters are mixed; None where most are Latin."""
    letters = "".join(words)
    scripts: Counter[str] = Counter()
    for letter in letters:
        if not letter.isascii():
            scripts[unicodedata.name(letter, "?").split()[0]] += 1
    known = {name: count for name, count in scripts.items() if name in _SCRIPTS}
    if sum(known.values()) * 2 <= len(letters):
        return None
    if "HIRAGANA" in known or "KATAKANA" in known:
        return "ja"
    script = max(known, key=lambda name: known[name])
    rules = _CYRILLIC if script == "CYRILLIC" else _ARABIC if script == "ARABIC" else ()
    return next((language for language, signs in rules if any(sign in letters for sign in signs)), _SCRIPTS[script])


def _by_words(words: Collection[str]) -> tuple[str, bool]:
    """The language whose small words a message holds, "" where that is not clear; and whether English or Spanish clearly is."""
    scores = dict.fromkeys((*_LISTS, *_LETTERS), 0.0)
    telling: set[str] = set()
    for word in words:
        among = [language for language, known in _LISTS.items() if word in known]
        for language in among:
            scores[language] += 1.0 / len(among) ** 0.5
        if word.isascii():
            continue  # no letter of it is of one language alone
        for language, letters in _TELLING.items():
            if any(letter in letters for letter in word):
                telling.add(language)
                scores[language] += 1.0
        if not among:
            for language, letters in _LETTERS.items():
                scores[language] += 0.5 * any(letter in letters for letter in word)
    ours = max(scores.pop("en"), scores.pop("es"))
    order = sorted(scores, key=lambda language: (-scores[language], language))
    first = order[0]
    enough = _FEWEST if first not in telling else 1.0
    clear = scores[first] >= max(enough, ours + 0.5) and scores[first] > scores[order[1]]
    own = ours >= _OWN and ours >= 2 * scores[first]
    return (first if clear and scores[first] >= 0.25 * len(words) else ""), own
