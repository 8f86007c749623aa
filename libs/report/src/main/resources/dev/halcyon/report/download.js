// Files out of the page.

import { el } from "./dom.js";

const PAINT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "fill-opacity", "opacity", "font-family", "font-size"];

/** Hands a text to the browser as a file. */
export function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** A drawing as a file of its own, with the colours it has on the page. */
export function svgText(drawing) {
  const copy = drawing.cloneNode(true);
  const originals = [drawing, ...drawing.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  originals.forEach((original, i) => paint(original, copies[i]));
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.insertAdjacentElement("afterbegin", background());
  return '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(copy) + "\n";
}

function paint(original, copy) {
  const style = getComputedStyle(original);
  for (const property of PAINT) {
    copy.setAttribute(property, style.getPropertyValue(property));
  }
  for (const name of ["class", "tabindex", "id", "aria-activedescendant"]) {
    copy.removeAttribute(name);
  }
}

function background() {
  const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  rect.setAttribute("width", "100%");
  rect.setAttribute("height", "100%");
  rect.setAttribute("fill", getComputedStyle(document.body).backgroundColor);
  return rect;
}

/** Buttons that save files; a file is made when it is asked for. */
export function downloads(name, files) {
  const types = { svg: "image/svg+xml", csv: "text/csv", json: "application/json" };
  return el(
    "div",
    { class: "tools" },
    ...Object.entries(files).map(([kind, text]) =>
      el(
        "button",
        {
          type: "button",
          "data-download": kind,
          "aria-label": "Download " + name + " as " + kind.toUpperCase(),
          onclick: () => save(name + "." + kind, types[kind], text()),
        },
        kind.toUpperCase(),
      ),
    ),
  );
}
