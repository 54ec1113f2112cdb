"""What a network looks like before any run: pure functions of a world, one topic per file."""

from __future__ import annotations

from typing import NamedTuple

from simulation.state import World
from simulation.world.diagnosis.clustering import Clustering, clustering_of
from simulation.world.diagnosis.components import Components, components_of
from simulation.world.diagnosis.degrees import Degrees, degrees_of, distribution
from simulation.world.diagnosis.dependence import Buying, Selling, buying_of, selling_of
from simulation.world.diagnosis.ends import Ends, ends_by_class
from simulation.world.diagnosis.mixing import Mixing, mixing_by
from simulation.world.diagnosis.pairs import Assortativity, Reciprocity, assortativity_of, pairs_of, reciprocity_of
from simulation.world.diagnosis.tiers import Tiers, tiers_of

__all__ = ["Diagnosis", "diagnose"]


class Diagnosis(NamedTuple):
    """The structure of a supplier network.

    Attributes
    ----------
    firms, links : numbers
    ends : firms without suppliers or buyers: all, by size, by sector
    components : Components
    tiers : of all firms
    supplier_tiers : of the small and medium manufacturers that supply
    suppliers, buyers : numbers of suppliers (in-degree) and of buyers (out-degree) of the firms
    reciprocity, assortativity, clustering : as their classes say
    sizes, sectors, regions : who sells to whom
    selling, maker_selling : small and medium firms as suppliers: of all sectors, manufacturers alone
    buying : large manufacturers as buyers
    """

    firms: int
    links: int
    ends: tuple[Ends, ...]
    components: Components
    tiers: Tiers
    supplier_tiers: Tiers
    suppliers: Degrees
    buyers: Degrees
    reciprocity: Reciprocity
    assortativity: Assortativity
    clustering: Clustering
    sizes: Mixing
    sectors: Mixing
    regions: Mixing
    selling: Selling
    maker_selling: Selling
    buying: Buying


def diagnose(world: World) -> Diagnosis:
    """Return what the network of a world looks like.

    Time grows with firms and links, but for triangles, which take a few steps more per link in larger networks.
    """
    suppliers, buyers = degrees_of(world)
    pairs = pairs_of(world)
    tiers, supplier_tiers = tiers_of(world)
    return Diagnosis(
        firms=world.firms.key.size,
        links=world.links.supplier.size,
        ends=ends_by_class(world),
        components=components_of(world.links),
        tiers=tiers,
        supplier_tiers=supplier_tiers,
        suppliers=distribution(suppliers),
        buyers=distribution(buyers),
        reciprocity=reciprocity_of(world, pairs),
        assortativity=assortativity_of(world, pairs),
        clustering=clustering_of(world.firms.key.size, pairs),
        sizes=mixing_by(world, "size"),
        sectors=mixing_by(world, "sector"),
        regions=mixing_by(world, "region"),
        selling=selling_of(world, is_makers_only=False),
        maker_selling=selling_of(world, is_makers_only=True),
        buying=buying_of(world),
    )
