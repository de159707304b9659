"""The REST API, /api/v1: one module for each thing it is about, all of them listed here."""

from console.api import (
    agents,
    calls,
    companies,
    documents,
    explanations,
    feed,
    holds,
    intents,
    me,
    numbers,
    password,
    placed_calls,
    records,
    revisions,
    session,
    tokens,
)

OPERATIONS = (
    *session.OPERATIONS,
    *me.OPERATIONS,
    *password.OPERATIONS,
    *companies.OPERATIONS,
    *agents.OPERATIONS,
    *intents.OPERATIONS,
    *holds.OPERATIONS,
    *calls.OPERATIONS,
    *placed_calls.OPERATIONS,
    *feed.OPERATIONS,
    *records.OPERATIONS,
    *documents.OPERATIONS,
    *numbers.OPERATIONS,
    *revisions.OPERATIONS,
    *explanations.OPERATIONS,
    *tokens.OPERATIONS,
)
