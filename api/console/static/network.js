// The picture of a network, drawn by Cytoscape where the server says that each node stands.
const canvas = document.getElementById("network");
if (canvas && window.cytoscape) {
  draw(canvas, JSON.parse(document.getElementById("network-elements").textContent));
}

function draw(container, elements) {
  const ink = "#0b0c0c";
  const cy = window.cytoscape({
    container,
    elements,
    layout: { name: "preset", fit: true, padding: 45 },
    minZoom: 0.15,
    maxZoom: 1.6,
    style: [
      {
        selector: "node",
        style: {
          label: "data(label)",
          shape: "data(shape)",
          width: 30,
          height: 30,
          "background-color": "#ffffff",
          "border-width": 2.5,
          "border-color": "#1d70b8",
          "font-family": "system-ui, sans-serif",
          "font-size": 13,
          color: ink,
          "text-valign": "bottom",
          "text-margin-y": 5,
          "text-wrap": "wrap",
          "text-max-width": 130,
          "text-background-color": "#ffffff",
          "text-background-opacity": 0.85,
          "text-background-padding": 2,
          "min-zoomed-font-size": 6,
        },
      },
      { selector: 'node[kind = "person"]', style: { "background-color": "#d2e2f1" } },
      { selector: 'node[kind = "place"], node[kind = "household"]', style: { "border-color": "#00703c", "background-color": "#e2f0e8" } },
      { selector: 'node[kind = "phone"], node[kind = "vehicle"]', style: { "border-color": "#54319f", "background-color": "#e9e4f5" } },
      { selector: 'node[kind = "organisation"]', style: { "border-color": "#484949", "background-color": "#f0f0f0" } },
      { selector: 'node[kind = "incident"]', style: { "border-color": "#b10e1e", "background-color": "#fbe7e9" } },
      { selector: "node[?centre]", style: { width: 46, height: 46, "border-width": 5, "border-color": ink, "background-color": "#ffdd00", "font-weight": 700, "font-size": 15 } },
      {
        selector: "edge",
        style: {
          width: "mapData(strength, 0, 1, 1, 6)",
          "line-color": "#858686",
          "curve-style": "straight",
          "font-size": 11,
          color: "#484949",
          "text-rotation": "autorotate",
          "text-background-color": "#ffffff",
          "text-background-opacity": 0.85,
        },
      },
      // Who was victim and who suspect is read at a glance, as long as there is room for the words.
      ...(elements.edges.length <= 40 ? [{ selector: 'edge[role != ""]', style: { label: "data(role)" } }] : []),
      { selector: ".near", style: { "line-color": ink, "border-color": ink, label: "data(label)" } },
      { selector: ".far", style: { opacity: 0.2 } },
    ],
  });

  const show = (node) => {
    const near = node.closedNeighborhood();
    cy.elements().addClass("far");
    near.removeClass("far").edges().addClass("near");
  };
  const clear = () => cy.elements().removeClass("near far");
  cy.on("mouseover", "node", (event) => show(event.target));
  cy.on("mouseout", "node", clear);
  cy.on("tap", "node", (event) => {
    const address = event.target.data("address");
    if (address) window.location.assign(address);
  });

  const centre = () => ({ x: container.clientWidth / 2, y: container.clientHeight / 2 });
  const zoom = (factor) => cy.zoom({ level: cy.zoom() * factor, renderedPosition: centre() });
  const actions = { in: () => zoom(1.3), out: () => zoom(1 / 1.3), fit: () => cy.fit(undefined, 45) };
  for (const button of document.querySelectorAll("[data-network]")) {
    button.addEventListener("click", actions[button.dataset.network]);
  }
  container.dataset.drawn = "yes";
}
