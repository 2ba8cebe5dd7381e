"""Pages of a graph for readers, and the same as JSON and RDF for programs."""

from kg.serve.pages.routes import page_routes

__all__ = ["page_routes"]
