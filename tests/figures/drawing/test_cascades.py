"""Who is late because of whom."""

from __future__ import annotations

import numpy as np
from networks_to_draw import network_of, with_lateness, world

from simulation.figures.drawing.cascades import cascades
from simulation.figures.drawing.sidebar import cascade_entries, hubs


def late_network(pairs, count, **columns):
    content = network_of(pairs, count)
    plain = {"late": np.zeros(count), "root": np.arange(count), "travelled": np.zeros(count, np.int64)}
    links = content.links.assign(critical=1)
    return content._replace(firms=content.firms.assign(**(plain | columns)), links=links, has_lateness=True)


def test_lateness_is_followed_along_as_many_critical_links_as_it_travelled():
    content = late_network(
        [(0, 1), (1, 2), (0, 3), (3, 2)], 4, late=[0, 0, 2, 0], root=[0, 1, 0, 3], travelled=[0, 0, 2, 0]
    )
    content = content._replace(links=content.links.assign(value=[9.0, 1.0, 9.0, 5.0]))
    (one,) = cascades(content)
    assert one.root == 0
    assert one.victims.tolist() == [2]
    assert one.steps.tolist() == [[0, 3], [3, 2]]
    assert one.is_known.tolist() == [1, 1]


def test_a_way_whose_link_is_gone_joins_root_and_late_firm_directly():
    content = late_network([(1, 2)], 3, late=[0, 0, 2], root=[0, 1, 0], travelled=[0, 0, 1])
    (one,) = cascades(content)
    assert one.steps.tolist() == [[0, 2]]
    assert one.is_known.tolist() == [0]


def test_links_that_are_not_critical_pass_nothing_on():
    content = late_network([(0, 1)], 2, late=[0, 2], root=[0, 0], travelled=[0, 1])
    content = content._replace(links=content.links.assign(critical=0))
    assert cascades(content)[0].is_known.tolist() == [0]


def test_the_largest_cascade_comes_first_and_every_late_firm_belongs_to_one():
    content = with_lateness(world(400))
    found = cascades(content)
    sizes = [one.victims.size for one in found]
    assert sizes == sorted(sizes, reverse=True)
    assert sorted(np.concatenate([one.victims for one in found])) == np.flatnonzero(content.is_inherited).tolist()
    assert all(one.is_known.all() for one in found)


def test_zero_days_own_events_and_firms_late_because_of_themselves_are_no_cascades():
    assert cascades(late_network([(0, 1)], 2, root=[0, 0], travelled=[0, 1])) == []
    assert cascades(late_network([(0, 1)], 2, late=[3.0, 3.0])) == []
    assert cascades(late_network([(0, 1), (1, 0)], 2, late=[3.0, 0.0], travelled=[2, 0])) == []
    assert cascades(world(60)) == []


def test_entries_name_the_root_and_the_firms_latest_because_of_it():
    content = late_network(
        [(0, 1), (0, 2), (0, 3), (0, 4)],
        5,
        firm=["root", "one", "two", "three", "four"],
        late=[0, 1, 4, 3, 2],
        root=[0, 0, 0, 0, 0],
        travelled=[0, 1, 1, 1, 1],
    )
    (entry,) = cascade_entries(content, cascades(content), 6)
    assert entry.title == "root"
    assert entry.lines[1:] == (
        "made 4 firms late:", "two (4.0 days)", "three (3.0 days)", "four (2.0 days)", "and 1 more",
    )  # fmt: skip


def test_hubs_are_those_without_whom_most_buyers_cannot_do():
    pairs = [(0, buyer) for buyer in range(4, 9)] + [(1, buyer) for buyer in range(4, 8)] + [(2, 9), (2, 3)]
    content = network_of(pairs, 10)
    critical = [0] * 5 + [1] * 4 + [1] * 2
    assert hubs(content._replace(links=content.links.assign(critical=critical)), 5).tolist() == [1, 0]
