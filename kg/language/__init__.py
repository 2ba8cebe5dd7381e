"""The embedded language pipeline, and the door for any other spaCy pipeline."""

from kg.language.pipeline import load_pipeline, pipeline_version

__all__ = ["load_pipeline", "pipeline_version"]
