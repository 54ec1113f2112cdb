from __future__ import annotations

from simulation.figures import fonts


def test_the_font_of_matplotlib_comes_first_and_writes_european_names():
    assert fonts.families()[0] == "DejaVu Sans"
    assert fonts.is_writable("Größe, Łódź: 50 %\n(Ωmega)")
    assert not fonts.is_writable("𓀀")


def test_an_installed_font_with_hangul_is_taken_as_second(monkeypatch):
    class Entry:
        name = "NanumGothic"

    fonts.families.cache_clear()
    monkeypatch.setattr(fonts.fontManager, "ttflist", [Entry()])
    try:
        assert fonts.families() == ("DejaVu Sans", "NanumGothic")
    finally:
        fonts.families.cache_clear()
