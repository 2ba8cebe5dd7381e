"""Pages."""

from kg.render.explored import Explored, read_explored
from kg.render.explorer import write_explorer

__all__ = ["Explored", "read_explored", "write_explorer"]
