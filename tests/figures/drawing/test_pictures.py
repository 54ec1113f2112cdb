"""Every picture: nothing overlaps or leaves the page, equal input gives equal bytes, odd networks are drawn too."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection, PolyCollection
from networks_to_draw import network_of, with_lateness, world

from simulation.errors import InputError
from simulation.figures.drawing import SCALES, draw, scale_of
from simulation.figures.style import rendered, save

PICTURES = [
    ("small", 60, "baseline", True), ("small", 200, "provinces", False), ("small", 1500, "baseline", True),
    ("medium", 200, "baseline", False), ("medium", 2000, "provinces", True), ("medium", 2000, "baseline", True),
    ("large", 300, "baseline", False), ("large", 8000, "baseline", True), ("large", 8000, "provinces", True),
]  # fmt: skip


def network(firms, name, is_late):
    content = world(firms, name)
    return with_lateness(content) if is_late else content


def texts_of(figure):
    """Return the texts of a figure with their boxes in pixels; the numbers in discs belong to their discs."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    found = [text for axes in figure.axes for text in axes.texts if text.get_text() and not text.get_text().isdigit()]
    found += [text for text in (figure._suptitle, figure._supxlabel) if text is not None]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in found], figure.bbox


def note_of(figure):
    return " ".join(figure.get_supxlabel().split())


@pytest.fixture(scope="module", params=PICTURES, ids=lambda picture: "-".join(map(str, picture)))
def picture(request):
    scale, firms, name, is_late = request.param
    return draw(network(firms, name, is_late), scale)


def test_no_text_overlaps_another_or_leaves_the_page(picture):
    texts, page = texts_of(picture)
    for text, box in texts:
        assert page.x0 <= box.x0, text
        assert box.x1 <= page.x1, text
        assert page.y0 <= box.y0, text
        assert box.y1 <= page.y1, text
    for (first, one), (second, other) in combinations(texts, 2):
        wide = min(one.x1, other.x1) - max(one.x0, other.x0)
        high = min(one.y1, other.y1) - max(one.y0, other.y0)
        assert min(wide, high) <= 1.0, f"{first!r} overlaps {second!r}"


def test_dots_and_flows_stay_inside_the_page(picture):
    (axes,) = picture.axes
    right, bottom = axes.get_xlim()[1], axes.get_ylim()[0]
    for part in axes.collections:
        if isinstance(part, PathCollection):
            corners = part.get_offsets()
        elif isinstance(part, PolyCollection):
            corners = np.concatenate([path.vertices for path in part.get_paths()])
        else:
            continue
        assert (corners >= 0.0).all()
        assert (corners <= (right, bottom)).all()


@pytest.mark.parametrize("scale", SCALES)
def test_equal_networks_give_equal_bytes(scale):
    content = with_lateness(world(300))
    assert rendered(draw(content, scale), "svg") == rendered(draw(content, scale), "svg")


@given(st.integers(1, 10**7))
def test_more_firms_are_never_drawn_at_a_smaller_scale(firms):
    assert SCALES.index(scale_of(firms)) <= SCALES.index(scale_of(firms + 1))


def test_the_scale_follows_the_number_of_firms_unless_it_is_asked_for():
    assert [scale_of(n) for n in (1, 300, 301, 10_000, 10_001)] == ["small"] * 2 + ["medium"] * 2 + ["large"]
    assert "Every firm is a dot whose area" in note_of(draw(world(200)))
    assert "the largest on the left of its cell" in note_of(draw(world(2000)))
    assert "Every cell is a block" in note_of(draw(world(12_000)))
    assert "Every cell is a block" in note_of(draw(world(200), "large"))


def test_an_unknown_scale_and_a_network_without_firms_are_refused_in_a_sentence():
    with pytest.raises(InputError, match="no scale 'huge', but small, medium, large"):
        draw(world(60), "huge")
    with pytest.raises(InputError, match="without firms"):
        draw(network_of([], 4)._replace(firms=world(60).firms.iloc[:0]))


def test_a_large_network_drawn_small_is_a_sample_and_says_so():
    content = with_lateness(world(2000))
    note = note_of(draw(content, "small"))
    assert "of 2,000 firms and" in note
    assert "shares in the picture are not those of the whole network" in note
    assert "all 200 firms" in note_of(draw(world(200), "small"))


def test_the_note_says_scenario_seed_moment_and_numbers():
    note = note_of(draw(with_lateness(world(250))))
    for part in ("Baseline (seed 1)", "at the end of June 2024", "250 firms", "links", "One run, so no interval"):
        assert part in note
    assert "nobody is late" in note_of(draw(world(250)))


def changed(content, **columns):
    return content._replace(firms=content.firms.assign(**columns))


ODD = {
    "no large manufacturer": lambda content: changed(content, tier=-1),
    "one region": lambda content: changed(content, region="capital"),
    "one sector": lambda content: changed(content, sector="services"),
    "no links": lambda content: content._replace(links=content.links.iloc[:0]),
    "links without value": lambda content: content._replace(links=content.links.assign(value=0.0)),
    "one firm": lambda content: network_of([], 1),
    "everybody late": lambda content: changed(content, late=9.0) if content.has_lateness else content,
    "nobody late": lambda content: changed(content, late=0.0) if content.has_lateness else content,
    "a firm late because of itself": lambda content: (
        changed(content, travelled=3, root=np.arange(len(content.firms))) if content.has_lateness else content
    ),
}


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("oddity", ODD)
def test_odd_networks_are_drawn(oddity, scale):
    content = ODD[oddity](network(120, "baseline", "late" in oddity or scale == "medium"))
    assert rendered(draw(content, scale), "png", dpi=40.0).startswith(b"\x89PNG")


@pytest.mark.parametrize("scale", SCALES)
def test_names_in_any_script_are_drawn_without_a_warning(scale):
    content = world(60)
    names = [f"{name} 가온금형 𓀀" for name in content.firms["firm"]]
    content = with_lateness(changed(content, firm=names))._replace(title="시나리오 𓀀 (seed 1)")
    region = content.firms["region"].cat.rename_categories({"capital": "수도권 𓀀", "elsewhere": "$x_{"})
    content = changed(content, region=region)
    content = content._replace(groups=content.groups._replace(regions=("수도권 𓀀", "$x_{")))
    assert rendered(draw(content, scale), "svg").startswith(b"<?xml")


def test_a_hundred_thousand_firms_fit_into_two_megabytes(tmp_path):
    content = with_lateness(world(100_000))
    for name in ("baseline.svg", "baseline.png", "baseline.pdf"):
        assert save(draw(content), tmp_path / name).stat().st_size < 2_000_000


@pytest.mark.parametrize("scale", SCALES)
def test_firms_late_because_of_others_are_counted_in_the_list(scale):
    content = with_lateness(world(300), roots=2)
    words = {text.get_text() for text in draw(content, scale).axes[0].texts}
    roots = content.firms.loc[content.is_inherited, "root"]
    for count in roots.value_counts():
        assert any(word.startswith(f"made {count} firms late") for word in words)
