"use strict";
const folded = () => Array.from(document.querySelectorAll("details:not([open])"));
let opened = [];
addEventListener("beforeprint", () => { opened = folded(); opened.forEach((part) => { part.open = true; }); });
addEventListener("afterprint", () => { opened.forEach((part) => { part.open = false; }); opened = []; });
function unfold() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) { return; }
  const own = target.querySelector(":scope > details");
  if (own) { own.open = true; }
  for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) { part.open = true; }
  target.scrollIntoView();
}
addEventListener("hashchange", unfold);
unfold();
