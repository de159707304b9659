"""One company's published mistake is its own: every other company is served, in calls and in the switch's own files."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from dialplan_server import published
from dialplan_server.mirror import Mirror
from dialplan_server.published import Published
from routing.company import CompanyDocument
from routing.compiled import Company, compile_company
from tests.dialplan_server.asking import publish, settings_in
from tests.sample import document

OTHER = "autre"


def other(domain: str = "autre.example") -> CompanyDocument:
    """The sample company under another name."""
    account = msgspec.structs.replace(document().account, id=OTHER, domain=domain)
    return msgspec.structs.replace(document(), account=account)


def test_given_a_revision_that_cannot_be_compiled_then_its_company_stays_as_it_was_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, broken = settings_in(tmp_path), []
    for company in (document(), other()):
        publish(settings, company, 1)
    served = Published(settings, lambda work: work(), broken.append)
    served.refresh()

    def compiled(company: CompanyDocument, revision: int) -> Company:
        if (company.account.id, revision) == (OTHER, 2):
            raise KeyError("a bug of ours")
        return compile_company(company, revision)

    monkeypatch.setattr(published, "compile_company", compiled)
    for company in (document(), other()):
        publish(settings, company, 2)
    assert served.refresh()
    assert {ident: each.revision for ident, each in served.companies.by_id.items()} == {"boreal": 2, OTHER: 1}
    assert {ident: each.revision for ident, each in served.snapshots.items()} == {"boreal": 2, OTHER: 1}
    assert broken == [OTHER]

    publish(settings, other(), 3)
    served.refresh()
    assert served.companies.by_id[OTHER].revision == 3
    assert broken == [OTHER]


def test_given_a_company_that_cannot_be_written_then_the_others_are_in_the_switchs_own_files(
    tmp_path: Path,
) -> None:
    settings = settings_in(tmp_path)
    publish(settings, document())
    # The switch would drop every line with this name (switch_xml.c).
    publish(settings, other("x-pre-process.example"))
    served = Published(settings, lambda work: work())
    served.refresh()
    mirror = Mirror(settings, "tone_stream://%(300,300,400)")
    mirror.lead()
    mirror.write(served.pairs())
    mirror.close()
    assert f'<domain name="{document().account.domain}">' in settings.directory_mirror.read_text()
    for file in (settings.directory_mirror, settings.failsafe_file):
        assert document().account.domain in file.read_text()
        assert "pre-process" not in file.read_text()


def test_given_a_user_with_the_preprocessors_name_then_he_is_in_the_directory_without_it(
    tmp_path: Path,
) -> None:
    settings, users = settings_in(tmp_path), dict(document().users)
    users["1001"] = msgspec.structs.replace(users["1001"], name="X-PRE-PROCESS")
    publish(settings, msgspec.structs.replace(document(), users=users))
    served = Published(settings, lambda work: work())
    served.refresh()
    mirror = Mirror(settings, "tone_stream://%(300,300,400)")
    mirror.lead()
    mirror.write(served.pairs())
    mirror.close()
    assert '<variable name="effective_caller_id_name" value="1001"/>' in settings.directory_mirror.read_text()
