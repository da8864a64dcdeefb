"""A change waits for those who know, and for nobody else; nobody approves their own, and nobody appoints themselves."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.authoring.review.approvals import Report, approvals
from bot.authoring.review.approvals_format import as_data, as_github, as_markdown, as_text, still
from bot.cli import main
from tests.book.pack import pack, referral

ROLES = """roles:
  - {role: local-peer, members: [rosa, moth]}
  - {role: clinical, members: [ana]}
  - {role: legal, members: [lex]}
  - {role: native-spanish, members: [sol]}
"""
TOPIC = "content/topics/health/pep.yaml"
NEAR = "content/places/us-ny/referrals/near.yaml"
FLOW = b"""flow: talk
steps:
  home:
    say: {en: "Hello there.", es: "Hola."}
    guarded: true
    choices:
      - {choice: on, label: {en: "On", es: "Sigue"}, go: talk.next}
  next:
    say: {en: "Further.", es: "Algo."}
    branch:
      cases:
        - {when: {young: [yes]}, go: talk.home}
        - {when: {area: [legal]}, go: talk.next}
      otherwise: talk.home
"""


def _pack(**more: bytes) -> dict[str, bytes]:
    files = {**pack(), "flows/talk.yaml": FLOW, **more}
    files["content/book.yaml"] += ROLES.encode()
    return files


def _edit(path: str, old: str, new: str) -> dict[str, bytes]:
    files = _pack()
    text = files[path].decode()
    assert old in text, f"{old} is not in {path}"
    return {**files, path: text.replace(old, new, 1).encode()}


def _report(after: Mapping[str, bytes], approved: str = "", author: str = "moth") -> Report:
    return approvals(_pack(), after, [author], approved.split())


TYPO = (TOPIC, "Start soon.", "Start sooner.")
SPANISH = (TOPIC, "Empieza pronto.", "Empieza ya.")
CHANGES: dict[str, tuple[tuple[str, str, str], str, int, set[str]]] = {
    "a typo": (TYPO, "words", 1, set()),
    "a typo in Spanish": (SPANISH, "words", 1, {"native-spanish"}),
    "a number in a tip": ((TOPIC, "Start soon.", "Start in 3 hours."), "number", 2, {"clinical"}),
    "a spelled number": ((TOPIC, "Start soon.", "Take two."), "number", 2, {"clinical"}),
    "a number in Spanish": ((TOPIC, "Empieza pronto.", "Toma 2."), "number", 2, {"clinical", "native-spanish"}),
    "a link in a tip": ((TOPIC, "Start soon.", "Start [soon](cdc)."), "contact", 2, {"local-peer"}),
    "a clock": ((TOPIC, "within: 72h", "within: 96h"), "clock", 2, {"clinical"}),
    "a status": ((TOPIC, "status: unverified", "status: read"), "fact", 2, {"clinical"}),
    "a review": ((TOPIC, "checked: 2026-11-01", "checked: 2026-11-09"), "fact", 2, {"clinical"}),
    "where a tip holds": ((TOPIC, "valid_in: [us]", "valid_in: [gb]"), "law", 2, {"legal"}),
    "a tip bound to a law": ((TOPIC, "In the US only.", "Only in the US."), "law", 2, {"legal"}),
    "a neighbour": ((TOPIC, "area: health", "area: health\nalso: [od]"), "talk", 2, {"local-peer"}),
    "how it is found": ((TOPIC, "  en: [pep]", "  en: [pep, hiv]"), "finding", 1, set()),
    "emergency steps": (("content/cards/od.yaml", "Call for", "Ring for"), "emergency", 2, {"clinical"}),
    "an emergency number": (("content/places/us/place.yaml", "number: 911", "number: 912"), "contact", 2, {"local-peer"}),
    "the law": (("content/places/us/place.yaml", "en: Federal.", "en: State."), "law", 2, {"legal"}),
    "a phone": ((NEAR, "phone: +18777762004", "phone: +18777762005"), "contact", 2, {"local-peer"}),
    "police": ((NEAR, "contact: unknown", "contact: never"), "disclosure", 2, {"legal"}),
    "reports": ((NEAR, "reports: {known: unknown}", "reports: {known: no}"), "disclosure", 2, {"legal"}),
    "an address": (("content/sources/all.yaml", "example.org/page", "example.org/other"), "contact", 2, {"local-peer"}),
    "a guard taken away": (("flows/talk.yaml", "    guarded: true\n", ""), "talk", 2, {"local-peer"}),
    "a choice elsewhere": (("flows/talk.yaml", "go: talk.next}\n  next", "go: talk.home}\n  next"), "talk", 2, {"local-peer"}),
    "words of a step": (("flows/talk.yaml", "Hello there.", "Hello."), "words", 1, set()),
    "roles": (("content/book.yaml", "members: [lex]", "members: [lex, moth]"), "people", 2, set()),
}


WAYS: dict[str, Callable[[Report], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "github": as_github,
    "json": lambda report: json.dumps(as_data(report)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_of_its_class_and_asks_for_its_roles(name: str) -> None:
    """And is exactly one thing, with the line on which it stands."""
    edit, stake, wanted, roles = CHANGES[name]
    (ask,) = _report(_edit(*edit)).asks
    assert stake in ask.stakes
    assert (ask.standing.wanted, set(ask.standing.roles)) == (wanted, roles)
    assert ask.file == edit[0]
    assert ask.line > 1


def test_two_have_to_agree_one_with_the_role_neither_the_author() -> None:
    """Every way to fall short, and the one that holds."""
    dose = _edit(TOPIC, "Start soon.", "Start in 3 hours.")
    for approved, author in (("", "moth"), ("rosa", "moth"), ("rosa lex", "moth"), ("ana", "moth"), ("ana rosa", "ana"),
                             ("ana ANA @ana", "moth"), ("ana stranger", "moth"), ("ana moth", "Moth")):  # fmt: skip
        assert not _report(dose, approved, author).whole, (approved, author)
    assert _report(dose, "ana rosa").whole
    assert _report(dose, "@Ana ROSA").whole
    assert _report(_edit(*TYPO), "rosa").whole
    assert not _report(_edit(*TYPO), "rosa", "rosa").whole


def test_strangers_are_said_and_do_not_count() -> None:
    """Anybody can press the button on a code host."""
    report = _report(_edit(*TYPO), "stranger")
    assert report.unknown == ("stranger",)
    assert not report.whole
    assert "stranger" in as_text(report)


def test_nobody_appoints_themselves() -> None:
    """Roles are those of before: the change that names somebody cannot be approved by them."""
    files = _edit(TOPIC, "within: 72h", "within: 96h")
    files["content/book.yaml"] = files["content/book.yaml"].replace(b"[ana]", b"[ana, mallory, eve]")
    assert not _report(files, "mallory eve").whole
    assert _report(files, "ana rosa").whole


def test_moving_reformatting_and_renaming_files_need_nothing() -> None:
    """Other quotes, another order of tips, comments, a file under another name."""
    files = _pack()
    text = files[TOPIC].decode()
    head, _, tail = text.partition("  - tip: outside")
    outside, _, rest = tail.partition("  - tip: only-us")
    first = head.index("  - tip: start")
    moved = head[:first] + "  # Words for the next editor.\n  - tip: outside" + outside + head[first:] + "  - tip: only-us" + rest
    files[TOPIC] = moved.replace("en: Start soon.", 'en: "Start soon."').encode()
    files["flows/renamed.yaml"] = files.pop("flows/talk.yaml")
    assert files[TOPIC] != _pack()[TOPIC]
    assert _report(files).asks == ()


def test_the_order_of_cases_is_a_change() -> None:
    """The first case that holds leads on."""
    first = "        - {when: {young: [yes]}, go: talk.home}\n"
    second = "        - {when: {area: [legal]}, go: talk.next}\n"
    (ask,) = _report(_edit("flows/talk.yaml", first + second, second + first)).asks
    assert ask.stakes == ("talk",)


def test_a_new_file_is_one_item_that_needs_all_that_its_fields_need() -> None:
    """A referral needs who knows the place, the law and Spanish; it is said in one line."""
    report = _report({**_pack(), "content/places/us/referrals/new.yaml": referral("new")})
    (ask,) = report.asks
    assert (ask.how, ask.name, ask.standing.wanted) == ("new", "new", 2)
    assert set(ask.standing.roles) == {"local-peer", "legal", "native-spanish"}
    assert as_text(report).count("  [") == 1
    assert _report({**_pack(), "content/places/us/referrals/new.yaml": referral("new")}, "rosa lex sol").whole


def test_taking_an_answer_out_needs_two_and_withdrawing_needs_none() -> None:
    """A withdrawal is the fast way; bringing back what was withdrawn is not."""
    entry = b"retractions:\n  - {withdraw: referral, id: near, why: wrong-number, on: 2026-11-24}\n"
    withdrawn = _report({**_pack(), "content/retractions.yaml": entry})
    assert withdrawn.whole
    assert "Tell the others" in as_text(withdrawn)
    back = approvals(
        {**_pack(), "content/retractions.yaml": entry}, {**_pack(), "content/retractions.yaml": b"retractions: []\n"}
    )
    assert back.asks[0].standing.wanted == 2
    emptied = approvals({**_pack(), "content/retractions.yaml": entry}, _pack())
    assert emptied.asks[0].standing.wanted == 2
    gone = {path: data for path, data in _pack().items() if path != NEAR}
    (ask,) = _report(gone).asks
    assert (ask.how, ask.stakes, ask.standing.wanted, ask.standing.roles) == ("gone", ("gone",), 2, ("local-peer",))


def test_a_withdrawal_that_is_rewritten_brings_something_back() -> None:
    """The entry of one contact turned into another's lets the first one show again."""
    one = b"retractions:\n  - {withdraw: referral, id: near, why: wrong, on: 2026-11-24}\n"
    other = {**_pack(), "content/retractions.yaml": one.replace(b"near", b"far")}
    assert approvals({**_pack(), "content/retractions.yaml": one}, other).asks[0].standing.wanted == 2


def test_who_no_longer_has_to_look_has_to_agree() -> None:
    """Taking `legal` off what is awaited is the lawyer's to do; adding it is not."""
    waiting = _pack()
    waiting[NEAR] = waiting[NEAR].replace(b"every: 90d}", b"every: 90d, awaits: [legal]}")
    assert "legal" in approvals(waiting, _pack()).asks[0].standing.roles
    assert "legal" not in approvals(_pack(), waiting).asks[0].standing.roles


def test_a_role_that_nobody_holds_blocks_and_is_said() -> None:
    """Unless the book says who stands in, before the change."""
    files = {path: data.replace(b"members: [lex]", b"members: []") for path, data in _pack().items()}
    after = {**files, NEAR: files[NEAR].replace(b"contact: unknown", b"contact: may")}
    report = approvals(files, after, ["moth"], ["rosa", "ana"])
    assert not report.whole
    assert "Nobody holds this role yet: legal" in as_text(report)
    standing = {path: data.replace(b"members: []", b"members: [], stands_in: local-peer") for path, data in files.items()}
    after = {**standing, NEAR: after[NEAR]}
    assert approvals(standing, after, ["moth"], ["rosa", "ana"]).whole
    assert not approvals(standing, after, ["moth"], ["lex", "ana"]).whole
    mine = {**files, "content/book.yaml": standing["content/book.yaml"], NEAR: after[NEAR]}
    assert not approvals(files, mine, ["moth"], ["rosa", "ana"]).whole


def test_where_only_the_author_holds_the_role_it_says_so() -> None:
    """Otherwise somebody would wait for themselves."""
    report = _report(_edit(TOPIC, "within: 72h", "within: 96h"), "rosa", "ana")
    assert any("Only an author holds: clinical" in line for line in still(report.asks[0].standing))


def test_while_nobody_is_named_it_says_how_to_begin() -> None:
    """A pack that was just copied."""
    report = approvals(pack(), {**pack(), TOPIC: pack()[TOPIC].replace(b"72h", b"96h")}, (), ["rosa"])
    assert not report.whole
    assert "names nobody" in as_text(report)


def test_a_file_that_cannot_be_read_blocks() -> None:
    """Nobody can agree to what nobody can read; withdrawing still needs none."""
    report = _report({**_pack(), TOPIC: b"topic: [\n"})
    assert list(report.unreadable) == [TOPIC]
    assert not report.whole
    assert "cannot be read" in as_text(report)
    assert not report.asks, "what it held is not gone: nobody knows"


@pytest.mark.parametrize("way", WAYS)
def test_an_entry_below_the_empty_list_brings_nothing_back(way: str) -> None:
    """It blocks until the [] is taken away, and says so; what was withdrawn before is not taken for brought back."""
    first = "  - withdraw: referral\n    id: near\n    why: wrong\n    on: 2026-11-24\n"
    slip = {**_pack(), "content/retractions.yaml": f"retractions: []\n{first}{first.replace('near', 'far')}".encode()}
    for before in (_pack(), {**_pack(), "content/retractions.yaml": f"retractions:\n{first}".encode()}):
        report = approvals(before, slip)
        assert not report.whole
        assert report.asks == ()
        said = WAYS[way](report).replace("\\", "")
        assert "Take the [] away" in said
        assert "brings back" not in said
        mended = {**slip, "content/retractions.yaml": slip["content/retractions.yaml"].replace(b" []", b"")}
        assert approvals(before, mended).whole


def test_a_withdrawal_is_one_thing_and_its_reason_is_words() -> None:
    """Another why or day keeps it withdrawn, which one person may read; taking one of two out brings that one back."""
    entries = {name: f"  - withdraw: {kind}\n    id: \"{name}\"\n    why: wrong\n    on: 2026-11-24\n"
               for kind, name in (("referral", "near"), ("contact", "+18777762004"), ("tip", "pep/start"))}  # fmt: skip

    def listing(*names: str) -> dict[str, bytes]:
        return {**_pack(), "content/retractions.yaml": ("retractions:\n" + "".join(entries[name] for name in names)).encode()}

    both = listing("near", "pep/start")
    reworded = {name: data.replace(b"why: wrong", b"why: hijacked") for name, data in both.items()}
    assert {(ask.how, ask.stakes, ask.standing.wanted) for ask in approvals(both, reworded).asks} == {("changed", ("words",), 1)}
    (more,) = approvals(both, listing("pep/start", "+18777762004", "near")).asks
    assert (more.how, more.name, more.stakes, more.standing.wanted) == ("new", "of contact +18777762004", ("withdrawn",), 0)
    (less,) = approvals(both, listing("pep/start")).asks
    assert (less.how, less.name, less.stakes, less.standing.wanted) == ("gone", "of referral near", ("back",), 2)
    swapped = approvals(both, listing("pep/start", "+18777762004")).asks
    assert {(ask.how, ask.stakes) for ask in swapped} == {("gone", ("back",)), ("new", ("withdrawn",))}
    assert not approvals(both, listing("near")).whole
    assert approvals(both, {**_pack(), "content/retractions.yaml": b""}).asks[0].stakes == ("back",)


def test_each_language_has_its_own_role() -> None:
    """Portuguese words wait for somebody who grew up with it; the first language for nobody unless named."""
    files = _edit(TOPIC, "es: Empieza pronto.", "es: Empieza pronto.\n      pt: Comece logo.")
    files["content/book.yaml"] = files["content/book.yaml"].replace(b"[en, es]", b"[en, es, pt]")
    topic = next(ask for ask in _report(files).asks if ask.kind == "topic")
    assert topic.standing.roles == ("native-portuguese",)


def test_a_translation_beside_its_topic_needs_what_the_text_needs() -> None:
    """Its numbers are numbers, and a tip bound to a law is law, in a file of its own as well."""
    path = "content/topics/health/pep.pt.yaml"
    made = {"start": "Comece logo.", "only-us": "S\u00f3 nos EUA."}
    lines = "".join(f"  {tip}:\n    of: abc\n    text: {text}\n" for tip, text in made.items())
    before = {**_pack(), path: f"topic: pep\nlanguage: pt\ntips:\n{lines}".encode()}
    for old, new, stake in (("Comece logo", "Comece em 3 horas", "number"), ("nos EUA", "nos Estados", "law")):
        after = {**before, path: before[path].decode().replace(old, new).encode()}
        (ask,) = approvals(before, after).asks
        assert stake in ask.stakes
        assert "native-portuguese" in ask.standing.roles


@pytest.mark.parametrize(
    ("path", "text", "new", "stakes"),
    [
        ("content/cards/od.pt.yaml", "card: od\nlanguage: pt\nsteps: {of: abc, text: Ligue.}\n", "Chame.", {"emergency"}),
        (NEAR.replace(".yaml", ".pt.yaml"), "language: pt\npolice:\n  says: {of: abc, text: Ligue.}\n", "Nunca.", {"disclosure"}),
        ("content/places/us/place.pt.yaml", "language: pt\nlaw:\n  text: Ligue.\n  of: abc\n", "Lei.", {"law"}),
        ("flows/talk.pt.yaml", "flow: talk\nlanguage: pt\nsteps:\n  home:\n    say: {of: abc, text: Ligue.}\n", "Oi.", set()),
    ],
)  # fmt: skip
def test_a_translation_beside_any_file_needs_what_its_text_needs(path: str, text: str, new: str, stakes: set[str]) -> None:
    """And is told as a translation: the file that it stands beside has not changed."""
    before = {**_pack(), path: text.encode()}
    (ask,) = approvals(before, {**before, path: text.replace("Ligue.", new).encode()}).asks
    assert (ask.kind, ask.file) == ("translation", path)
    assert set(ask.stakes) == stakes | {"words"}
    assert "native-portuguese" in ask.standing.roles
    assert [ask.kind for ask in approvals(_pack(), before).asks] == ["translation"]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_saying_it_names_file_class_and_what_is_missing(way: str) -> None:
    """What it was and what it is as well, but for annotations, which stand beside the line."""
    said = WAYS[way](_report(_edit(NEAR, "phone: +18777762004", "phone: +18777762005")))
    assert NEAR in said
    assert "a contact or a link" in said or '"contact"' in said
    assert "local-peer" in said
    assert "rosa" in said
    if way != "github":
        assert "+18777762004" in said
        assert "+18777762005" in said


def test_what_a_change_says_cannot_command_the_code_host() -> None:
    """No annotation of its own, no row of its own, nobody called by name."""
    evil = 'en: "Start ::error:: | @everyone <img src=x> [x](cdc)."'
    report = _report(_edit(TOPIC, "en: Start soon.", evil))
    assert "@everyone" not in as_markdown(report)
    assert "<img" not in as_markdown(report)
    assert not [line for line in as_github(report).splitlines() if line.startswith("::") and "title=Approvals" not in line]
    row = next(line for line in as_markdown(report).splitlines() if "Start ::" in line)
    assert row.replace("\\|", "").count("|") == 5


def test_an_id_cannot_command_the_code_host() -> None:
    """An id with a line end in it would begin a line of its own."""
    evil = {**_pack(), "content/topics/health/evil.yaml": b'topic: "x\\n::error file=a::b"\ntips: []\n'}
    lines = as_github(_report(evil)).splitlines()
    assert len([line for line in lines if line.startswith("::")]) == 1
    assert "%0A" in lines[0]


def _repository(folder: Path) -> None:
    for path, data in _pack().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        subprocess.run(
            ["git", "-C", str(folder), "-c", "user.name=moth", "-c", "user.email=moth@users.noreply.example", *words], check=True
        )


def test_the_command_enforces_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 while nothing changed or all is there, 1 while something is missing, 2 for a revision that nobody knows."""
    _repository(tmp_path)
    words = [
        "content",
        "approvals",
        "--content",
        str(tmp_path / "content"),
        "--flows",
        str(tmp_path / "flows"),
        "--since",
        "HEAD",
    ]
    assert main(words) == 0
    (tmp_path / TOPIC).write_bytes(_edit(TOPIC, "within: 72h", "within: 96h")[TOPIC])
    assert main([*words, "--author", "moth"]) == 1
    assert "72h" in capsys.readouterr().out
    assert main([*words, "--author", "moth", "--approved-by", "ana", "rosa", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["whole"] is True
    assert main([*words[:-1], "no-such-revision"]) == 2
    assert "revision" in capsys.readouterr().err
