// The console's own script: starts GOV.UK's components, single keys, and the word that a page is slow. Every page
// works without it.
import { initAll } from "/static/vendored/govuk-frontend.js";

initAll();
// The part that htmx renewed stands in its old one's place, under the same id.
document.addEventListener("htmx:after:swap", (event) => {
  const renewed = document.getElementById(event.detail.ctx.target?.id);
  if (renewed) initAll({ scope: renewed });
});

// A page that takes longer than this says that it is being worked on.
const PATIENCE = 1200;
const slow = document.getElementById("slow");
let waiting;
const wait = () => { waiting = setTimeout(() => slow?.classList.add("ml-slow--shown"), PATIENCE); };
const arrived = () => { clearTimeout(waiting); slow?.classList.remove("ml-slow--shown"); };
window.addEventListener("beforeunload", wait);
window.addEventListener("pageshow", arrived);
document.addEventListener("htmx:before:request", wait);
document.addEventListener("htmx:finally:request", arrived);

// Single keys (WCAG 2.1.4: they can be turned off, and never act while something is being typed).
// data-key="c" on a link, button or field: that key opens, presses, chooses or goes to it.
// data-row on the links of a list: j and k go through them, Enter opens.
const KEPT = "mashlink-single-keys";
const help = document.getElementById("keys");
const on = () => localStorage.getItem(KEPT) !== "off";
const seen = (element) => element.offsetParent !== null;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || help?.open) return;
  if (event.target.closest("input:not([type=radio], [type=checkbox], [type=range]), textarea, select, [contenteditable]")) {
    // Out of a field and back to the keys of the page.
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (!on()) return;
  if (event.key === "?") return showHelp();
  if (event.key === "j" || event.key === "k") return go(event, event.key === "j" ? 1 : -1);
  const wanted = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key && seen(one));
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("textarea, select, input:not([type=radio], [type=checkbox])")) wanted.focus();
  else { wanted.focus(); wanted.click(); }
});

function go(event, step) {
  const rows = [...document.querySelectorAll("[data-row]")].filter(seen);
  if (!rows.length) return;
  event.preventDefault();
  const at = rows.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[next].focus();
  rows[next].scrollIntoView({ block: "nearest" });
}

function showHelp() {
  const list = document.getElementById("keys-list");
  const lines = [["?", "This list"], ["Escape", "Leave a field"]];
  if (document.querySelector("[data-row]")) lines.push(["j, k", "Next and previous of the list"]);
  for (const one of document.querySelectorAll("[data-key]")) lines.push([one.dataset.key, said(one)]);
  list.replaceChildren(...lines.flatMap(([key, what]) => [made("dt", key), made("dd", what)]));
  document.getElementById("keys-on").checked = on();
  help.showModal();
}

function said(element) {
  const label = element.labels?.[0];
  return (element.dataset.keySays || label?.textContent || element.textContent || element.getAttribute("aria-label") || "").trim();
}

function made(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

document.querySelector("[data-keys-help]")?.addEventListener("click", showHelp);
document.getElementById("keys-on")?.addEventListener("change", (event) => {
  localStorage.setItem(KEPT, event.target.checked ? "on" : "off");
});
