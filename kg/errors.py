"""What can go wrong, as one tree. Every message is one sentence that names the file or name and says what to do.

LodestoneError
├── ReadError        a file or folder that cannot be read as articles
├── OntologyError    a file in ontology/ that cannot be used
├── ModelError       a language pipeline that cannot be loaded
├── GraphError       a graph folder that is none, or is in use
│   ├── LockedError       a graph folder that another build is at
│   └── EmptyGraphError   a folder without a graph, or a graph in which nothing is said
├── PlotError        a picture that cannot be drawn
├── PushError        another graph store that does not take the graph
└── QueryError       a SPARQL query or question that cannot be answered
    ├── UnknownNameError  a name that the graph does not know
    ├── LimitError        a query that takes more time or memory, or gives more, than a server allows
    └── ParameterError    a question, or a value for one of its parameters, that there is not
"""

from __future__ import annotations


class LodestoneError(Exception):
    """Base of all errors that a user can mend."""


class ReadError(LodestoneError):
    """A file or folder that cannot be read as articles."""


class OntologyError(LodestoneError):
    """A file in ontology/ that cannot be used."""


class ModelError(LodestoneError):
    """A language pipeline that cannot be loaded."""


class GraphError(LodestoneError):
    """A folder that holds no graph, or one that another process is writing to."""


class LockedError(GraphError):
    """A graph folder that another build is at; the message names its process and since when."""


class EmptyGraphError(GraphError):
    """A folder without a graph, or a graph in which nothing is said."""


class PlotError(LodestoneError):
    """A picture that cannot be drawn."""


class PushError(LodestoneError):
    """Another graph store that cannot be reached, or does not take the graph."""


class QueryError(LodestoneError):
    """A query or question that cannot be answered."""


class LimitError(QueryError):
    """A query that takes more time or memory, or gives a larger result, than is allowed."""


class UnknownNameError(QueryError):
    """A name that the graph does not know."""


class ParameterError(QueryError):
    """A question, or a value for one of its parameters, that there is not."""
