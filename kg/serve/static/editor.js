"use strict";
// The SPARQL editor: YASGUI over the endpoint of this server alone.
(() => {
  const place = document.getElementById("yasgui");
  const examples = document.getElementById("examples");
  const { Yasgui } = window;
  const endpoint = new URL(place.dataset.endpoint, location.href).href;
  const FIRST = "PREFIX lode: <https://w3id.org/lodestone/ontology#>\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n\nSELECT ?who ?whom WHERE {\n  ?a lode:supplies ?b .\n  ?a skos:prefLabel ?who . FILTER (LANG(?who) = \"en\")\n  ?b skos:prefLabel ?whom . FILTER (LANG(?whom) = \"en\")\n}\nORDER BY ?who ?whom\nLIMIT 100\n";

  Yasgui.Yasqe.defaults.autocompleters = ["variables"]; // the others ask servers elsewhere
  Yasgui.Yasqe.defaults.value = FIRST;
  Yasgui.Yasr.defaults.prefixes = JSON.parse(place.dataset.prefixes);
  const yasgui = new Yasgui(place, {
    requestConfig: { endpoint, method: "POST", headers: {} },
    copyEndpointOnNewTab: true,
    endpointCatalogueOptions: { getData: () => [{ endpoint }] },
    autofocus: false,
  });
  yasgui.getTab()?.setEndpoint(endpoint); // what a browser has kept from another place is of no use here
  const given = new URLSearchParams(location.search).get("query");
  if (given) yasgui.getTab().setQuery(given);
  examples.disabled = false;
  examples.addEventListener("change", () => {
    if (examples.value) yasgui.getTab().setQuery(examples.value);
  });
  window.yasgui = yasgui;
})();
