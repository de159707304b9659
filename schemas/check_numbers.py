"""Phone numbers: possible, of the country chosen (Z16), able to call out (D12), and whose they are (D36 to D41)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import phonenumbers
from phonenumbers import PhoneNumberType

from routing.company import AnyAction, CompanyDocument, Number, ToContact, ToExternal
from routing.document_walk import Placed, Steps
from schemas.problems import Found


def check_numbers(document: CompanyDocument, placed: Iterable[Placed]) -> Iterator[Found]:
    """`placed` are all actions of the document."""
    yield from _countries(document)
    yield from _external_numbers(document, placed)
    yield from _caller_ids(document, placed)
    for key, number in document.numbers.items():
        if number.handling and number.extension:
            yield Found("two_destinations", ("numbers", key), number.number)
    yield from _personal(document)
    yield from _profiles(document)


def fits_country(number: str, country: str) -> bool:
    """True when an E.164 number is one of the country's, numbers that several countries share included."""
    code = phonenumbers.country_code_for_region(country)
    rest = number.removeprefix(f"+{code}")
    if not code or rest == number or not rest:
        return False
    parsed = _parsed(number) if rest.startswith("0") else _quick(code, rest)
    return parsed is not None and phonenumbers.is_valid_number_for_region(parsed, country)


def _quick(code: int, rest: str) -> phonenumbers.PhoneNumber:
    return phonenumbers.PhoneNumber(country_code=code, national_number=int(rest))


def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None


def _external_numbers(document: CompanyDocument, placed: Iterable[Placed]) -> Iterator[Found]:
    for one in placed:
        if isinstance(one.action, ToExternal):
            yield from _of_country(one.action.number, one.action.country, one.steps)
    for extension, user in document.users.items():
        for key, external in user.external_numbers.items():
            steps = ("users", extension, "external_numbers", key)
            yield from _of_country(external.number, external.country, steps)
    for key, contact in document.contacts.items():
        if contact.country:
            yield from _of_country(contact.number, contact.country, ("contacts", key))


def _of_country(number: str, country: str, steps: Steps) -> Iterator[Found]:
    """LINT-19. An unknown country is another mistake, told elsewhere."""
    if country not in phonenumbers.SUPPORTED_REGIONS or fits_country(number, country):
        return
    parsed = _parsed(number)
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        yield Found("not_a_number", (*steps, "number"), number)
        return
    really = phonenumbers.region_code_for_number(parsed)
    hint = (f" ; c'est un numéro de {really}", f"; it is a number of {really}") if really else ""
    facts: dict[str, str | tuple[str, str]] = {"country": country, "hint": hint}
    yield Found("country_mismatch", (*steps, "number"), number, facts)


def _countries(document: CompanyDocument) -> Iterator[Found]:
    for country, steps in _written_countries(document):
        if country and country not in phonenumbers.SUPPORTED_REGIONS:
            yield Found("unknown_country", steps, country)


def _written_countries(document: CompanyDocument) -> Iterator[tuple[str, Steps]]:
    yield document.account.country, ("account", "country")
    for country in document.account.emergency_numbers:
        yield country, ("account", "emergency_numbers", country)
    for key, site in document.sites.items():
        yield site.country, ("sites", key, "country")
    for key, contact in document.contacts.items():
        yield contact.country, ("contacts", key, "country")
    for extension, user in document.users.items():
        for key, external in user.external_numbers.items():
            yield external.country, ("users", extension, "external_numbers", key, "country")
    for key, profile in document.outbound_profiles.items():
        for place, country in enumerate(profile.countries):
            yield country, ("outbound_profiles", key, "countries", place)
    for key, trunk in document.trunks.items():
        yield trunk.country, ("trunks", key, "country")


def _caller_ids(document: CompanyDocument, placed: Iterable[Placed]) -> Iterator[Found]:
    """LINT-17, and C19 for every outside target: something must be able to call out with. What is shown is no other user's
    own number (D34)."""
    able = any(number.make_calls and number.enabled for number in document.numbers.values())
    for one in placed:
        chosen = _caller_id(document, one.action)
        if chosen is not None and not chosen.make_calls:
            yield Found("number_not_outbound", (*one.steps, "caller_id"), chosen.number)
        elif not able and isinstance(one.action, ToExternal | ToContact):
            yield Found("number_not_outbound", one.steps, _target_text(one.action))
        if chosen is not None and chosen.owner not in ("", one.owner):
            name = _owner_name(document, chosen)
            yield Found("caller_id_of_another", (*one.steps, "caller_id"), chosen.number, {"owner": name})
    if able:
        return
    for extension, user in document.users.items():
        for key, external in user.external_numbers.items():
            yield Found("number_not_outbound", ("users", extension, "external_numbers", key), external.number)


def _caller_id(document: CompanyDocument, action: AnyAction) -> Number | None:
    return document.numbers.get(action.caller_id) if isinstance(action, ToExternal) else None


def _target_text(action: ToExternal | ToContact) -> str:
    return action.number if isinstance(action, ToExternal) else action.contact


def _personal(document: CompanyDocument) -> Iterator[Found]:
    owned: dict[str, str] = {}
    for key, number in document.numbers.items():
        if not number.owner:
            continue
        steps = ("numbers", key, "owner")
        if number.kind == "toll_free" or _is_toll_free(number.number):
            yield Found("toll_free", steps, number.number)
        if number.handling:
            holder = (f"traitement « {number.handling} »", f"handling “{number.handling}”")
            yield Found("already_assigned", steps, number.number, {"holder": holder})
        if number.extension not in ("", number.owner):
            holder = (f"poste {number.extension}", f"extension {number.extension}")
            yield Found("already_assigned", steps, number.number, {"holder": holder})
        if number.owner in owned:
            other = owned[number.owner]
            holder = (f"il a déjà le numéro « {other} »", f"they have the number “{other}” already")
            yield Found("already_assigned", steps, number.owner, {"holder": holder})
        owned.setdefault(number.owner, key)
        owner = document.users.get(number.owner)
        if owner is not None and not owner.routable:
            yield Found("not_routable_user", steps, owner.name)
    if owned and not any(profile.default for profile in document.outbound_profiles.values()):
        yield Found("no_default_profile", ("numbers", next(iter(owned.values())), "owner"))


def _is_toll_free(number: str) -> bool:
    parsed = _parsed(number)
    return parsed is not None and phonenumbers.number_type(parsed) == PhoneNumberType.TOLL_FREE


def _profiles(document: CompanyDocument) -> Iterator[Found]:
    defaults = [key for key, profile in document.outbound_profiles.items() if profile.default]
    if len(defaults) > 1:
        yield Found("two_defaults", ("outbound_profiles", defaults[1], "default"), ", ".join(defaults))
    for key, profile in document.outbound_profiles.items():
        steps: Steps = ("outbound_profiles", key)
        for name in ("number", "caller_id"):
            number = document.numbers.get(getattr(profile, name))
            if number is not None:
                yield from _profile_number(document, number, (*steps, name))
        queue = document.queues.get(profile.queue)
        if queue is not None and queue.channel != "voice":
            yield Found("queue_type", (*steps, "queue"), profile.queue)


def _profile_number(document: CompanyDocument, number: Number, steps: Steps) -> Iterator[Found]:
    if not number.make_calls:
        yield Found("number_not_outbound", steps, number.number)
    if number.owner:
        yield Found("personal_number", steps, number.number, {"owner": _owner_name(document, number)})


def _owner_name(document: CompanyDocument, number: Number) -> str:
    owner = document.users.get(number.owner)
    return owner.name if owner is not None else number.owner
