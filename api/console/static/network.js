// The picture of a network, drawn by Cytoscape where the server says that each node stands. What it can do beside: choose
// a node, show what it is tied to, pin it, go back in time. The table on the page says the same without it.
const INK = "#0b0c0c";
const STYLE = [
  {
    selector: "node",
    style: {
      label: "data(label)", shape: "data(shape)", width: 30, height: 30,
      "background-color": "#ffffff", "border-width": 2.5, "border-color": "#1d70b8",
      "font-family": "system-ui, sans-serif", "font-size": 15, color: INK,
      "text-valign": "bottom", "text-margin-y": 5, "text-wrap": "wrap", "text-max-width": 130,
      "text-background-color": "#ffffff", "text-background-opacity": 0.85, "text-background-padding": 2,
      "min-zoomed-font-size": 6,
    },
  },
  { selector: 'node[kind = "person"]', style: { "background-color": "#d2e2f1" } },
  { selector: 'node[kind = "place"], node[kind = "household"]', style: { "border-color": "#00703c", "background-color": "#e2f0e8" } },
  { selector: 'node[kind = "phone"], node[kind = "vehicle"]', style: { "border-color": "#54319f", "background-color": "#e9e4f5" } },
  { selector: 'node[kind = "organisation"]', style: { "border-color": "#484949", "background-color": "#f0f0f0" } },
  // Of many happenings the names are read when the reader zooms in, or points at one; who and where is read at once.
  { selector: 'node[kind = "incident"]', style: { "border-color": "#b10e1e", "background-color": "#fbe7e9", width: 24, height: 24, "font-size": 12 } },
  { selector: "node[?quiet]", style: { "min-zoomed-font-size": 15 } },
  { selector: "node[?centre]", style: { width: 46, height: 46, "border-width": 5, "border-color": INK, "background-color": "#ffdd00", "font-weight": 700, "font-size": 17, "text-max-width": 170 } },
  { selector: "node.pinned", style: { "border-style": "double", "border-width": 6 } },
  { selector: "node:selected", style: { "border-color": INK, "border-width": 5, "overlay-color": "#ffdd00", "overlay-opacity": 0.35, "min-zoomed-font-size": 0 } },
  {
    selector: "edge",
    style: {
      width: "mapData(strength, 0, 1, 1, 6)", "line-color": "#858686", "curve-style": "straight",
      "font-size": 11, color: "#484949", "text-rotation": "autorotate",
      "text-background-color": "#ffffff", "text-background-opacity": 0.85,
    },
  },
  { selector: ".near", style: { "line-color": INK, "border-color": INK, label: "data(label)", "min-zoomed-font-size": 0, "z-index": 10 } },
  { selector: ".far", style: { opacity: 0.2 } },
  { selector: ".later", style: { display: "none" } },
];
// Who was victim and who suspect is read at a glance, as long as there is room for the words.
const ROLES = [{ selector: 'edge[role != ""]', style: { label: "data(role)" } }];
const ROOM_FOR_ROLES = 40;
const NARROW = 600;

const container = document.getElementById("network");
if (container && window.cytoscape) start(JSON.parse(document.getElementById("network-elements").textContent));

function start(elements) {
  const cy = window.cytoscape({
    container,
    elements,
    layout: { name: "preset", fit: true, padding: 45 },
    minZoom: 0.15,
    maxZoom: 2.5,
    style: elements.edges.length <= ROOM_FOR_ROLES ? [...STYLE, ...ROLES] : STYLE,
  });
  const centre = () => ({ x: container.clientWidth / 2, y: container.clientHeight / 2 });
  const zoom = (factor) => cy.zoom({ level: cy.zoom() * factor, renderedPosition: centre() });
  const chosen = () => cy.nodes(":selected").first();
  // In a narrow window the whole picture would be too small to read: it begins with the person in the middle.
  if (container.clientWidth < NARROW) {
    cy.zoom(0.7);
    cy.center(cy.nodes("[?centre]"));
  }
  const acts = {
    in: () => zoom(1.3),
    out: () => zoom(1 / 1.3),
    fit: () => cy.fit(undefined, 45),
    expand: () => expand(cy, chosen()),
    pin: () => pin(chosen()),
    next: () => next(cy, chosen()),
    close: () => cy.elements().unselect(),
  };
  for (const button of document.querySelectorAll("[data-network]")) {
    button.addEventListener("click", acts[button.dataset.network]);
  }
  cy.on("mouseover", "node", (event) => highlight(cy, event.target));
  cy.on("mouseout", "node", () => cy.elements().removeClass("near far"));
  cy.on("select unselect", () => describe(chosen()));
  cy.on("dragfree", "node", (event) => event.target.addClass("pinned"));
  cy.on("dbltap", "node", (event) => expand(cy, event.target));
  travel(cy);
  // What is kept is where the nodes stand when the form is sent.
  document.getElementById("keep")?.addEventListener("submit", () => {
    const places = Object.fromEntries(cy.nodes().map((node) => [node.id(), [round(node.position("x")), round(node.position("y"))]]));
    document.getElementById("places").value = JSON.stringify(places);
  });
  // Said once the first picture stands on the canvas, not before.
  cy.one("render", () => { container.dataset.drawn = "yes"; });
}

const round = (value) => Math.round(value * 10) / 10;

function highlight(cy, node) {
  const near = node.closedNeighborhood();
  cy.elements().addClass("far");
  near.removeClass("far").addClass("near");
}

function describe(node) {
  const panel = document.getElementById("network-panel");
  panel.hidden = node.empty();
  if (node.empty()) return;
  document.getElementById("network-panel-name").textContent = node.data("label");
  const ties = node.connectedEdges().length;
  document.getElementById("network-panel-says").textContent = `${node.data("says")}, ${ties} ${ties === 1 ? "tie" : "ties"} in the picture of ${node.data("degree")}`;
  link("network-open", node.data("address"), !node.data("centre"));
  link("network-paths", `${container.dataset.paths}?to=${encodeURIComponent(node.id())}`, container.dataset.paths && node.data("kind") === "person" && !node.data("centre"));
  panel.querySelector('[data-network="pin"]').textContent = node.hasClass("pinned") ? "Unpin" : "Pin here";
}

function link(id, address, shown) {
  const element = document.getElementById(id);
  element.hidden = !(shown && address);
  element.href = address || "#";
}

// The way to a node without a mouse: one after the other, those nearest the person in the middle first.
function next(cy, node) {
  const inTurn = cy.nodes().filter(":visible");
  const at = node.empty() ? -1 : inTurn.toArray().findIndex((one) => one.same(node));
  cy.elements().unselect();
  inTurn[(at + 1) % inTurn.length].select();
}

function pin(node) {
  if (node.empty()) return;
  node.toggleClass("pinned");
  if (node.hasClass("pinned")) node.lock(); else node.unlock();
  describe(node);
}

async function expand(cy, node) {
  if (node.empty() || node.data("expanded")) return;
  node.data("expanded", true);
  const says = document.getElementById("network-panel-says");
  const asked = new URLSearchParams({ node: node.id(), as_of: container.dataset.asOf });
  const answer = await fetch(`${container.dataset.more}?${asked}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    node.data("expanded", false);
    says.textContent = "More ties cannot be shown. Open the page again; your session may have ended.";
    return;
  }
  const more = await answer.json();
  const at = node.position();
  const known = (id) => cy.getElementById(id).nonempty();
  const nodes = more.nodes.filter((one) => !known(one.data.id));
  cy.add(nodes.map((one) => ({ group: "nodes", data: one.data, position: { x: at.x + one.offset.x, y: at.y + one.offset.y } })));
  const edges = more.edges.filter((one) => !known(one.data.id) && known(one.data.source) && known(one.data.target));
  cy.add(edges.map((one) => ({ group: "edges", data: one.data })));
  describe(node);
  says.textContent += `. ${nodes.length} more shown${more.left_out ? `, ${more.left_out} left out` : ""}; the table has them when you open this node's own network.`;
}

// Back in time: ties that nobody knew yet, and whoever they alone brought into the picture, are hidden.
function travel(cy) {
  const slider = document.getElementById("day");
  if (!slider) return;
  const days = JSON.parse(slider.dataset.days);
  const said = document.getElementById("day-said");
  const table = document.getElementById("day-table");
  const way = table.getAttribute("href");
  const move = () => {
    const day = days[Number(slider.value)];
    const words = new Date(`${day}T12:00:00`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
    said.textContent = words;
    slider.setAttribute("aria-valuetext", words);
    cy.batch(() => {
      cy.elements().removeClass("later");
      cy.edges().filter((edge) => edge.data("since") > day).addClass("later");
      cy.nodes().filter((node) => !node.data("centre") && node.connectedEdges().not(".later").empty()).addClass("later");
    });
    table.hidden = Number(slider.value) === days.length - 1;
    table.href = `${way}&as_of=${day}`;
  };
  slider.addEventListener("input", move);
}
