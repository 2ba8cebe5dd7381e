"""Where the ontology is found, and defaults that can be used as they are."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg import config


@pytest.fixture(autouse=True)
def no_ontology_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(config.ONTOLOGY_VARIABLE, raising=False)


def test_a_checkout_uses_the_folder_beside_the_package() -> None:
    assert config.ontology_folder() == Path(kg.__file__).parent.parent / "ontology"
    assert (config.ontology_folder() / "lodestone.ttl").is_file()


def test_an_installed_package_uses_its_own_ontology(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "_INSTALLED", tmp_path)
    assert config.ontology_folder() == tmp_path


def test_the_ontology_that_a_user_names_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "_INSTALLED", tmp_path)
    monkeypatch.setenv(config.ONTOLOGY_VARIABLE, str(tmp_path / "mine"))
    assert config.ontology_folder() == tmp_path / "mine"


def test_an_empty_variable_names_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(config.ONTOLOGY_VARIABLE, "")
    assert (config.ontology_folder() / "lodestone.ttl").is_file()


def test_the_default_base_can_be_prefixed_to_names() -> None:
    assert config.DEFAULT_BASE.endswith("/")
    assert ox.NamedNode(config.DEFAULT_BASE + "country/china").value == f"{config.DEFAULT_BASE}country/china"
