import pytest

from simulation.errors import InputError
from simulation.page import write_page
from simulation.page.limits import MOST_FIRM_MONTHS, MOST_FIRMS, MOST_RUNS, refuse_many_firms
from simulation.page.writing import record_runs


def test_a_page_is_one_file_and_equal_pages_are_equal_bytes(base, tmp_path):
    told = []
    first = write_page([base], 3, tmp_path / "a.html", lambda *step: told.append(step))
    second = write_page([base], 3, tmp_path / "sub" / "b.html")
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.size == first.path.stat().st_size
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "sub"]
    assert ("Recording base, months", 20, 20) in told
    assert told[-1] == ("Writing the page", 1, 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"population.firms": MOST_FIRMS + 1}, "20,001 firms are too many for a page, which shows at most 20,000"),
        ({"population.firms": MOST_FIRMS, "time.months": 300}, "use fewer scenarios, --firms or --months"),
        ({"time.months": 601}, "runs for 601 months"),
    ],
)
def test_what_is_too_large_is_refused_before_anything_runs(base, changes, message):
    with pytest.raises(InputError, match=message):
        record_runs([base.with_(changes)], 1)


def test_the_limit_counts_all_runs(base):
    firms = MOST_FIRM_MONTHS // 80 // MOST_RUNS
    refuse_many_firms(firms, 80, MOST_RUNS)
    with pytest.raises(InputError, match="firm-months"):
        refuse_many_firms(firms + 1, 80, MOST_RUNS)


def test_no_scenario_too_many_and_two_of_one_name_are_refused(base):
    with pytest.raises(InputError, match="at least one"):
        record_runs([], 1)
    with pytest.raises(InputError, match="at most 6 runs"):
        record_runs([base] * 7, 1)
    with pytest.raises(InputError, match="two scenarios are called base"):
        record_runs([base, base], 1)
    with pytest.raises(InputError, match="seed -1"):
        record_runs([base], -1)
