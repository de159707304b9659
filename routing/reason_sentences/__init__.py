"""Each reason as a sentence, in French and in English, for whoever asks why a phone rang or did not.
The words in braces are the facts of `routing.reasons`, named by `routing.explain_names`."""

from __future__ import annotations

from collections.abc import Mapping

from routing.lint_sentences import Sentence
from routing.reason_sentences import calls, groups, hours, outside, phones, star_codes
from routing.reason_sentences.words import WORDS
from routing.reasons import ReasonCode

__all__ = ("SENTENCES", "WORDS")

SENTENCES: Mapping[ReasonCode, Sentence] = {
    **calls.SENTENCES,
    **star_codes.SENTENCES,
    **outside.SENTENCES,
    **hours.SENTENCES,
    **phones.SENTENCES,
    **groups.SENTENCES,
}
