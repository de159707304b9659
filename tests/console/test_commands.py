"""The commands that work on the database, on a real one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from console.command_line import main
from schemas import secrets
from schemas.settings import from_environ
from store.__main__ import main as store
from store.accounts import Accounts
from store.documents import Documents
from store.passwords import matches
from tests.sample import BOREAL

Relais = Callable[..., Result]
_HOW = "(--company ID --extension EXTENSION)"


@pytest.fixture
def relais(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Relais:
    monkeypatch.setenv("RELAIS_VAR", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C")
    assert store(["seed", str(BOREAL)]) == 0
    return lambda *words, **options: CliRunner().invoke(main, list(words), **options)


def _signs_in(password: str) -> bool:
    found = Accounts(from_environ().database_url).with_hash("admin")
    return found is not None and matches(found[1], password)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "boreal: nothing new, still revision 1\n"),
        ("fr", "boreal: rien de nouveau, reste à la révision 1\n"),
    ],
)
def test_given_an_exported_company_then_importing_it_says_that_nothing_is_new_and_makes_no_revision(
    relais: Relais, tmp_path: Path, language: str, said: str
) -> None:
    exported = relais("export", "boreal")
    assert exported.exit_code == 0
    (tmp_path / "again.yaml").write_text(exported.output)
    assert relais("import", str(tmp_path / "again.yaml"), "--lang", language).output == said
    assert [line.revision for line in Documents(from_environ().database_url).history("boreal")] == [1]


def test_given_one_change_and_then_the_file_of_before_then_each_is_a_revision(
    relais: Relais, tmp_path: Path
) -> None:
    (tmp_path / "changed.yaml").write_text(_another_name())
    assert relais("import", str(tmp_path / "changed.yaml")).output == "boreal: revision 2\n"
    assert relais("import", str(BOREAL)).output == "boreal: revision 3\n"
    documents = Documents(from_environ().database_url)
    first, second, third = (documents.load("boreal", revision) for revision in (1, 2, 3))
    assert first is not None
    assert second is not None
    assert third is not None
    assert first[1] == third[1] != second[1]


def _another_name() -> str:
    return BOREAL.read_text().replace("Boîte générale", "Boîte commune")


def test_given_a_revision_that_cannot_be_published_then_it_is_said_to_be_saved(
    relais: Relais, tmp_path: Path
) -> None:
    (tmp_path / "snapshots").rename(tmp_path / "kept")
    (tmp_path / "snapshots").write_text("a file where the folder was")
    (tmp_path / "changed.yaml").write_text(_another_name())
    refused = relais("import", str(tmp_path / "changed.yaml"))
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: boreal is saved, but could not be put in force (")
    assert [line.revision for line in Documents(from_environ().database_url).history("boreal")] == [2, 1]


def test_given_no_company_named_then_the_only_one_is_exported_and_of_several_their_names_are_told(
    relais: Relais,
) -> None:
    assert relais("export").output == relais("export", "boreal").output
    assert relais("import", str(BOREAL.with_name("second.yaml"))).exit_code == 0
    unsaid, unknown = relais("export"), relais("export", "zephir")
    assert (unsaid.exit_code, unknown.exit_code) == (1, 1)
    assert unsaid.output == "Error: say which company; there are: boreal, zephyr\n"
    assert unknown.output == "Error: there is no company “zephir”; there are: boreal, zephyr\n"


def test_given_a_broken_file_then_every_mistake_is_told_and_nothing_is_changed(
    relais: Relais, tmp_path: Path
) -> None:
    text = BOREAL.read_text().replace("format: 1", "format: 7\nunknown: 1")
    (tmp_path / "broken.yaml").write_text(text)
    refused = relais("import", str(tmp_path / "broken.yaml"))
    assert refused.exit_code == 1
    assert "format" in refused.output
    assert "unknown" in refused.output
    assert [line.revision for line in Documents(from_environ().database_url).history("boreal")] == [1]


def test_given_a_broken_file_then_french_is_spoken_too(relais: Relais, tmp_path: Path) -> None:
    text = BOREAL.read_text() + "unknown: 1\n"
    (tmp_path / "broken.yaml").write_text(text)
    refused = relais("import", str(tmp_path / "broken.yaml"), "--lang", "fr")
    line = len(text.splitlines())
    assert refused.stderr.startswith(f"broken.yaml:{line}: unknown: La clé « unknown » n'existe pas ici")
    assert refused.stderr.endswith("rien n'a été changé\n")


@pytest.mark.parametrize("name", ["calendar", "check", "explain", "holidays", "import", "replay", "setting"])
def test_given_a_command_that_speaks_then_its_language_is_asked_for_in_one_way(name: str) -> None:
    assert "--lang, --language [fr|en]" in CliRunner().invoke(main, [name, "--help"]).output


def test_given_the_first_start_then_the_printed_password_signs_in_until_another_is_set(
    relais: Relais, tmp_path: Path
) -> None:
    first = secrets.read_secret(tmp_path, "admin_password")
    assert _signs_in(first)
    assert relais("password", input="short\nshort\n").exit_code == 1
    assert relais("password", input="a longer one\na longer one\n").exit_code == 0
    assert not _signs_in(first)
    assert _signs_in("a longer one")
    assert not secrets.exists(tmp_path, "admin_password")
    assert store(["seed", str(BOREAL)]) == 0
    assert not secrets.exists(tmp_path, "admin_password")


def test_given_tokens_then_they_are_shown_once_listed_and_revoked(relais: Relais) -> None:
    made = relais("token", "create", "reports", "--role", "supervisor")
    listed = relais("token", "list").output
    assert made.output.startswith("relais_")
    assert made.output.strip() not in listed
    assert "reports" in listed
    ident = listed.split()[0]
    assert relais("token", "revoke", ident).exit_code == 0
    assert "revoked" in relais("token", "list").output
    assert relais("token", "revoke", ident).exit_code == 1


def test_given_accounts_then_a_name_is_taken_once(relais: Relais) -> None:
    words = ("account", "add", "paul", "--company", "boreal", "--password", "long enough 1")
    assert relais(*words).exit_code == 0
    assert relais(*words).exit_code == 1
    assert "paul" in relais("account", "list").output


def test_given_a_user_of_the_company_then_an_account_is_tied_to_him_and_loosed_again(relais: Relais) -> None:
    words = ("account", "add", "lina", "--company", "boreal", "--password", "long enough 1")
    nobody = relais(*words, "--role", "agent")
    assert (nobody.exit_code, nobody.stderr) == (
        1,
        f"Error: there is no user “” in the company “boreal” {_HOW}\n",
    )
    assert relais(*words, "--role", "agent", "--extension", "1007").exit_code == 0
    assert "boreal 1007" in relais("account", "list").output
    assert relais("account", "link", "lina", "1008").output == "lina: 1008\n"
    assert relais("account", "link", "lina", "8999").exit_code == 1
    assert "boreal 1008" in relais("account", "list").output
    assert relais("account", "link", "lina").output == "lina: nobody\n"
    assert relais("account", "link", "nobody", "1007").exit_code == 1


def test_given_a_setting_then_the_command_says_why_it_is_so(relais: Relais) -> None:
    said = relais("setting", "users.1001.open.ring.seconds", "--company", str(BOREAL))
    assert said.output == "users.1001.open.ring.seconds: 15. Set by the object itself (1001).\n"
    unknown = relais("setting", "users.1001.colour", "--company", str(BOREAL), "--language", "fr")
    assert (unknown.exit_code, unknown.stdout) == (1, "")


def test_given_hours_then_the_setting_says_them_as_people_write_them(relais: Relais) -> None:
    said = relais("setting", "users.1001.schedule", "--company", "boreal").output
    assert '"start":"08:30","end":"17:30"' in said


def test_given_a_saved_company_then_it_is_asked_about_by_its_id_and_now_is_the_time(relais: Relais) -> None:
    now = relais("explain", "--company", "boreal", "--to", "8110", "--lang", "fr")
    assert (now.exit_code, "8110 (Fournisseurs)" in now.output) == (0, True)
    assert relais("calendar", "--company", "boreal", "--number", "N-MAIN", "--days", "1").exit_code == 0
    nobody = relais("explain", "--company", "nobody", "--to", "8110", "--language", "fr")
    assert (nobody.exit_code, "ni un fichier ni une entreprise" in nobody.stderr) == (1, True)


def test_given_a_company_that_is_not_there_then_nobody_is_let_into_it(relais: Relais) -> None:
    asked = (
        ("account", "add", "paul", "--company", "boreale", "--password", "long enough 1"),
        ("token", "create", "reports", "--company", "boreale"),
    )
    for words in asked:
        refused = relais(*words)
        assert (refused.exit_code, refused.stderr) == (
            1,
            "Error: there is no company “boreale”; `relais import FILE` brings one\n",
        )
    assert "paul" not in relais("account", "list").output


def test_given_devices_then_those_of_people_and_of_sites_are_listed_with_their_registrar(
    relais: Relais,
) -> None:
    from_environ().var.joinpath("secrets").mkdir(exist_ok=True)
    listed = relais("devices")
    assert "127.0.0.1:5060" in listed.stderr
    names = [line[32:42].strip() for line in listed.stdout.splitlines()]
    assert names[:2] == ["1000a", "1001a"]
    assert names[-3:] == ["1090", "1091", "1092"]


def test_given_a_folder_without_scenarios_then_that_is_a_failure(relais: Relais, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    found = relais("scenario", str(tmp_path / "none"))
    assert (found.exit_code, "no scenario (*.yaml) in" in found.stderr) == (1, True)


def test_given_a_saved_company_then_its_holidays_are_a_new_revision(relais: Relais) -> None:
    words = (
        "holidays",
        "--country",
        "CA",
        "--subdivision",
        "QC",
        "--years",
        "2026",
        "--for",
        "handlings.main",
    )
    assert relais(*words, "--company", "boreal").output.startswith("handlings.main: 8 added, 0 updated")
    found = Documents(from_environ().database_url).load("boreal")
    assert found is not None
    revision, document = found
    assert revision == 2
    assert "CA-QC-2026-06-24" in document.handlings["main"].exceptions
    unknown = relais(*words, "--company", "nobody")
    assert (unknown.exit_code, unknown.stderr) == (1, "There is no company “nobody”.\n")


@pytest.mark.parametrize("words", ["export", "export boreal", "account list", "token list", "devices"])
def test_given_nothing_here_yet_then_the_command_says_so_and_makes_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setenv("RELAIS_VAR", str(tmp_path / "var"))
    refused = CliRunner().invoke(main, words.split())
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: ")
    assert "`make run`" in refused.stderr
    assert not (tmp_path / "var").exists()


def test_given_nothing_here_yet_then_a_company_may_be_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELAIS_VAR", str(tmp_path / "var"))
    assert CliRunner().invoke(main, ["import", str(BOREAL)]).output == "boreal: revision 1\n"


def test_given_settings_that_cannot_be_used_then_each_command_says_which(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RELAIS_CONSOLE_LISTEN", "8801")
    refused = CliRunner().invoke(main, ["export"])
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("Error: RELAIS_CONSOLE_LISTEN='8801' cannot be used")


@pytest.mark.parametrize(
    ("words", "french", "english"),
    [
        (("account", "add", "zoe", "--password", "short"), "un mot de passe", "a password"),
        (
            ("account", "add", "z" * 101, "--password", "a long password"),
            "un nom a de 1",
            "a name has from 1",
        ),
        (("account", "add", "admin", "--password", "a long password"), "il y a déjà", "already"),
        (("account", "link", "nobody", "1001"), "il n'y a pas de compte", "there is no account"),
        (
            ("password", "nobody", "--password", "a long password"),
            "il n'y a pas de compte",
            "there is no account",
        ),
        (("token", "revoke", "x"), "il n'y a pas de jeton", "there is no token"),
        (("token", "create", "t", "--company", "no"), "il n'y a pas d'entreprise", "there is no company"),
        (
            ("token", "create", "t", "--role", "agent", "--company", "boreal"),
            "pas de poste",
            "there is no user",
        ),
        (("export", "no"), "entreprise « no »", "there is no company “no”"),
        (("devices", "--company", "no"), "n'est pas en vigueur", "no such company"),
    ],
)
def test_given_a_mistake_then_it_is_told_in_the_language_of_the_terminal(
    relais: Relais, words: tuple[str, ...], french: str, english: str
) -> None:
    for language, said in (("fr_CA.UTF-8", french), ("C", english)):
        answer = relais(*words, env={"LC_ALL": language})
        assert answer.exit_code == 1
        assert said in answer.output
