// What charts have in common.

import { el, svg, announce } from "./dom.js";
import { metricValue, withError, count } from "./format.js";
import { ofLabel } from "./data.js";

/** Width of a text in a chart, about. */
export function textWidth(text) {
  return 6.3 * text.length;
}

/** An empty drawing. */
export function drawing(width, height, label) {
  return svg("svg", {
    width,
    height,
    viewBox: "0 0 " + width + " " + height,
    role: "img",
    "aria-label": label,
  });
}

/** The width that a view has for a chart. */
export function roomOf(root) {
  return Math.max(280, Math.floor(root.clientWidth));
}

/** An axis of D3 in a group. */
export function axisGroup(axis, x, y, name) {
  const group = svg("g", { class: name, transform: "translate(" + x + "," + y + ")" });
  d3.select(group).call(axis).attr("font-family", null).attr("font-size", null);
  return group;
}

/** Ticks of a logarithmic axis that stand apart: powers of ten, or within a decade what has room. */
export function logTicks(scale, most) {
  const [low, high] = scale.domain();
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  if (last - first < 1) {
    return apart(scale, scale.ticks(most), most);
  }
  const step = Math.ceil((last - first + 1) / most);
  return d3.range(first, last + 1, step).map((power) => Number("1e" + power));
}

function apart(scale, values, most) {
  const [from, to] = scale.range();
  const gap = Math.abs(to - from) / (most + 1);
  return values.reduce((kept, value) => (kept.length > 0 && Math.abs(scale(value) - scale(kept.at(-1))) < gap ? kept : [...kept, value]), []);
}

/** Layers to label, so that labels stand apart. */
export function layerTicks(layers, cellWidth) {
  const step = [1, 2, 4, 5, 8, 10, 16, 20, 32].find((one) => one * cellWidth >= 24) ?? 40;
  return layers.filter((layer) => layer % step === 0);
}

/** What is known of a cell in the shown metric, in words. */
export function cellText(data, choice, cell) {
  const value = data.cellValue(choice.metric, choice.of, cell);
  const tensors = data.cells.tensors[cell];
  return (
    data.cellName(cell) +
    ": " +
    choice.metric.label.toLowerCase() +
    " of " +
    ofLabel(choice.metric, choice.of) +
    " " +
    (value === null ? "not computed" : cellValueText(data, choice, cell, value)) +
    (tensors > 1 ? ", " + count(tensors) + " tensors" : "")
  );
}

function cellValueText(data, choice, cell, value) {
  const listed = data.tensorsOfCell[cell];
  return listed.length === 1 && data.cells.tensors[cell] === 1
    ? withError(choice.metric, value, data.tensorError(choice.metric, choice.of, listed[0]))
    : metricValue(choice.metric, value);
}

/** The text beside the pointer. */
export class Tip {
  constructor() {
    this.node = el("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    document.body.append(this.node);
  }

  show(text, x, y) {
    this.node.textContent = text;
    this.node.hidden = false;
    const left = Math.min(x + 14, document.documentElement.clientWidth - this.node.offsetWidth - 8);
    const below = y + 18 + this.node.offsetHeight < document.documentElement.clientHeight;
    this.node.style.transform =
      "translate(" + Math.max(4, left) + "px," + (below ? y + 18 : y - this.node.offsetHeight - 8) + "px)";
  }

  hide() {
    this.node.hidden = true;
  }
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** The cell that an arrow key goes to from another; the first where there is none to go from. */
export function neighbour(data, rows, from, key) {
  const layers = data.raw.layers;
  const step = STEPS[key];
  if (from === null || from === undefined) {
    return firstCell(data, rows);
  }
  let column = layers.indexOf(data.cells.layer[from]);
  let row = rows.indexOf(data.cells.component[from]);
  if (column < 0) {
    return nextOutside(data, rows, from, key);
  }
  for (;;) {
    column += step[0];
    row += step[1];
    if (row >= rows.length && step[1] > 0) {
      return data.outside()[0] ?? from;
    }
    if (column < 0 || column >= layers.length || row < 0) {
      return from;
    }
    const cell = data.cellAt(layers[column], rows[row]);
    if (cell !== undefined) {
      return cell;
    }
  }
}

function firstCell(data, rows) {
  for (const row of rows) {
    for (const layer of data.raw.layers) {
      const cell = data.cellAt(layer, row);
      if (cell !== undefined) {
        return cell;
      }
    }
  }
  return data.outside()[0];
}

function nextOutside(data, rows, from, key) {
  const outside = data.outside();
  const next = outside.indexOf(from) + (key === "ArrowUp" || key === "ArrowLeft" ? -1 : 1);
  if (next >= 0) {
    return outside[Math.min(next, outside.length - 1)];
  }
  const last = [...rows].reverse().map((row) => data.cellAt(data.raw.layers[0], row));
  return last.find((cell) => cell !== undefined) ?? from;
}

/** Makes a drawing reachable by keyboard: arrows go from cell to cell, Enter selects, Escape leaves. */
export function byKeyboard(node, context, move) {
  node.setAttribute("tabindex", "0");
  node.addEventListener("keydown", (event) => {
    if (event.key in STEPS) {
      event.preventDefault();
      const cell = move(context.hovered(), event.key);
      if (cell !== undefined && cell !== null) {
        context.hover(cell);
        announce(cellText(context.data, context.choice(), cell));
      }
    } else if (event.key === "Enter" && context.hovered() !== null) {
      event.preventDefault();
      context.select(context.hovered());
    } else if (event.key === "Escape") {
      context.hover(null);
    }
  });
  node.addEventListener("blur", () => context.hover(null));
}

/** Makes a mark of a cell say what it is, and take part in hovering and selecting. */
export function byPointer(node, context, cell) {
  node.addEventListener("pointerenter", (event) => {
    context.hover(cell);
    context.tip.show(cellText(context.data, context.choice(), cell), event.clientX, event.clientY);
  });
  node.addEventListener("pointerleave", () => {
    context.hover(null);
    context.tip.hide();
  });
  node.addEventListener("click", () => context.select(cell));
}
