"""The live server: what it answers, whom it refuses, and that browsers do not influence each other."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from teach.asking import ORIGIN, PORT, SMALL, ask, ask_together

from simulation.errors import InputError
from simulation.page.container import unpacked
from simulation.page.document import block_of
from simulation.page.writing import record_runs
from simulation.teach import laboratory as laboratory_module
from simulation.teach.catalogue import Catalogue
from simulation.teach.guard import LARGEST_BODY
from simulation.teach.laboratory import Laboratory
from simulation.teach.lessons import lessons, load_lesson
from simulation.teach.refusals import TooLargeError
from simulation.teach.server import application
from simulation.teach.serving import bound
from simulation.teach.settings import Settings

pytest.importorskip("starlette", reason="the extra teach is not installed")


def users(answer):
    assert answer.status == 200, answer.body
    header, arrays = unpacked(answer.body)
    return header, [arrays[f"run{number}.users"] for number in range(len(header["runs"]))]


def test_the_page_is_one_document_that_may_ask_its_own_server_alone(app):
    answer = ask(app, "/")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not any(name.startswith("access-control") for name in answer.headers)
    assert b'id="live">bGVhbl9jaGFpbnM=<' in answer.body


def test_runs_are_those_of_the_settings(app, catalogue):
    answer = ask(app, "/api/runs", {"seed": 9, "values": SMALL | {"use.growth": 0.04}})
    assert answer.headers["content-type"] == "application/octet-stream"
    scenario = catalogue.model.scenarios["baseline"].with_(SMALL | {"use.growth": 0.04})
    expected = unpacked(block_of(record_runs([scenario], 9)))
    header, (found,) = users(answer)
    assert header["seed"] == 9
    assert header["runs"][0]["digest"] == scenario.digest()
    np.testing.assert_array_equal(found, expected[1]["run0.users"])


def test_a_lesson_shows_its_scenarios_its_measures_and_its_formula(app):
    header, runs = users(ask(app, "/api/runs", {"lesson": "diffusion_curve", "values": SMALL}))
    assert [run["name"] for run in header["runs"]] == ["imitation", "innovation"]
    assert [one["measure"] for one in header["watch"]] == ["adopter_share"]
    assert all(len(curves) == 2 for curves in header["formulas"].values())
    assert len(header["formulas"]["imitation"][0]["values"]) == header["months"]
    assert not np.array_equal(*runs) or header["runs"][0]["digest"] != header["runs"][1]["digest"]


def test_policies_stand_beside_the_first_run_on_the_same_draws(app):
    values = SMALL | {"lateness.lean": 0.5}
    header, (first, second) = users(ask(app, "/api/runs", {"policies": ["capability"], "values": values}))
    assert [run["name"] for run in header["runs"]] == ["baseline", "capability"]
    start = header["runs"][1]["policy"][0]["first"]
    np.testing.assert_array_equal(first[: start + 1], second[: start + 1])
    assert not np.array_equal(first, second)


def test_strengths_are_solved_once_where_only_deliveries_change(app, monkeypatch):
    solved = []

    def counting(scenario):
        solved.append(scenario)
        return scenario, None

    monkeypatch.setattr(laboratory_module, "solve_strength", counting)
    for lean in (0.1, 0.3, 0.5):
        body = {"policies": ["cash_subsidy"], "values": SMALL | {"lateness.lean": lean}}
        assert ask(app, "/api/runs", body).status == 200
    assert len(solved) == 1


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ({"values": {"use.growht": 1.0}}, 400, "did you mean 'use.growth'"),
        ({"values": {"use.growth": 9.0}}, 400, "use.growth: 9 is not allowed"),
        ({"values": {"use.growth": "fast"}}, 400, "is not allowed"),
        ({"values": {"population.data": "/etc/passwd"}}, 400, "cannot be moved here"),
        ({"values": {"extends": "/etc/passwd"}}, 400, "cannot be moved here"),
        ({"values": {"population.firms": 2001}}, 422, "2,001 firms are too many"),
        ({"values": {"use.growth": [[]]}}, 400, "write a number"),
        ({"policies": ["../baseline"]}, 400, "there is no policy"),
        ({"policies": ["cash_subsidy", "mandate", "capability", "balanced"]}, 422, "at most 3 policies"),
        ({"lesson": "../../etc/passwd"}, 400, "there is no lesson"),
        ({"lesson": "lean_chains", "values": {"use.growth": 0.04}}, 400, "does not let you move it"),
        ({"lesson": "lean_chains", "policies": ["mandate"]}, 400, "has its own policies"),
        ({"seed": -1}, 400, "seed: write a whole number"),
        ({"seed": 1.5}, 400, "seed: write a whole number"),
        ({"seed": True}, 400, "seed: write a whole number"),
        ({"path": "/"}, 400, "'path' is unknown here"),
        ([], 400, "must be a JSON object"),
        (b"{", 400, "not valid JSON"),
        (b'{"seed": NaN}', 400, "not valid JSON"),
        (b'{"values": {"use.growth": 1e999}}', 400, "not valid JSON"),
        (b'{"seed": ' + b"9" * 5000 + b"}", 400, "not valid JSON"),
        (b"[" * 16_000, 400, "not valid JSON"),
        (b"\xff\xfe", 400, "not valid JSON"),
        (b" " * (LARGEST_BODY + 1), 413, "at most 16,384 bytes"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(app, body, status, sentence):
    for path in ("/api/runs", "/api/series"):
        answer = ask(app, path, body)
        assert answer.status == status
        assert sentence in answer.error
        assert "\n" not in answer.error
        assert "Traceback" not in answer.error


def test_a_body_that_says_it_is_too_large_is_not_read(app):
    assert ask(app, "/api/runs", {}, content_length=str(LARGEST_BODY + 1)).status == 413
    assert ask(app, "/api/runs", {}, content_length="-1").status == 413


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", f"127.0.0.1:{PORT + 1}", f"evil.example:{PORT}", ""])
def test_requests_for_another_host_are_refused(app, host):
    """A page from elsewhere whose name was made to mean this machine (DNS rebinding) says its own name."""
    for body in (None, {}):
        answer = ask(app, "/api/runs" if body is not None else "/", body, host=host)
        assert answer.status == 400
        assert "only at its own address" in answer.error


@pytest.mark.parametrize("origin", ["http://evil.example", "null", f"https://127.0.0.1:{PORT}", "http://127.0.0.1", ""])
def test_pages_from_elsewhere_cannot_make_it_run_anything(app, origin):
    answer = ask(app, "/api/runs", {}, origin=origin)
    assert answer.status == 403
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_requests_that_need_no_permission_of_a_browser_are_refused(app):
    """A form of another page may send text/plain without asking first."""
    assert ask(app, "/api/runs", {}, content_type="text/plain").status == 415
    assert ask(app, "/api/runs", {}, method="OPTIONS").status == 405
    assert ask(app, "/api/runs").status == 405
    assert ask(app, "/", host=f"LOCALHOST:{PORT}").status == 200
    assert ask(app, "/api/runs", {"values": SMALL}, origin=f"http://localhost:{PORT}").status == 200


@pytest.mark.parametrize("path", ["/etc/passwd", "/../pyproject.toml", "/static/page.js", "/api"])
def test_there_are_no_files(app, path):
    answer = ask(app, path)
    assert answer.status == 404
    assert answer.error == "there is nothing of that name here"


def test_browsers_do_not_influence_each_other(app, catalogue):
    """Two browsers ask in turn and at once; each gets what it gets alone, whatever the other asked for."""
    one, other = ({"seed": 4, "values": SMALL | {"use.growth": growth}} for growth in (0.03, 0.045))
    alone = {}
    for name, body in (("one", one), ("other", other)):
        fresh = Laboratory(catalogue, threads=1)
        alone[name] = ask(application(fresh, PORT), "/api/runs", body).body
        fresh.close()
    assert alone["one"] != alone["other"]
    answers = ask_together(app, "/api/runs", [one, other] * 4)
    assert [answer.body for answer in answers] == [alone["one"], alone["other"]] * 4
    default, _ = users(ask(app, "/api/runs", {"seed": 4, "values": SMALL}))
    assert default["runs"][0]["digest"] == catalogue.model.scenarios["baseline"].with_(SMALL).digest()


def test_tables_are_those_of_the_runs_shown(app):
    body = {"seed": 2, "lesson": "diffusion_curve", "values": SMALL}
    header, _ = users(ask(app, "/api/runs", body))
    answer = ask(app, "/api/series", body)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    found = [row for row in rows if (row["measure"], row["group"], row["month"]) == ("adopter_share", "all", "95")]
    assert [row["scenario"] for row in found] == ["imitation", "innovation"]
    series = unpacked(ask(app, "/api/runs", body).body)[1]
    at = header["runs"][0]["series"].index(["adopter_share", "all"])
    for number, row in enumerate(found):
        assert float(row["value"]) == pytest.approx(series[f"run{number}.series"][at, 95], rel=1e-6)
    graph = nx.parse_graphml(ask(app, "/api/network", body).body.decode())
    assert graph.number_of_nodes() == header["firms"] == 100
    assert graph.number_of_edges() == header["links"]


def test_a_port_that_is_taken_is_one_sentence():
    first = bound(0)
    first.listen()
    with pytest.raises(InputError, match="choose another with --port"):
        bound(first.getsockname()[1])
    assert first.getsockname()[0] == "127.0.0.1"
    first.close()


def test_settings_are_told_apart_by_all_that_they_say():
    base = Settings("", 1, ("mandate",), {"use.growth": 0.03, "use.capacity": 2.0})
    assert base.digest() == Settings("", 1, ("mandate",), {"use.capacity": 2.0, "use.growth": 0.03}).digest()
    others = [
        Settings("x", 1, ("mandate",), base.values),
        Settings("", 2, ("mandate",), base.values),
        Settings("", 1, (), base.values),
        Settings("", 1, ("mandate",), {"use.growth": 0.03}),
    ]
    assert len({one.digest() for one in [base, *others]}) == 5


def test_titles_are_those_of_the_lessons_in_their_order(catalogue):
    found = lessons()
    assert list(catalogue.titles) == [lesson.name for lesson in found]
    for lesson in found:
        assert catalogue.titles[lesson.name] == {"en": lesson.title.in_("en"), "ko": lesson.title.in_("ko")}


def test_a_lesson_of_ones_own_stands_beside_the_shipped_ones():
    shipped = load_lesson("tierwise:two_gaps")
    own = replace(shipped, file=shipped.file.model_copy(update={"name": "mine"}))
    with_own = Catalogue(own)
    assert list(with_own.titles)[-1] == "mine"
    assert with_own.chosen(Settings("mine")) is own
    large = replace(own, scenarios={"all": shipped.scenarios["baseline"].with_({"population.firms": 5000})})
    with pytest.raises(TooLargeError, match="5,000 firms"):
        Catalogue(large)


def test_the_origin_of_these_tests_is_that_of_the_page():
    assert f"http://127.0.0.1:{PORT}" == ORIGIN
