"""Typed words in a language that the pack lacks: one line in it above the answer, and the card where there is danger."""

from __future__ import annotations

import pytest

from bot.book import Edition
from bot.engine import Alert, Typed, World, step
from bot.find import Finder, Heard, build_finder

SENTENCES = {
    "fr": "je ne sais pas quoi faire, le client ne veut pas payer et je suis seule",
    "pt": "não sei o que fazer, o cliente não quer pagar e eu estou sozinha aqui",
    "it": "non so cosa fare, il cliente non vuole pagare e sono da sola qui",
    "de": "ich weiß nicht was ich machen soll, der Kunde will nicht zahlen",
    "ro": "nu știu ce să fac, clientul nu vrea să plătească și sunt singură",
    "ru": "я не знаю что делать, клиент не хочет платить",
    "uk": "я не знаю що робити, клієнт не хоче платити і я сама",
    "zh": "我不知道该怎么办，客人不肯付钱",
    "ar": "لا أعرف ماذا أفعل، الزبون لا يريد أن يدفع",
    "tr": "ne yapacağımı bilmiyorum, müşteri para vermek istemiyor ve yalnızım",
    "nl": "ik weet niet wat ik moet doen, de klant wil niet betalen en ik ben alleen",
    "th": "ฉันไม่รู้จะทำอย่างไร ลูกค้าไม่ยอมจ่ายเงิน",
    "hi": "मुझे नहीं पता क्या करूँ, ग्राहक पैसे नहीं दे रहा",
    "el": "δεν ξέρω τι να κάνω, ο πελάτης δεν θέλει να πληρώσει",
    "ja": "どうしたらいいかわかりません、お客さんがお金を払ってくれません",
    "ko": "어떻게 해야 할지 모르겠어요, 손님이 돈을 안 줘요",
    "tl": "hindi ko alam ang gagawin ko, ayaw magbayad ng kliyente at mag-isa lang ako",
}


@pytest.fixture(scope="module")
def finder(edition: Edition) -> Finder:
    """The finder of the pack that ships."""
    return build_finder(edition)


def above(world: World, text: str, language: str = "en") -> list[str]:
    """The lines above the answer to typed words."""
    begun = step(world, "", Typed("hello")) if language == "en" else step(world, "", Typed("hola que tal"))
    turn = step(world, begun.token, Typed(text))
    return [effect.text for effect in turn.effects if isinstance(effect, Alert)]


@pytest.mark.parametrize("language", SENTENCES)
def test_a_line_in_their_language(edition: Edition, finder: Finder, language: str) -> None:
    """Heard by the real finder; it names the languages that there are and the button for emergencies."""
    (line,) = above(World(edition, finder.listen), SENTENCES[language])
    assert line == edition.flows.foreign[language].replace("{languages}", "English, Español").replace("{urgent}", "Urgent")


def test_english_and_spanish_get_no_line(edition: Edition, finder: Finder) -> None:
    """Slang and short words neither."""
    world = World(edition, finder.listen)
    for words in ("my client wont pay me", "el cliente no me quiere pagar", "help", "ayuda porfa", "wtf do i do"):
        assert above(world, words) == []


def test_the_card_comes_in_the_language_of_the_talk_with_the_line_above(edition: Edition) -> None:
    """Danger heard in another language."""
    world = World(
        edition, lambda _text, language: Heard("sure", emergency="seizure", danger="now", language=language, foreign="fr")
    )
    turn = step(world, "", Typed("il fait une crise"))
    assert turn.screen.step == "found.card"
    line = next(effect.text for effect in turn.effects if isinstance(effect, Alert))
    assert line.startswith("Je parle seulement English")


def test_a_language_without_a_line_is_answered_all_the_same(edition: Edition) -> None:
    """And no riddle stands above."""
    world = World(edition, lambda _text, language: Heard("unsure", language=language, foreign="ka"))
    assert not [effect for effect in step(world, "", Typed("x")).effects if isinstance(effect, Alert)]
