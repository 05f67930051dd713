"use strict";
const all = (query, within = document) => Array.from(within.querySelectorAll(query));
const rows = all(".index > li");
const toggles = all("button[data-key]");
const field = document.getElementById("find");
const keys = ["show", "journey", "touchpoint"];
const opened = new Map();

/* Evidence of folded flows: gzip and base64 in a data block, unpacked once. */
async function unpack(flow) {
  const block = flow.querySelector(":scope > script");
  if (!block) { return; }
  const bytes = Uint8Array.from(atob(block.textContent), (sign) => sign.charCodeAt(0));
  const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  const inside = flow.querySelector(".inside");
  inside.innerHTML = text;
  inside.classList.remove("packed");
  block.remove();
}
function ready(flow) {
  if (!opened.has(flow)) { opened.set(flow, unpack(flow).then(() => offerPrint(flow), () => refuse(flow))); }
  return opened.get(flow);
}
function refuse(flow) {
  flow.querySelector(".packed > .hint").textContent = "This browser cannot unpack the steps; run.jsonl has them all.";
}
function offer(name, place, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "print";
  button.textContent = name;
  button.addEventListener("click", () => act(button));
  place.before(button);
}
function offerPrint(flow) {
  offer("Print the evidence of this flow", flow.querySelector(".inside").firstElementChild, () => printed(flow).then(() => print()));
  all("pre.curl", flow).forEach((text) => offerCopy("Copy", text, () => text.textContent));
}
/* Copies a text, such as for an issue, where the browser allows it. */
function offerCopy(name, place, text) {
  if (!navigator.clipboard) { return; }
  offer(name, place, (button) => navigator.clipboard.writeText(text()).then(() => { button.textContent = "Copied"; }));
}
all(".cause").forEach((cause) => offerCopy("Copy as text", cause.firstElementChild,
  () => all("h3, .calls, .meta, .label, pre, .places a", cause).map((part) => part.innerText).join("\n")));
async function printed(flow) {
  flow.querySelector("details").open = true;
  await ready(flow);
  all("details", flow).forEach((part) => { part.open = true; });
  document.body.classList.add("one");
  flow.classList.add("printed");
}
addEventListener("afterprint", () => {
  document.body.classList.remove("one");
  all(".printed").forEach((flow) => { flow.classList.remove("printed"); });
});

/* A scrolling text gets a tab stop; others get none. All are measured at once, before anything is changed. */
let measuring = 0;
function stops() {
  cancelAnimationFrame(measuring);
  measuring = requestAnimationFrame(() => {
    const texts = all("pre").map((text) => [text, text.scrollWidth > text.clientWidth || text.scrollHeight > text.clientHeight]);
    texts.forEach(([text, scrolls]) => { if (scrolls) { text.tabIndex = 0; } else { text.removeAttribute("tabindex"); } });
  });
}
document.addEventListener("toggle", (event) => {
  const flow = event.target.parentElement;
  const done = flow.matches("article") && event.target.open ? ready(flow) : Promise.resolve();
  done.then(stops);
}, true);
addEventListener("resize", stops);

/* The filter: its state is the fragment, such as #show=failed&find=IN453. */
const state = () => new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
const chosen = (key, from = state()) => (from.get(key) || "").split(",").filter(Boolean);
function write(key, values) {
  const next = state();
  if (values.length) { next.set(key, values.join(",")); } else { next.delete(key); }
  const text = next.toString().replaceAll("%2C", ",");
  history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
  filter();
}
const fits = (values, found) => !values.length || values.some((value) => found.includes(value));
function filter() {
  const from = state(), words = (from.get("find") || "").toLowerCase().split(/\s+/).filter(Boolean);
  const [show, journey, touchpoint] = keys.map((key) => chosen(key, from));
  let count = 0;
  rows.forEach((row) => {
    const group = row.closest(".journey").dataset.journey, text = row.dataset.find.toLowerCase();
    const kept = fits(show, [row.dataset.show]) && fits(journey, [group])
      && fits(touchpoint, row.dataset.touchpoint.split(" ")) && words.every((word) => text.includes(word));
    row.hidden = !kept;
    document.getElementById(row.firstElementChild.hash.slice(1)).hidden = !kept;
    count += kept;
  });
  all(".journey").forEach((part) => { part.hidden = !part.querySelector(".index > li:not([hidden])"); });
  toggles.forEach((button) => { button.setAttribute("aria-pressed", chosen(button.dataset.key, from).includes(button.dataset.value)); });
  if (!field) { return; }
  if (document.activeElement !== field) { field.value = from.get("find") || ""; }
  document.getElementById("found").textContent = count === rows.length ? "" : count + " of " + rows.length + " flows shown";
}
toggles.forEach((button) => {
  button.disabled = "none" in button.dataset;
  button.addEventListener("click", () => {
    const values = chosen(button.dataset.key), value = button.dataset.value;
    write(button.dataset.key, values.includes(value) ? values.filter((other) => other !== value) : [...values, value]);
  });
});
if (field) {
  field.closest(".filter").hidden = false;
  field.addEventListener("input", () => write("find", field.value.trim() ? [field.value.trim()] : []));
}

/* A deep link: to a flow, or to a step in it. */
async function follow() {
  filter();
  const id = decodeURIComponent(location.hash.slice(1));
  const flow = id && !id.includes("=") && document.getElementById(id.replace(/-step-\d+$/, ""));
  if (!flow) { return; }
  if (flow.matches("article")) { flow.querySelector("details").open = true; await ready(flow); }
  const target = document.getElementById(id) || flow;
  const evidence = target.querySelector(":scope > .evidence");
  if (evidence) { evidence.open = true; }
  for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) { part.open = true; }
  target.scrollIntoView();
}
addEventListener("hashchange", follow);
all(".flow > details[open]").forEach((part) => ready(part.parentElement));
stops();
follow();
const wanted = new URLSearchParams(location.search).get("print");
if (wanted) {
  const row = rows.find((one) => one.dataset.id === wanted);
  if (row) { printed(document.getElementById(row.firstElementChild.hash.slice(1))); }
}
