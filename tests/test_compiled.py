"""Compilation at the first call, its cache, and the plain Python form that must give the same."""

from __future__ import annotations

import importlib
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numba
import numpy as np
import pytest

from simulation import compiled as module
from simulation.compiled import Compiled, cache_folder, compiled, compiled_inner, is_compilation_on, source_digest
from simulation.rules.adoption import adoption_hazard, probability

needs_compilation = pytest.mark.skipif(not is_compilation_on(), reason="NUMBA_DISABLE_JIT is set")


@compiled
def add(a: float, b: float) -> float:
    """Return the sum."""
    return a + b


@compiled
def add_twice(a: float, b: float) -> float:
    return add(add(a, b), b)


@compiled_inner
def add_inside(a: float, b: float) -> float:
    return add(a, b)


@compiled
def add_through_inner(a: float, b: float) -> float:
    return add_inside(a, b)


def in_subprocess(script: str, **environment: str) -> str:
    """Return what a script prints in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", script],  # -P: the tested package, not the folder that we happen to be in
        env=os.environ | {"PYTHONPATH": str(Path(module.__file__).parents[1])} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_compiled_function_returns_what_the_plain_one_does():
    assert add(1.5, 2.0) == add.plain(1.5, 2.0) == 3.5


def test_compiled_functions_call_each_other():
    assert add_twice(1.0, 2.0) == 5.0
    assert add_through_inner(1.0, 2.0) == 3.0


def test_a_compiled_function_keeps_its_name_and_docstring():
    assert add.__name__ == "add"
    assert add.__doc__ == "Return the sum."
    assert add.__wrapped__ is add.plain


def test_an_inner_function_called_from_python_runs_as_written():
    assert add_inside(1.0, 2.0) == 3.0
    with_lists = compiled_inner(lambda values: sorted(values, reverse=True))
    assert with_lists([1, 3, 2]) == [3, 2, 1]


@needs_compilation
def test_division_by_zero_follows_ieee_instead_of_raising():
    ratio = compiled(lambda a, b: a / b)
    assert ratio(1.0, 0.0) == float("inf")


def test_threads_that_call_first_at_once_share_one_function():
    fresh: Compiled = compiled(lambda a: a + 1.0)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: fresh.dispatcher, range(16)))
    assert all(one is made[0] for one in made)


@needs_compilation
def test_other_users_of_numba_keep_their_cache_folder():
    before = numba.config.CACHE_DIR
    assert compiled(lambda a: a).dispatcher(1) == 1
    assert before == numba.config.CACHE_DIR


def test_the_cache_folder_is_named_after_the_sources(monkeypatch, tmp_path):
    monkeypatch.setenv("TIERWISE_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path / "compiled" / source_digest()


def test_the_cache_lies_where_the_system_keeps_caches(monkeypatch, tmp_path):
    monkeypatch.delenv("TIERWISE_CACHE", raising=False)
    monkeypatch.setattr(module.sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder().parent == tmp_path / "xdg" / "tierwise" / "compiled"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(module.Path, "home", lambda: tmp_path)
    assert cache_folder().parent == tmp_path / ".cache" / "tierwise" / "compiled"
    monkeypatch.setattr(module.sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache_folder().parent == tmp_path / "local" / "tierwise" / "compiled"


@pytest.fixture
def package(monkeypatch, tmp_path):
    """Copy the package into a folder of its own and let the digest be taken there."""
    copied = tmp_path / "simulation"
    shutil.copytree(Path(module.__file__).parent, copied, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module, "__file__", str(copied / "compiled.py"))
    yield copied
    source_digest.cache_clear()


def digest_now() -> str:
    source_digest.cache_clear()
    return source_digest()


def test_the_digest_has_sixteen_hexadecimal_digits_and_is_the_same_for_a_copy(package):
    copied = digest_now()
    assert len(copied) == 16
    assert int(copied, 16) >= 0
    assert digest_now() == copied


@pytest.mark.parametrize(
    "source", ["compiled.py", "randomness.py", "state.py", "rules/use.py", "engines/schedule.py", "world/network.py"]
)
def test_the_digest_changes_with_any_source_of_the_model(package, source):
    before = digest_now()
    path = package / source
    path.write_bytes(path.read_bytes() + b"\n# changed\n")
    assert digest_now() != before


def test_the_digest_changes_when_a_source_is_added_or_renamed(package):
    digests = {digest_now()}
    (package / "rules" / "added.py").write_text("x = 1\n")
    digests.add(digest_now())
    (package / "rules" / "added.py").rename(package / "rules" / "renamed.py")
    digests.add(digest_now())
    assert len(digests) == 3


def test_the_digest_does_not_change_with_how_results_are_shown(package):
    before = digest_now()
    (package / "commands" / "added.py").write_text("x = 1\n")
    (package / "rules" / "notes.txt").write_text("not a source")
    assert digest_now() == before


@needs_compilation
def test_machine_code_is_kept_and_found_again(tmp_path):
    script = "from simulation.rules.adoption import probability; print(probability(0.05))"
    first = in_subprocess(script, TIERWISE_CACHE=str(tmp_path))
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb[ic]")}
    assert kept
    assert in_subprocess(script, TIERWISE_CACHE=str(tmp_path)) == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb[ic]")} == kept


SUMMING = """
from simulation.compiled import compiled

@compiled
def total(values):
    found = values[0]
    for value in values[1:]:
        found += value
    return found
"""
KINDS = ("float32", "float64", "int32", "int64")
CALLING = "import numpy, summing; print([float(summing.total(numpy.arange(1, 5, dtype=kind))) for kind in {kinds}])"
SAVING_AT_ONCE = """
import sys, time
from pathlib import Path
from numba.core.caching import IndexDataCacheFile as File

met, number = Path(sys.argv[1]), int(sys.argv[2])
load, save_index, save_data, loads = File._load_index, File._save_index, File._save_data, []

def loaded(self):
    found = load(self)
    loads.append(self)
    if len(loads) == 2:  # the first is a look whether there is machine code, the second begins to save it
        (met / str(number)).touch()
        until = time.monotonic() + 1.0
        while len(list(met.iterdir())) < 4 and time.monotonic() < until:  # who waits for others to save does not come
            time.sleep(0.01)
    return found

def index_saved(self, overloads):
    time.sleep(0.2 * number)
    save_index(self, overloads)

def data_saved(self, name, data):
    time.sleep(0.4 * (3 - number))  # whose index comes last has its code written first
    save_data(self, name, data)

File._load_index, File._save_index, File._save_data = loaded, index_saved, data_saved
"""


@needs_compilation
def test_processes_that_save_at_once_do_not_mix_up_their_machine_code(tmp_path):
    """Four processes compile one function for different types; one process then finds the code of each of them."""
    (tmp_path / "summing.py").write_text(SUMMING, encoding="utf-8")
    (tmp_path / "met").mkdir()
    environment = os.environ | {
        "TIERWISE_CACHE": str(tmp_path / "cache"),
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path(module.__file__).parents[1])]),
    }
    saving = [
        subprocess.Popen(
            [sys.executable, "-c", SAVING_AT_ONCE + CALLING.format(kinds=(kind,)), str(tmp_path / "met"), str(number)],
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        for number, kind in enumerate(KINDS)
    ]
    assert [process.wait(60) for process in saving] == [0] * 4
    reading = subprocess.run(
        [sys.executable, "-c", CALLING.format(kinds=KINDS)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert reading.stdout.strip() == "[10.0, 10.0, 10.0, 10.0]", reading.stderr


def test_a_cache_folder_that_cannot_be_written_stops_nothing(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    script = "from simulation.rules.adoption import probability; print(probability(0.05))"
    assert in_subprocess(script, TIERWISE_CACHE=str(tmp_path / "file")) == repr(float(probability(0.05)))


def test_declaring_functions_does_not_load_numba():
    script = "import sys, simulation.engines.schedule; print('numba' in sys.modules)"
    assert in_subprocess(script) == "False"


def test_engines_widen_numbers_with_numpy():
    """To Numba ``float(x)`` of a number in single precision is that number, and products of such are rounded to it."""
    for file in sorted((Path(module.__file__).parent / "engines").glob("*.py")):
        engine = importlib.import_module(f"simulation.engines.{file.stem}")
        for name, function in vars(engine).items():
            if isinstance(function, Compiled) and function.plain.__module__ == engine.__name__:
                assert not re.search(r"(?<![.\w])float\(", inspect.getsource(function.plain)), f"{file.stem}.{name}"


@needs_compilation
def test_what_is_widened_is_multiplied_in_double_precision():
    product = compiled(lambda a, b: np.float64(a) * np.float64(b))
    a, b = np.float32(0.1), np.float32(0.3)
    assert product(a, b) == float(a) * float(b) != float(a * b)


RULES = """
import json
from simulation.rules.adoption import adoption_hazard, probability
from simulation.rules.defects import defect_hazard, defect_share
from simulation.rules.process import Process, own_lateness
xs = [i / 7.0 for i in range(-20, 21)]
print(json.dumps([
    [probability(abs(x)) for x in xs],
    [adoption_hazard(x, 0.1) for x in xs],
    [defect_share(defect_hazard(abs(x) / 3.0)) for x in xs],
    [own_lateness(0.5, 1.0, (x + 4.0) / 8.0, Process()) for x in xs],
]))
"""


def test_rules_give_the_same_bits_without_compilation():
    """Also exponentials and logarithms, which are plain arithmetic."""
    with_it = json.loads(in_subprocess(RULES, NUMBA_DISABLE_JIT="0"))
    without = json.loads(in_subprocess(RULES, NUMBA_DISABLE_JIT="1"))
    assert with_it == without
    assert with_it[1] == [adoption_hazard(i / 7.0, 0.1) for i in range(-20, 21)]


RUN = """
from simulation.scenario.scenario import Scenario
from simulation.runs import run
changes = {"population.firms": 40, "time.months": 4, "time.survey_month": 2, "time.start_rounds": 5}
changes["firms.adopters_start.sme.manufacturing"] = 0.3
print(run(Scenario().with_(changes), 1).digest)
"""


def test_a_whole_run_gives_the_same_bits_without_compilation():
    assert in_subprocess(RUN, NUMBA_DISABLE_JIT="1") == in_subprocess(RUN, NUMBA_DISABLE_JIT="0")
