import json
import re
import shutil

import pytest

from simulation.errors import RunError
from simulation.page.bundle import BUILT, SOURCES, read_bundle, sources_digest

needs_sources = pytest.mark.skipif(not SOURCES.is_dir(), reason="the sources of the page are not in the wheel")


@needs_sources
def test_the_page_was_built_from_the_sources_that_are_here():
    """Without Node: the build stamps the digest of its sources. If this fails, run make page."""
    assert json.loads((BUILT / "build.json").read_text())["sources"] == sources_digest()


@needs_sources
def test_every_source_counts_and_what_npm_installs_does_not(tmp_path):
    copy = shutil.copytree(SOURCES, tmp_path / "web", ignore=shutil.ignore_patterns("node_modules"))
    before = sources_digest(copy)
    (copy / "node_modules" / "sigma").mkdir(parents=True)
    (copy / "node_modules" / "sigma" / "index.js").write_text("other")
    assert sources_digest(copy) == before
    main = copy / "src" / "main.js"
    main.write_bytes(main.read_bytes().replace(b"\n", b"\r\n"))
    assert sources_digest(copy) == before
    for name in ("src/main.js", "styles/page.css", "package-lock.json", "build.mjs"):
        path = copy / name
        content = path.read_bytes()
        path.write_bytes(content + b" ")
        assert sources_digest(copy) != before
        path.write_bytes(content)
    assert sources_digest(copy) == before


@needs_sources
def test_bundled_packages_have_exact_versions_that_are_locked():
    package = json.loads((SOURCES / "package.json").read_text())
    lock = json.loads((SOURCES / "package-lock.json").read_text())["packages"]
    licences = (BUILT / "licences.txt").read_text()
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert lock[f"node_modules/{name}"]["version"] == version
    for name, version in package["dependencies"].items():
        assert f"{name} {version} (MIT)" in licences


def test_parts_that_are_missing_or_were_edited_are_refused(tmp_path):
    copy = shutil.copytree(BUILT, tmp_path / "built")
    assert read_bundle(copy) == read_bundle()
    (copy / "page.css").write_text("body {}")
    with pytest.raises(RunError, match=r"page\.css is not what was built: run make page"):
        read_bundle(copy)
    (copy / "page.css").unlink()
    with pytest.raises(RunError, match=r"page\.css is missing: run make page"):
        read_bundle(copy)
