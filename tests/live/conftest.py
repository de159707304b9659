"""One installation for all live tests; after each test no call is left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.office import Office, installation


@pytest.fixture(scope="package")
def the_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with installation(tmp_path_factory.mktemp("live")) as stack:
        office = Office(stack, "1000a", "1001a", "1001b", "1004a", "1006a")
        yield office
        office.close()


@pytest.fixture
def office(the_office: Office) -> Iterator[Office]:
    # Whoever still rings for the last test's call would be busy for this one (catalogue 4.2).
    the_office.becomes("available", "1000", "1001", "1004", "1006", seconds=30.0)
    yield the_office
    the_office.until(lambda: the_office.stack.ready() and the_office.knows("1004a", "boreal"), 30.0)
    the_office.quiet()
