"""The supply chain in Mesa's own page for models: a SolaraViz app, started by `simulation.teach.solara_page`.

Every browser session makes a model of its own inside `Page`: what is made outside it is shared by all sessions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import solara
from matplotlib.figure import Figure
from mesa.visualization import Slider, SolaraViz
from mesa.visualization.utils import update_counter

from simulation.figures.style import BLUE, GREY, ORANGE, new_figure, rendered, styled
from simulation.mesa_model import SupplyChainModel
from simulation.scenario.reading import load

__all__ = ["Page", "SupplyChain"]

POLICIES = {
    "None": "baseline",
    "Grants": "cash_subsidy",
    "Courses": "capability",
    "Support for large firms": "trickle_down",
}

CONTROLS = {
    "policy": {"type": "Select", "label": "Policy from January 2026", "value": "None", "values": list(POLICIES)},
    "seed": Slider("Seed", 7, 1, 100, 1),
    "firms": Slider("Number of firms", 300, 100, 1000, 100),
    "influence": Slider("Influence of partners", 1.0, 0.0, 3.0, 0.5),
    "lean": Slider("Buffer given up with AI", 0.2, 0.0, 1.0, 0.1),
}
"""What can be moved; it takes effect with the next reset."""

CURVES = {
    "Workers who use AI": ("user_share", "% of workers", 100.0),
    "Firms that have adopted AI": ("adopter_share", "% of firms", 100.0),
    "Delivered defects": ("defect_ppm", "ppm", 1.0),
    "Deliveries on time": ("on_time_share", "%", 100.0),
}
SIZES = {"large": BLUE, "sme": ORANGE}


class SupplyChain(SupplyChainModel):
    """The model with the arguments that the page's sliders set."""

    def __init__(
        self, policy: str = "None", seed: int = 7, firms: int = 300, influence: float = 1.0, lean: float = 0.2
    ) -> None:
        scenario = load(f"tierwise:{POLICIES[policy]}")
        weights = {
            f"influence.{name}": influence * getattr(scenario.influence, name)
            for name in ("customers", "suppliers", "peers")
        }
        changes = {"population.firms": int(firms), "lateness.lean": float(lean), "budget.seeds": 4}
        super().__init__(scenario.with_(changes | weights), int(seed))


def draw_curves(model: SupplyChainModel) -> Figure:
    """Return the four curves that the data collector keeps, by size of firm."""
    kept = model.datacollector.get_model_vars_dataframe()
    start = model.scenario.time.start_year
    with styled():
        figure = new_figure(8.0, 5.2, f"Months so far: {model.month}")
        for axes, (title, (measure, unit, scale)) in zip(figure.subplots(2, 2).flat, CURVES.items(), strict=True):
            for size, color in SIZES.items():
                name = f"{measure} {size}"
                if name in kept:
                    years = start + np.arange(1, len(kept) + 1) / 12.0
                    label = "large firms" if size == "large" else "small and medium firms"
                    axes.plot(years, scale * kept[name], color=color, label=label)
            axes.set_title(title)
            axes.set_ylabel(unit)
            if kept.empty:
                axes.set_yticks([])
            axes.set_xlim(start, start + model.scenario.time.months / 12.0)
        figure.axes[0].legend(loc="lower right", frameon=False)
    return figure


def draw_firms(model: SupplyChainModel) -> Figure:
    """Return every firm as a dot: the more workers the larger, filled where it adopted, ringed where late."""
    firms, state = model.world.firms, model.state
    order = np.argsort(-firms.workers, kind="stable")
    turn, far = np.arange(order.size) * np.pi * (3.0 - np.sqrt(5.0)), np.sqrt(np.arange(order.size) + 0.5)
    area = 6.0 + 14.0 * np.log10(firms.workers[order])
    is_late = state.late[order] > model.scenario.lateness.tolerance
    with styled():
        figure = new_figure(5.6, 5.6, "Firms")
        axes = figure.subplots()
        fill = np.where(state.adopted[order] > 0, BLUE, "#dddddd")
        rim = [ORANGE if late else "white" for late in is_late]
        axes.scatter(far * np.cos(turn), far * np.sin(turn), area, c=fill, edgecolors=rim, linewidths=1.6)
        axes.set_axis_off()
        axes.set_aspect("equal")
        count = int((state.adopted > 0).sum())
        figure.supxlabel(
            f"{count} of {order.size} firms have adopted AI (blue); {int(is_late.sum())} delivered late in the last "
            "round\n(orange rim). The largest firms stand in the middle.",
            x=0.01, ha="left", fontsize=8.5, color=GREY,
        )  # fmt: skip
    return figure


def picture(draw: Callable[[SupplyChainModel], Figure], words: str) -> Any:  # noqa: ANN401 - a component of Solara
    """Return a component that shows a figure of the model and says for a screen reader what it is."""

    @solara.component
    def Picture(model: SupplyChainModel) -> None:  # noqa: N802 - components have names like classes
        update_counter.get()
        svg = rendered(draw(model)).decode()
        fitted = svg[svg.index("<svg") :].replace("<svg", '<svg style="width: 100%; height: auto"', 1)
        solara.HTML("div", unsafe_innerHTML=fitted, attributes={"role": "img", "aria-label": words})

    return Picture


@solara.component
def Ask(model: SupplyChainModel) -> None:  # noqa: N802
    """Ask a firm what it did in the last month, and why."""
    update_counter.get()
    number, set_number = solara.use_state(0)
    answer, set_answer = solara.use_state("")

    def ask() -> None:
        index = min(max(number, 0), len(model.world.firms.key) - 1)
        set_answer(str(model.explain(index)) if model.month else "Move the model by a month first.")

    with solara.Card("Ask a firm"):
        solara.InputInt("Number of the firm", value=number, on_value=set_number)
        solara.Button("Why?", on_click=ask)
        solara.Preformatted(answer, style_="overflow: auto; font-size: 12px")


@solara.component
def Page() -> None:  # noqa: N802
    """Show a model of this session's own."""
    model = solara.use_memo(SupplyChain, [])
    SolaraViz(
        model,
        components=[
            (picture(draw_curves, "Curves of use, adoption, defects and deliveries on time, by size of firm"), 0),
            (picture(draw_firms, "Firms as dots: who has adopted AI and who delivered late"), 0),
            (Ask, 0),
        ],
        model_params=CONTROLS,
        name="Tierwise: AI in a supply chain",
        play_interval=100,
    )
