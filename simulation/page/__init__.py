"""One page that shows recorded runs side by side: a file of its own that asks nobody for anything.

The data flow one way: a run is lived and recorded (`recording`), firms get places (`layout`), everything is packed
into one block of bytes (`document`, `container`), and the block is put into the page whose parts were built from
``web/`` (`bundle`, `embedding`). A live server can send the same block to the same page.
"""

from simulation.page.writing import write_page

__all__ = ["write_page"]
