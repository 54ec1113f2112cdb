"""Everything that the report and its figures say, in English and Korean."""

from __future__ import annotations

from simulation.texts.language import LANGUAGES, Language, catalogue, ended, language_now, say, speaking, word

__all__ = ["LANGUAGES", "Language", "catalogue", "ended", "language_now", "say", "speaking", "word"]
