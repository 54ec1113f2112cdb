"""Teaching: lessons, and the pages on which they are worked through."""

from __future__ import annotations

from simulation.teach.lessons import Lesson, lessons, load_lesson, shipped_lessons

__all__ = ["Lesson", "lessons", "load_lesson", "shipped_lessons"]
