"""A small whole pack, as files in memory, that tests change one file at a time."""

from __future__ import annotations

from textwrap import dedent

REVIEW = "review: {checked: 2026-11-01, by: seed-pack, every: 90d}"


def _file(text: str) -> bytes:
    return dedent(text).strip("\n").encode() + b"\n"


def referral(name: str, place: str = "us", police: str = "never", phone: str = "+18777762004", **more: str) -> bytes:
    """A whole referral; `more` replaces or adds lines (`status="closed"`)."""
    fields = {
        "referral": name,
        "name": name.title(),
        "kinds": "[legal_intermediary]",
        "status": "open",
        "place": place,
        "confidence": "read",
        "topics": "[pep]",
        "sources": "[cdc]",
        **more,
    }
    lines = [f"{key}: {value}" for key, value in fields.items()]
    lines += ["offers:", "  en: Help", "  es: Ayuda", "police:", f"  contact: {police}"]
    for question in ("reports", "immigration", "child_welfare", "law_enforcement_ties", "id_needed", "conditions", "cost",
                     "confidentiality"):  # fmt: skip
        lines.append(f"{question}: {{known: unknown}}")
    lines += ["contact:", f"  - phone: {phone}", "    leaves: [call-log]", "    verified: {source: cdc, on: 2026-11-01}", REVIEW]
    return "\n".join(lines).encode() + b"\n"


def pack() -> dict[str, bytes]:
    """Two topics, four places, two referrals, two languages."""
    return {
        "content/book.yaml": _file("""
            book: test-pack
            name: {en: Night, es: Noche}
            languages: [en, es]
            language_names: {en: English, es: Spanish, pt: Portuguese}
            review: {tip: 180d, referral: 90d}
        """),
        "content/words.yaml": _file("""
            default: {en: it, es: eso}
            offered:
              en: [escorting]
              es: [webcam]
        """),
        "content/sources/all.yaml": _file("""
            sources:
              - source: cdc
                title: A page that was read
                address: https://example.org/page
                read: 2026-11-01
                how: excerpt
        """),
        "content/topics/health/pep.yaml": _file(f"""
            topic: pep
            area: health
            urgency: hours
            clock: {{within: 72h, best: 24h}}
            title: {{en: PEP, es: PEP}}
            phrases:
              en: [pep]
              es: [pep]
            tips:
              - tip: start
                for: [all]
                text:
                  en: Start soon.
                  es: Empieza pronto.
                sources: [cdc]
                status: read
              - tip: outside
                for: [outdoors]
                text:
                  en: Outdoors tip.
                  es: Consejo de calle.
                sources: [cdc]
                status: peer
              - tip: only-us
                for: [all]
                text:
                  en: In the US only.
                  es: Solo en EE. UU.
                sources: [cdc]
                status: read
                valid_in: [us]
              - tip: waiting
                for: [all]
                text:
                  en: Nobody has checked this.
                  es: Nadie lo ha revisado.
                status: unverified
              - tip: grown
                for: [all]
                text:
                  en: For adults.
                  es: Para mayores.
                sources: [cdc]
                status: read
                adults_only: true
            {REVIEW}
        """),
        "content/topics/overdose/od.yaml": _file(f"""
            topic: od
            area: overdose
            urgency: emergency
            card: od
            title: {{en: OD, es: OD}}
            tips:
              - tip: call
                for: [all]
                text:
                  en: "Call {{emergency}}."
                  es: "Llama {{emergency}}."
                sources: [cdc]
                status: read
            {REVIEW}
        """),
        "content/cards/od.yaml": _file(f"""
            card: od
            topic: od
            title: {{en: OD, es: OD}}
            needs: ambulance
            steps:
              en: "Call for help."
              es: "Pide ayuda."
            calling: {{en: "Police may come.", es: "Puede llegar policía."}}
            sources: [cdc]
            status: read
            {REVIEW}
        """),
        "content/places/world/place.yaml": _file("""
            place: world
            level: world
            name: {en: World, es: Mundo}
        """),
        "content/places/us/place.yaml": _file(f"""
            place: us
            level: country
            parent: world
            name: {{en: US, es: EE.UU.}}
            emergency:
              general:
                number: 911
                reaches: [police, ambulance, fire]
                answers: {{en: "A call center.", es: "Una central."}}
                source: cdc
                on: 2026-11-01
                status: read
            law:
              text: {{en: Federal., es: Federal.}}
              as_of: 2026-01
              sources: [cdc]
              status: read
              {REVIEW}
        """),
        "content/places/us-ny/place.yaml": _file(f"""
            place: us-ny
            level: state
            parent: us
            name: {{en: NY, es: NY}}
            law:
              text: {{en: State., es: Estatal.}}
              as_of: 2026
              sources: [cdc]
              status: read
              {REVIEW}
        """),
        "content/places/gb/place.yaml": _file("""
            place: gb
            level: country
            parent: world
            name: {en: UK, es: RU}
            emergency:
              general:
                number: 999
                reaches: [police, ambulance, fire]
                answers: {en: "A call center.", es: "Una central."}
                source: cdc
                on: 2026-11-01
                status: read
        """),
        "content/places/us/referrals/far.yaml": referral("far"),
        "content/places/us-ny/referrals/near.yaml": referral("near", "us-ny", police="unknown"),
    }


def with_file(path: str, text: str | bytes) -> dict[str, bytes]:
    """The pack with one file replaced or added."""
    return {**pack(), path: text if isinstance(text, bytes) else _file(text)}


def changed(path: str, old: str, new: str) -> dict[str, bytes]:
    """The pack with words of one file replaced. Fails where the words are not there."""
    files = pack()
    assert old.encode() in files[path]
    files[path] = files[path].replace(old.encode(), new.encode())
    return files
