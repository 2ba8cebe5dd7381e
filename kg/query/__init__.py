"""Reading the graph: claims, entities, questions."""
