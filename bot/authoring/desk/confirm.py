"""A change looked at before it is saved: the lines, the screens, the faults it would bring; then saved, or taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.authoring.desk.compare import change_html, lines_html
from bot.authoring.desk.edit_forms import opened
from bot.authoring.desk.form_data import Form, edit_of
from bot.authoring.desk.heads_fit import HeadsFit, needs_fit
from bot.authoring.desk.html import e, hidden, link
from bot.authoring.desk.live_pack import good_of
from bot.authoring.desk.page import Site, View, faults_html, page
from bot.authoring.desk.publication_html import steps_html
from bot.authoring.editing.actions import ActionRefused, Edit, applied, mark_of, worse
from bot.authoring.editing.writer import Writer
from bot.authoring.review.screen_diff import PartialPack, difference, languages_of, places_of
from bot.authoring.review.text_diff import lines
from bot.book import FILE as RETRACTIONS
from bot.book import BookFault, Fault, fingerprint

_SCREENS, _PLACES = 6, 3


@dataclass
class Desk:
    """The desk of one site: its saver, and the last change that was looked at, so that saving need not look again."""

    site: Site
    writer: Writer
    fit: HeadsFit
    _looked: dict[str, tuple[list[Fault], list[Fault]]] = field(default_factory=dict)

    def faults(self, edit: Edit) -> tuple[list[Fault], list[Fault]]:
        """The errors that an edit would bring, and the further warnings."""
        live = self.site.live
        after = applied(live.files, edit)
        key = fingerprint(live.files) + fingerprint(after)
        if key not in self._looked:
            live.check()
            found = live.find(after, live.today())
            known = {(fault.file, fault.code, fault.what) for fault in live.faults}
            new = [f for f in found if f.severity == "warning" and (f.file, f.code, f.what) not in known]
            errors = worse(live.faults, found, edit.file)
            if needs_fit(edit.file):
                # The heads are fitted as soon as it is saved.
                errors = [fault for fault in errors if fault.code != "HEADS-OLD"]
            self._looked = {key: (errors, new)}
        return self._looked[key]


def difference_html(edit: Edit) -> str:
    """The lines that an edit changes."""
    before, after = ((data or b"").decode("utf-8", "replace") for data in (edit.before, edit.after))
    return f"<h2>The lines, in <code>{e(edit.file)}</code></h2>{lines_html(lines(before, after))}"


def _screens(site: Site, edit: Edit) -> str:
    """The screens that an edit changes, before and after; the first few in each language."""
    good = site.live.good
    if good is None or site.live.broken:
        return ""
    try:
        after = good_of(applied(site.live.files, edit), site.live.today(), site.live.make_world)
    except BookFault:
        return ""
    parts = []
    places = places_of([edit.file], (good, after))
    if edit.file == RETRACTIONS:
        places = list(dict.fromkeys(["", *_withdrawn_at(site, edit)]))
    for language in languages_of(good, after):
        found = difference(good, PartialPack(after, good), language, places[:_PLACES])
        # What comes or goes before what only moved up in a list: there may be more changes than are shown.
        order = sorted(range(len(found.groups)), key=lambda number: found.groups[number].change.how not in ("added", "removed"))
        shown = "".join(change_html(found.groups[number], language, found.places[number]) for number in order[:_SCREENS])
        if shown:
            left = len(found.groups) - _SCREENS
            more = f"<p>{left} further changes are not shown here.</p>" if left > 0 else ""
            parts.append(f"<h3>{e(good.book.file.language_name(language))}</h3>{shown}{more}")
    none = "<p>No screen changes. A check that is renewed, or a tip that is not shown, changes files only.</p>"
    return f"<h2>What people will see</h2>{''.join(parts) or none}"


def _withdrawn_at(site: Site, edit: Edit) -> Iterable[str]:
    """The places of the referrals that a new retraction touches."""
    good = site.live.good
    new = (edit.after or b"").decode("utf-8", "replace").rsplit("id: ", 1)[-1].split("\n")[0].strip('"')
    for name, referral in good.book.referrals.items() if good else ():
        contacts = {way for contact in referral.contact for way in (contact.phone, contact.sms, contact.web, contact.email)}
        if new == name or new in contacts:
            yield referral.place


def _refused(words: str) -> str:
    return f'<section class="notice broken" role="alert"><h2>Not saved</h2><p>{e(words[:1].upper() + words[1:])}.</p></section>'


def look(desk: Desk, view: View, form: Form) -> str:
    """The page that shows a change before it is saved; or the form again, with what was typed, and why it cannot be."""
    edit, stop = _asked(desk, view, form)
    if edit is None:
        return stop
    _, warnings = desk.faults(edit)
    warned = f"<h2>It would bring a warning</h2>{faults_html(warnings, applied(desk.site.live.files, edit))}" if warnings else ""
    save = (
        f'<form class="save" method="post" action="/desk/save" data-wait="Saving…">{hidden(dict(form))}'
        '<button class="go">Save it</button> '
        f'<span class="quiet">Writes <code>{e(edit.file)}</code> on this machine, and publishes nothing.</span></form>'
    )
    again = f'<form method="post" action="/desk/open">{hidden(dict(form))}<button class="plain">Change it further</button></form>'
    body = f"{difference_html(edit)}{warned}{_screens(desk.site, edit)}<div class='buttons'>{save}{again}</div>"
    return page(desk.site, view, "/desk", "Look before you save", body)


def save(desk: Desk, view: View, form: Form) -> str:
    """Saves what was looked at, and shows what was written; or says why not."""
    edit, stop = _asked(desk, view, form)
    if edit is None:
        return stop
    try:
        desk.writer.save(edit)
    except ActionRefused as error:
        desk.site.live.look()
        return opened(desk.site, desk.writer, view, form, _refused(str(error)))
    desk.site.live.look()
    desk.fit.saved(edit.file)
    learns = desk.fit.html() if needs_fit(edit.file) else ""
    todo = steps_html(desk.site.live.files, edit.file)
    body = f"{todo}{learns}{difference_html(edit)}{undo_html(desk)}<p>{link('Back to the desk', '/desk')}</p>"
    return page(desk.site, view, "/desk", "Saved on this machine", body)


def undo(desk: Desk, view: View) -> str:
    """Takes the last save back, and shows it."""
    try:
        edit = desk.writer.undo()
    except ActionRefused as error:
        return page(desk.site, view, "/desk", "Not undone", f"{_refused(str(error))}<p>{link('Back to the desk', '/desk')}</p>")
    desk.site.live.look()
    desk.fit.saved(edit.file)
    body = (
        "<p>The file is as it was before, on this machine. Had it been published meanwhile, publish this too.</p>"
        f"{difference_html(edit)}<p>{link('Back to the desk', '/desk')}</p>"
    )
    return page(desk.site, view, "/desk", "Taken back", body)


def undo_html(desk: Desk) -> str:
    """The offer to take the last save back, where there is one."""
    last = desk.writer.last
    if last is None:
        return ""
    return (
        '<form class="undo" method="post" action="/desk/undo"><button class="plain">Undo the last save</button> '
        f'<span class="quiet"><code>{e(last.file)}</code></span></form>'
    )


def _asked(desk: Desk, view: View, form: Form) -> tuple[Edit | None, str]:
    """The edit, or None and the page that says why there is none."""
    site, writer = desk.site, desk.writer
    site.live.look()
    try:
        edit = edit_of(site.live.files, form, site.live.today())
        if mark_of(edit.before) != form.get("seen"):
            return None, _changed_meanwhile(desk, view, form, edit)
        if edit.empty:
            raise ActionRefused("nothing was changed yet")
        errors, _ = desk.faults(edit)
    except ActionRefused as error:
        try:
            return None, opened(site, writer, view, form, _refused(str(error)))
        except ActionRefused:
            return None, page(
                site, view, "/desk", "Not saved", f"{_refused(str(error))}<p>{link('Back to the desk', '/desk')}</p>"
            )
    if errors:
        head = "One new fault would come with it" if len(errors) == 1 else f"{len(errors)} new faults would come with it"
        notice = (
            f'<section class="notice broken" role="alert"><h2>Not saved: {head}</h2>'
            f"{faults_html(errors[:20], applied(site.live.files, edit))}{difference_html(edit)}</section>"
        )
        return None, opened(site, writer, view, form, notice)
    return edit, ""


def _changed_meanwhile(desk: Desk, view: View, form: Form, now: Edit) -> str:
    """The file is not what the form was opened on: both changes, and the form on the newest file with the peer's words."""
    files = desk.site.live.files
    try:
        was = desk.writer.was(now.file, form.get("seen", ""))
        theirs = Edit(now.file, was, now.before)
        rest = {name: data for name, data in files.items() if name != now.file}
        yours = edit_of(rest if was is None else {**rest, now.file: was}, form, desk.site.live.today())
        both = (
            f"<h3>What changed on disk meanwhile</h3>{difference_html(theirs)}<h3>What you changed</h3>{difference_html(yours)}"
        )
    except ActionRefused as error:
        both = f"<p>{e(str(error))}.</p>"
    notice = (
        '<section class="notice broken" role="alert"><h2>Not saved: the file was changed meanwhile</h2><p>Nothing was written '
        "over. Below, your words stand on the newest file. Compare both, then look at the change again.</p>"
        f"{both}</section>"
    )
    return opened(desk.site, desk.writer, view, form, notice)
