"""Every code that reading itself gives, each with an example: files that do not become what they should be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.authoring.lint.rule import FLOW_FILE, REFERRAL_FILE, TIP_FILE, flow_file, referral_file, tip_file
from bot.book import LINK, MAX_BYTES, MAX_DEPTH, MAX_VALUES


@dataclass(frozen=True, slots=True)
class ReadingCode:
    """A code of reading. `fails`: files that, added to a good pack, show it (None takes one away); `line`: where in the first."""

    code: str
    about: str
    fails: Mapping[str, str | bytes | None]
    line: int


def _tip(old: str, new: str) -> dict[str, str]:
    """The sample topic with words replaced."""
    text = tip_file()[TIP_FILE]
    if old not in text:
        raise ValueError(f"the sample topic has no {old!r}")
    return {TIP_FILE: text.replace(old, new, 1)}


def _place(name: str, parent: str) -> tuple[str, str]:
    text = f"place: {name}\nlevel: city\nparent: {parent}\nname: {{en: Sample, es: Muestra}}\n"
    return f"content/places/{name}/place.yaml", text


def _emergency(numbers: str) -> dict[str, str]:
    """A place with numbers of its own."""
    path, text = _place("us-sample", "us")
    return {path: f"{text}emergency:\n{numbers}", **{name: text for name, text in referral_file().items() if "sources" in name}}


def _episode(steps: int) -> dict[str, str]:
    """A hard day of so many steps."""
    head = "episode: sample-episode\narea: wellbeing\ntitle: {en: One, es: Uno}\nopens: {en: One, es: Uno}\n"
    head += "topics: [grounding]\nsteps:\n"
    step = "  - step: s{}\n    title: {{en: One, es: Uno}}\n    text: {{en: One, es: Uno}}\n    status: support\n"
    review = "review: {checked: 2026-11-01, by: seed-pack, every: 180d}\n"
    return {"content/episodes/sample-episode.yaml": head + "".join(step.format(number) for number in range(steps)) + review}


_TEXT = '      en: "A short tip."'
_NONE = "content/find/sample.yaml"
_SIGNS = "content/find/danger.fr.yaml"
_LINKS = "content/links.yaml"
_HIDDEN = _tip("urgency: everyday", "urgency: emergency\ncard: ghb")
_TRANSLATION = """topic: sample-topic
language: fr
tips:
  only:
    text: "Un petit conseil."
    of: "00000000"
"""
_FIELDS = """fields:
  aims:
    options:
      safer: 1
      change: NUMBER
"""


def _yaml() -> Iterator[ReadingCode]:
    yield ReadingCode(
        "CODE-SPEAKS", "a card's code that says what it opens", {_LINKS: "links:\n  - code: en\n    language: en\n"}, 2
    )
    two = "links:\n  - code: k7\n    topic: pep\n    flow: agency\n"
    yield ReadingCode("LINK-TWO", "a card's code that opens two pages", {_LINKS: two}, 2)
    yield ReadingCode("YAML", "a line that is no YAML", _tip(_TEXT, "      en: Look: it is short."), 12)
    yield ReadingCode("YAML-ALIAS", "a word that begins with *", _tip("for: [all]", "for: *all"), 10)
    yield ReadingCode("YAML-ANCHOR", "a word that begins with &", _tip("status: support", "status: &one support"), 14)
    yield ReadingCode("YAML-DEPTH", f"lists or fields over {MAX_DEPTH} levels deep", {_NONE: "[" * (MAX_DEPTH + 1)}, 1)
    yield ReadingCode("YAML-DOCUMENTS", "a second document in one file", _tip("tips:", "---\ntips:"), 8)
    yield ReadingCode("YAML-FLOW", "a sentence in [ ] or { } without quotes", _tip('["sample question"]', "[sample question]"), 6)
    yield ReadingCode("YAML-HASH", "a # that would cut a text off", _tip("area: wellbeing", "area: wellbeing # ours"), 2)
    yield ReadingCode("YAML-KEY", "a field name that is a list", _tip("area: wellbeing", "? [area]\n: wellbeing"), 2)
    yield ReadingCode(
        "YAML-SIZE", f"more than {MAX_VALUES:,} values in one file", {_NONE: "- a\n" * (MAX_VALUES + 1)}, MAX_VALUES
    )
    yield ReadingCode("YAML-SPACE", "a special space at the start of a line", _tip("area: wellbeing", "\u00a0area: wellbeing"), 2)
    yield ReadingCode("YAML-TAB", "a tab where two spaces belong", _tip("    for: [all]", "\tfor: [all]"), 10)
    yield ReadingCode("YAML-TAG", "a word that begins with !", _tip("status: support", "status: !!str support"), 14)
    yield ReadingCode("YAML-TWICE", "a field written twice", _tip("area: wellbeing", "area: wellbeing\ntopic: sample-topic"), 3)


def _files() -> Iterator[ReadingCode]:
    yield ReadingCode("FILE-MISSING", "a file that every pack needs", {"content/words.yaml": None}, 1)
    yield ReadingCode("FILE-PLACE", "a file where nothing is read", {"content/stray/sample.yaml": "topic: sample-topic\n"}, 1)
    sign = {_SIGNS: "danger: fr\nsigns:\n  one:\n    - (blood\n"}
    yield ReadingCode("SIGN-PATTERN", "a sign of danger whose pattern cannot be read", sign, 4)
    yield ReadingCode("FILE-SIZE", f"a file over {MAX_BYTES // 1024} KB", {_NONE: "# " + "x" * MAX_BYTES}, 1)
    yield ReadingCode("FILE-UTF8", "a file that is not UTF-8 text", {_NONE: "kinds: más\n".encode("latin-1")}, 1)
    yield ReadingCode(
        "HIDDEN", "a character that cannot be seen, typed or as an escape", _tip(_TEXT, '      en: "A short\u200b tip."'), 12
    )
    yield ReadingCode("LINK", "a link (symlink) in the place of a file or folder", {"content/sample": LINK}, 1)
    beside = {TIP_FILE.replace(".yaml", ".fr.yaml"): _TRANSLATION, **tip_file()}
    yield ReadingCode("TRANSLATION-OPEN", "a translation with texts that are still to do", beside, 2)
    unknown = _TRANSLATION.replace("only:", "olny:")
    yield ReadingCode("TRANSLATION-UNKNOWN", "a translation of something that the file does not have",
               {TIP_FILE.replace(".yaml", ".fr.yaml"): unknown, **tip_file()}, 4)  # fmt: skip
    yield ReadingCode("TRANSLATION-OLD", "a translation that is older than its text",
               {TIP_FILE.replace(".yaml", ".fr.yaml"): _TRANSLATION, **tip_file()}, 5)  # fmt: skip


def _shapes() -> Iterator[ReadingCode]:
    yield ReadingCode(
        "CHOICE-UNKNOWN", "a word that is not one of those allowed", _tip("urgency: everyday", "urgency: sometime"), 3
    )
    yield ReadingCode("FIELD-MISSING", "a field that is missing", _tip("    status: support\n", ""), 9)
    yield ReadingCode("FIELD-UNKNOWN", "a field that is not known here", _tip("urgency:", "urgancy:"), 3)
    yield ReadingCode("LIST-SHORT", "a list with too few entries", _tip("for: [all]", "for: []"), 10)
    yield ReadingCode(
        "SHAPE",
        "a number, code or amount of another form",
        _tip("    status: support\n", "    clock: {within: soon}\n    status: support\n"),
        14,
    )
    yield ReadingCode("TEXT-LONG", "a text that is too long", _tip("{en: Sample,", f'{{en: "{"long " * 25}",'), 4)
    yield ReadingCode("TEXT-SHORT", "a text that is too short", _tip("{en: Sample,", '{en: "",'), 4)
    yield ReadingCode("TYPE-DATE", "something else where a date is needed", _tip("checked: 2026-11-01", "checked: today"), 15)
    yield ReadingCode("TYPE-FIELDS", "something else where fields are needed", _tip("{en: Sample, es: Muestra}", "Sample"), 4)
    yield ReadingCode("TYPE-LIST", "something else where a list is needed", _tip("for: [all]", "for: all"), 10)
    yield ReadingCode("TYPE-NUMBER", "something else where a whole number is needed",
               {"flows/fields.yaml": _FIELDS.replace("NUMBER", "two")}, 5)  # fmt: skip
    yield ReadingCode(
        "TYPE-TEXT", "a list or fields where a text is needed", referral_file("name: Sample Help", "name: [Sample]"), 2
    )
    yield ReadingCode("TYPE-YESNO", "something else than true or false", _tip("tips:", "guarded: maybe\ntips:"), 8)
    yield ReadingCode("VALUE", "a value that makes no sense here", _tip(_TEXT, '      en: "  "'), 12)


def _across() -> Iterator[ReadingCode]:
    sms = '\n    sms: "+18777762004"\n    verified'
    number = "    source: sample-source\n    on: 2026-11-01\n    status: read\n"
    yield ReadingCode("SHAPE-OLD", "fields of before, which others have replaced",
               _emergency("  general:\n    number: 911\n" + number + "  note: {en: \"Ask.\", es: \"Pide.\"}\n"), 5)  # fmt: skip
    partial = '  general:\n    number: 131\n    reaches: [ambulance]\n    answers: {en: "Staff.", es: "Personal."}\n'
    yield ReadingCode("NUMBER-PARTIAL", "a general number that does not reach every service", _emergency(partial + number), 8)
    yield ReadingCode("CARD-MISSING", "an emergency topic without its card", _tip("urgency: everyday", "urgency: emergency"), 1)
    yield ReadingCode("CONTACT-ONE", "a contact that is not exactly one way", referral_file("\n    verified", sms), 10)
    yield ReadingCode("EPISODE-LONG", "a hard day of more steps than anybody walks", _episode(steps=13), 6)
    yield ReadingCode("HIDE-EMERGENCY", "a place that hides a tip of an emergency",
               {"content/places/world/topics/sample-topic.yaml": "topic: sample-topic\nhide: [only]\n"
                "review: {checked: 2026-11-01, by: seed-pack, every: 180d}\n", **_HIDDEN}, 2)  # fmt: skip
    yield ReadingCode("ID-AREA", "a topic in another area's folder", _tip("area: wellbeing", "area: health"), 2)
    yield ReadingCode(
        "ID-FILE", "an id that differs from its file's name", _tip("topic: sample-topic", "topic: another-topic"), 1
    )
    yield ReadingCode("ID-PLACE", "a referral in another place's folder", referral_file("place: world", "place: us"), 5)
    yield ReadingCode(
        "ID-TWICE",
        "an id that is used twice",
        _tip("tips:\n", "tips:\n  - tip: only\n    for: [all]\n    text: {en: One, es: Uno}\n    status: support\n"),
        13,
    )
    yield ReadingCode("PHONE", "a number that is no possible phone number", referral_file('"+18777762004"', '"+1877776"'), 10)
    yield ReadingCode(
        "PLACE-LOOP", "places that lie inside each other", dict((_place("loop-a", "loop-b"), _place("loop-b", "loop-a"))), 3
    )
    police = referral_file("contact: unknown", "contact: may")[REFERRAL_FILE].replace("harm_reduction", "legal_intermediary")
    yield ReadingCode("POLICE-LEGAL", "a legal intermediary that involves police", {**referral_file(), REFERRAL_FILE: police}, 14)
    yield ReadingCode("SOURCE-MISSING", "a fact without a source", _tip("status: support", "status: read"), 9)


def _flows() -> Iterator[ReadingCode]:
    twice = flow_file("")
    yield ReadingCode("FLOW-FILE", "a file of the flows that every pack needs", {"flows/ui.yaml": None}, 1)
    yield ReadingCode("FLOW-KIND", "a flow file that does not say what it is", {FLOW_FILE: "hello: there\n"}, 1)
    yield ReadingCode(
        "OPTION-NUMBER", "the number of an answer used twice", {"flows/fields.yaml": _FIELDS.replace("NUMBER", "1")}, 5
    )
    yield ReadingCode("STEP-TWICE", "a step that is written twice", {"flows/sample_two.yaml": twice[FLOW_FILE], **twice}, 5)
    unknown = flow_file("")[FLOW_FILE].replace("go: welcome.home", "go: welcome.hoem")
    yield ReadingCode("STEP-UNKNOWN", "a step that does not exist", {FLOW_FILE: unknown}, 11)
    yield ReadingCode("UI-MISSING", "words of the bot's own that are missing",
               {"flows/ui.yaml": "ui:\n  opening: {en: Hello., es: Hola.}\n"}, 2)  # fmt: skip


def reading_codes() -> tuple[ReadingCode, ...]:
    """All of them, by code. Codes that rules give too are with the rules."""
    found = (*_yaml(), *_files(), *_shapes(), *_across(), *_flows())
    return tuple(sorted(found, key=lambda code: code.code))
