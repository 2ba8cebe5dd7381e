"""Pages."""

from kg.render.explored import Explored, read_explored
from kg.render.explorer import explorer_page, write_explorer

__all__ = ["Explored", "explorer_page", "read_explored", "write_explorer"]
