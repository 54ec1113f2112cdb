# Start with: marimo edit notebooks/follow_a_delay.py
"""Follow a delay: one late delivery from the firm where it began to the firm that suffered. A marimo notebook."""

import marimo

app = marimo.App(app_title="Follow a delay")


@app.cell
def _():
    import marimo as mo

    import simulation as tw
    from simulation.figures import delay
    from simulation.figures.showing import Shown

    return Shown, delay, mo, tw


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # Follow a delay

    A small firm has bad luck, and somewhere else a delivery is late. Here you follow such a delay link by link. Move a
    slider and everything below follows; firms, links and luck stay the same.

    - **Buffer**: days of slack that a firm keeps against one critical supplier. Only what exceeds it is inherited.
    - **Lean**: the part of its buffer that a firm gives up at full effective use of AI. Nobody has measured it.
    - **Passed on**: the part of inherited lateness that expediting does not recover.
    """)
    return


@app.cell
def _(mo):
    seed = mo.ui.slider(1, 30, value=7, label="seed", show_value=True)
    lean = mo.ui.slider(0.0, 1.0, step=0.1, value=0.2, label="lean", show_value=True)
    buffer = mo.ui.slider(3.0, 20.0, step=1.0, value=10.0, label="buffer, days", show_value=True)
    passed_on = mo.ui.slider(0.3, 1.0, step=0.1, value=0.7, label="passed on", show_value=True)
    mo.vstack([seed, lean, buffer, passed_on])
    return buffer, lean, passed_on, seed


@app.cell
def _(buffer, lean, passed_on, seed, tw):
    scenario = tw.load("tierwise:baseline").with_(
        {
            "population.firms": 500,
            "lateness.lean": lean.value,
            "lateness.buffer": buffer.value,
            "lateness.pass_through": passed_on.value,
        }
    )
    model = tw.SupplyChainModel(scenario, seed=seed.value)
    model.advance(scenario.time.months)
    run = tw.run(scenario, seed=seed.value)
    return model, run, scenario


@app.cell
def _(run, scenario):
    last_year = range(scenario.time.months - 12, scenario.time.months)
    events = run.events(months=last_year)
    late = events[events["days"] > scenario.lateness.tolerance].sort_values(["links", "days"], ascending=False)
    late = late.reset_index(drop=True)
    return (late,)


@app.cell
def _(late, mo):
    inherited = (late["links"] > 0).mean()
    mo.md(f"""
    ## The late deliveries of the last year

    **{len(late):,}** deliveries were late. **{inherited:.0%}** of them were late because of another firm: `root` is
    where it began, `links` is how far it came. The longest ways stand first. Choose one. (Firms stand here as rows
    of the table `run.firms`, which has their names.)
    """)
    return


@app.cell
def _(late, mo):
    choice = mo.ui.table(
        late.head(20).astype({"days": float}).round({"days": 1}),
        selection="single",
        initial_selection=[0],
        page_size=5,
        show_column_summaries=False,
    )
    choice
    return (choice,)


@app.cell
def _(choice, late, mo, model):
    mo.stop(choice.value.empty, "Choose a row.")
    victim = late.loc[choice.value.index[0]]
    explanation = model.explain(int(victim["buyer"]), int(victim["month"]))
    return explanation, victim


@app.cell
def _(Shown, delay, explanation, victim):
    Shown(delay.draw(explanation, int(victim["round"])))
    return


@app.cell
def _(explanation, mo):
    mo.vstack([mo.md("## What the firm says itself"), mo.plain_text(str(explanation))])
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Questions

    1. Let *lean* grow to 1. Which firms are late now, large or small ones, and because of whom?
    2. What keeps a delay from going round for ever? Find the slider that matters most.
    3. Take another seed. Which of your answers hold, and which were luck?
    """)
    return


if __name__ == "__main__":
    app.run()
