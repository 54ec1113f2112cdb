"""How the help lists commands: plainly, because frames take as long to load as all the rest, and in full."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

__all__ = ["Listed"]


class Listed(TyperGroup):
    """A group of commands whose help tells what each does without cutting it short."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - of Typer; their home is not fixed
        """Write the commands with the first paragraph of their help."""
        rows = [
            (name, " ".join((command.help or "").split("\n\n")[0].split()))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name))
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
