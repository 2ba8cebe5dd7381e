"""Pages."""

from kg.render.explorer import write_explorer

__all__ = ["write_explorer"]
