"""What is said about one firm in one month: why it adopted or not, who pressed it, who made it late."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Decision", "Delivery", "Event", "Explanation", "Hop", "Partner", "Source", "Term"]


@dataclass(frozen=True)
class Term:
    """One term of the adoption index, in log-odds."""

    label: str
    value: float


@dataclass(frozen=True)
class Partner:
    """A partner that had adopted: its share of the firm's sales or inputs, and what that adds to the index."""

    firm: str
    role: str
    share: float
    effect: float


@dataclass(frozen=True)
class Source:
    """Who made part of the defects that the firm delivers in the last round, in ppm."""

    firm: str
    ppm: float


@dataclass(frozen=True)
class Hop:
    """A firm on the way of a late delivery, with its own days and with those that it delivered late."""

    firm: str
    month: int
    round: int
    own_days: float
    late_days: float


@dataclass(frozen=True)
class Delivery:
    """A round of the month.

    Attributes
    ----------
    round : int
    own_days : float
        Lateness of the firm's own making.
    inherited_days : float
        What the slowest critical supplier's lateness exceeded the buffer by; r times that is passed on.
    late_days : float
    is_late : bool
        Whether that is above the tolerance.
    path : tuple of Hop
        From the root to the firm itself, of deliveries with any lateness; the root alone where it is not known how
        the lateness travelled, because it began before month 0.
    """

    round: int
    own_days: float
    inherited_days: float
    late_days: float
    is_late: bool
    path: tuple[Hop, ...]


@dataclass(frozen=True)
class Event:
    """A month in which the firm adopted or quit."""

    month: int
    what: str


@dataclass(frozen=True)
class Decision:
    """Adopting, quitting or neither.

    Attributes
    ----------
    outcome : str
        "adopts", "does not adopt", "waits", "stays an adopter" or "quits".
    reason : str
        The rule in a sentence.
    chance, draw : float
        Chance of adopting (of an adopter: of quitting) in this month, and the firm's draw, which must be below it;
        under the logit rule the chance of using AI.
    index, hazard : float or None
        Sum of the terms, and the monthly hazard; None for adopters and under other rules than ``hazard``.
    terms : tuple of Term
        Of the adoption index, empty where there is none.
    pressed_by : tuple of Partner
        Partners that had adopted, strongest first.
    """

    outcome: str
    reason: str
    chance: float
    draw: float
    index: float | None = None
    hazard: float | None = None
    terms: tuple[Term, ...] = ()
    pressed_by: tuple[Partner, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """Why a firm did what it did in a month; ``str`` gives it as text.

    Attributes
    ----------
    firm, size, sector, region : str
    month, start_year : int
    decision : Decision
    defects : tuple of Source
        The firm's own part first, then its suppliers', largest first; they sum to what it delivers.
    deliveries : tuple of Delivery
    events : tuple of Event
        Of the whole run as far as it went.
    """

    firm: str
    size: str
    sector: str
    region: str
    month: int
    start_year: int
    decision: Decision
    defects: tuple[Source, ...]
    deliveries: tuple[Delivery, ...]
    events: tuple[Event, ...]

    def __str__(self) -> str:
        made = self.decision
        lines = [f"Firm {self.firm} ({self.size}, {self.sector}, {self.region}) in {self._date(self.month)}", ""]
        lines += [f"It {made.outcome}. {made.reason}"]
        if self.events:
            told = ", ".join(f"{event.what} in {self._date(event.month)}" for event in self.events)
            lines += [f"In this run it {told}."]
        if made.index is not None:
            lines += ["", "Terms of the decision, in log-odds"]
            lines += [f"  {term.label:<46}{term.value:+8.3f}" for term in made.terms]
            lines += [f"  {'adoption index':<46}{made.index:+8.3f}   hazard {made.hazard:.4f} a month"]
            lines += ["", "Who pressed it" if made.pressed_by else "No partner had adopted."]
            lines += [f"  {_pressing(partner)}" for partner in made.pressed_by]
        lines += ["", f"Defects delivered in the last round: {sum(s.ppm for s in self.defects):,.0f} ppm"]
        lines += [f"  {source.ppm:10,.1f} ppm  {source.firm}" for source in self.defects]
        lines += ["", "Deliveries", *(f"  {self._told(delivery)}" for delivery in self.deliveries)]
        return "\n".join(lines)

    def _date(self, month: int) -> str:
        return f"month {month} ({self.start_year + month // 12}-{month % 12 + 1:02d})"

    def _told(self, delivery: Delivery) -> str:
        """Return a delivery in a line."""
        place = f"round {delivery.round + 1}: "
        if delivery.late_days <= 0.0:
            return place + "on time"
        word = "late" if delivery.is_late else "late, within the tolerance"
        told = f"{place}{delivery.late_days:.1f} days {word}: own {delivery.own_days:.1f}"
        if delivery.inherited_days > 0.0:
            told += f", waited {delivery.inherited_days:.1f} beyond the buffer"
        if len(delivery.path) > 1:
            told += "; " + " -> ".join(f"{hop.firm} ({hop.late_days:.1f} days)" for hop in delivery.path)
        elif delivery.path and delivery.path[0].firm != self.firm:
            told += f"; began with {delivery.path[0].firm} before month 0"
        return told


def _pressing(partner: Partner) -> str:
    bought = "sales" if partner.role == "customer" else "inputs"
    return f"{partner.role} {partner.firm}, {partner.share:.0%} of its {bought}: {partner.effect:+.3f}"
