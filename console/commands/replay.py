"""`relais replay`: a recorded call against another revision: what would have gone elsewhere, and why."""

from __future__ import annotations

import json
import sys
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from console.commands import options

if TYPE_CHECKING:
    from routing.company import Language
    from routing.compiled import Company
    from routing.decision import Decision
    from routing.record import CallRecord
    from routing.replay import Elsewhere


@click.command("replay")
@click.argument("record", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--company", "file", type=click.Path(dir_okay=False, path_type=Path), help="A company document."
)
@click.option("--revision", type=int, help="A saved revision; the newest when neither is given.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@options.language
def command(record: Path, file: Path | None, revision: int | None, as_json: bool, language: Language) -> None:
    """Decide the call of RECORD again; exit status 3 when it goes elsewhere. After the point at which it does, nobody
    answers."""
    from routing.explain_route import explain_route
    from routing.replay import replay
    from routing.replay_sentences import replay_sentences

    made = _record(record, language)
    company = _company(made, file, revision, language)
    found = replay(company, made)
    rest = () if found.elsewhere is None else _rest(company, found.elsewhere)
    steps = explain_route(company, rest, language)[1:]
    if as_json:
        told = {"replayed": found, "revision": company.revision, "then": steps}
        click.echo(json.dumps(msgspec.to_builtins(told), ensure_ascii=False))
    else:
        from console.commands.explain import print_steps

        click.echo("\n".join(replay_sentences(company, found, language)))
        print_steps(steps)
    sys.exit(3 if found.elsewhere is not None else 0)


def _record(file: Path, language: Language) -> CallRecord:
    from console.commands.asking import refuse, unreadable
    from schemas.record import load_record

    try:
        found = load_record(file.read_bytes())
    except OSError as error:
        raise unreadable(file, error, language) from error
    if isinstance(found, list):
        told = found[0].written(file.name, language)
        raise refuse(language, told, told)
    return found


def _company(record: CallRecord, file: Path | None, revision: int | None, language: Language) -> Company:
    from console.commands.asking import company_of, refuse
    from routing.compiled import compile_company
    from schemas.settings import from_environ
    from store.documents import Documents

    if file is not None:
        if revision is not None:
            raise refuse(
                language, "--company et --revision ne vont pas ensemble : l'un ou l'autre",
                "--company and --revision do not go together: give one of them",
            )  # fmt: skip
        company = company_of(file, language)
        if company.id != record.company:
            raise refuse(
                language, f"le relevé est de l'entreprise « {record.company} », {file} de « {company.id} »",
                f"the record is of the company “{record.company}”, {file} of “{company.id}”",
            )  # fmt: skip
        return company
    documents = Documents(from_environ().database_url)
    saved = documents.load(record.company, revision) if documents.answers() else None
    if saved is None:
        wanted = record.company if revision is None else f"{record.company}, {revision}"
        raise refuse(
            language, f"il n'y a pas de révision enregistrée ({wanted}) : --company FICHIER",
            f"there is no saved revision ({wanted}): --company FILE",
        )  # fmt: skip
    return compile_company(saved[1], saved[0])


def _rest(company: Company, at: Elsewhere) -> list[tuple[float, Decision]]:
    """The route from there on when nobody answers; seconds since the call began."""
    from console.scenarios.simulated import seconds_of
    from routing.what_if import play_out
    from routing.what_if_plan import Caller, PlannedCall, Scene, person_of
    from schemas.settings import from_environ

    sounds = from_environ().sounds
    agents = at.snapshot.agents
    people = None if agents is None else {key: person_of(agent) for key, agent in agents.items()}
    scene = Scene(company=company, began=at.then.at.astimezone(UTC), people=people)
    planned = {at.call.id: PlannedCall(0.0, at.call, Caller(), at.history)}
    played = play_out(scene, planned, lambda prompt: seconds_of(prompt, company.document, sounds))[at.call.id]
    gone = (at.then.at - at.call.received_at).total_seconds()
    return [(gone + taken.at, taken.decision) for taken in played.taken]
