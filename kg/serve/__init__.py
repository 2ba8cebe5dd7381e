"""The graph over HTTP: a SPARQL endpoint, pages, linked data."""
