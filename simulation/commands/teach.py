"""``tierwise teach``: a page on which a class moves the model, served on this machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from simulation.commands.compare import announce_compilation

__all__ = ["register", "teach"]

_PORT = 8765


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(teach)


def teach(
    lesson: Annotated[
        str | None, typer.Argument(help="Lesson file, or name of a shipped lesson; none opens the model on its own.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 takes any free one.")] = _PORT,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the page in a browser.")] = False,
    is_solara: Annotated[
        bool, typer.Option("--solara", help="Serve Mesa's own page for models instead (extra solara, no lessons).")
    ] = False,
    is_list: Annotated[bool, typer.Option("--list", help="List the shipped lessons and end.")] = False,
) -> None:
    """Serve a live page: sliders, policies beside each other on the same draws, lessons. Ctrl-C ends it."""
    if is_list:
        _list()
        return
    if is_solara:
        _solara(lesson, port, no_browser)
        return
    import os
    import sys

    from simulation.teach.catalogue import Catalogue
    from simulation.teach.lessons import load_lesson
    from simulation.teach.server import serve
    from simulation.teach.serving import bound

    opened = load_lesson(lesson) if lesson else None
    catalogue = Catalogue(opened)
    announce_compilation(False)
    is_idle = serve(catalogue, bound(port), opened.name if opened else "", _ready(no_browser))
    typer.echo("Stopped.")
    if not is_idle:  # a run that nobody waits for any more must not keep the program
        sys.stdout.flush()
        os._exit(0)


def _ready(no_browser: bool) -> Callable[[str], None]:
    """Return what tells where the page is, once it is there."""

    def ready(address: str) -> None:
        import sys
        import webbrowser

        typer.echo(f"Teaching at {address} (on this machine only). Ctrl-C ends it.")
        sys.stdout.flush()
        if not no_browser:
            webbrowser.open(address)

    return ready


def _solara(lesson: str | None, port: int, no_browser: bool) -> None:
    """Serve Mesa's own page."""
    from simulation.errors import InputError
    from simulation.teach.solara_page import start_solara

    if lesson:
        message = "Mesa's own page shows no lessons; leave out the lesson, or --solara"
        raise InputError(message)
    start_solara(port, _ready(no_browser))
    typer.echo("Stopped.")


def _list() -> None:
    """Tell the lessons in the order in which they are taught."""
    from simulation.teach.lessons import lessons

    found = lessons()
    width = max(len(lesson.name) for lesson in found)
    for lesson in found:
        typer.echo(f"{lesson.name:<{width}}  {lesson.title.in_('en')} ({lesson.teacher.minutes} minutes)")
