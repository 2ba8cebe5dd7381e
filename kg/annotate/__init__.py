"""Document to spaCy `Doc` with mentions and measures."""
