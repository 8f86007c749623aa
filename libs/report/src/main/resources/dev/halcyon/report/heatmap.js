// Component by layer.

import { el, svg } from "./dom.js";
import { colourScale } from "./colour.js";
import { axisGroup, byKeyboard, byPointer, cellText, drawing, layerTicks, logTicks, neighbour, roomOf, textWidth } from "./chart.js";
import { csv, metricValue } from "./format.js";
import { downloads } from "./download.js";
import { ofLabel } from "./data.js";

const ROW = 19;
const GAP = 6;
const LEGEND = 46;

/** The heat map in its section. */
export class Heatmap {
  constructor(root, context) {
    this.root = root;
    this.context = context;
    this.box = el("div", { class: "scroll" });
    this.note = el("p", { class: "note" });
    root.append(
      this.box,
      this.note,
      downloads("component_by_layer", { svg: () => context.svgText(this.svg), csv: () => this.csv(), json: () => this.json() }),
    );
  }

  draw() {
    const { data } = this.context;
    const { metric, of, log } = this.context.choice();
    const cells = d3.range(data.cellCount);
    const values = cells.map((cell) => data.cellValue(metric, of, cell));
    this.colours = colourScale(metric, values, log);
    this.place();
    const title = metric.label + ", " + ofLabel(metric, of);
    this.svg = drawing(this.width, this.height, title + ": component by layer. Arrow keys go from cell to cell.");
    this.svg.append(this.legend(metric, log, title));
    this.rows().forEach((row) => this.svg.append(row));
    this.svg.append(this.layerAxis());
    this.marks = new Map();
    cells.forEach((cell) => this.cell(cell, values[cell], log));
    this.rings = { hover: this.ring("ring"), selected: this.ring("ring selected") };
    byKeyboard(this.svg, this.context, (from, key) => neighbour(data, this.components, from, key));
    this.box.replaceChildren(this.svg);
    this.note.textContent = noteText(metric, data, values, log);
    this.highlight();
  }

  /** Where everything goes. */
  place() {
    const { data } = this.context;
    this.components = data.raw.components.map((component) => component.name);
    const outside = data.outside();
    const names = [...this.components, ...outside.map((cell) => data.cells.component[cell])];
    this.left = Math.min(230, Math.max(70, d3.max(names, textWidth) ?? 0) + 10);
    const columns = Math.max(1, data.raw.layers.length);
    const room = roomOf(this.root) - this.left - 12;
    this.cellWidth = Math.min(48, Math.max(9, Math.floor(room / columns)));
    this.tops = new Map();
    let top = LEGEND;
    data.raw.components.forEach((component, i, all) => {
      top += i > 0 && component.group !== all[i - 1].group ? GAP : 0;
      this.tops.set(component.name, top);
      top += ROW;
    });
    this.axisTop = top + 2;
    this.outsideTop = this.axisTop + (this.components.length > 0 ? 34 : 0);
    this.width = this.left + Math.max(columns * this.cellWidth, 220) + 12;
    this.height = this.outsideTop + outside.length * ROW + 8;
  }

  rows() {
    const { data } = this.context;
    const inside = this.components.map((name) => this.label(name, this.tops.get(name)));
    const outside = data.outside().map((cell, i) => this.label(data.cells.component[cell], this.outsideTop + i * ROW));
    return [...inside, ...outside];
  }

  label(name, top) {
    const most = Math.floor((this.left - 10) / 6.3);
    const short = name.length > most ? "…" + name.slice(name.length - most + 1) : name;
    return svg("text", { x: this.left - 6, y: top + ROW - 6, "text-anchor": "end" }, short, svg("title", {}, name));
  }

  layerAxis() {
    const { layers } = this.context.data.raw;
    const group = svg("g", { class: "axis" });
    const ticks = new Set(layerTicks(layers, this.cellWidth));
    layers.forEach((layer, i) => {
      if (ticks.has(layer)) {
        group.append(svg("text", { x: this.left + (i + 0.5) * this.cellWidth, y: this.axisTop + 12, "text-anchor": "middle" }, String(layer)));
      }
    });
    if (layers.length > 0) {
      group.append(svg("text", { x: this.left - 6, y: this.axisTop + 12, "text-anchor": "end" }, "layer"));
    }
    return group;
  }

  legend(metric, log, title) {
    const width = 200;
    const group = svg("g", {}, svg("text", { x: 0, y: 12 }, title));
    const bar = svg("g", { transform: "translate(" + this.left + ",18)" });
    const axis = this.colours.axis.copy().range([0, width]);
    for (let x = 0; x < width; x += 2) {
      bar.append(svg("rect", { x, y: 0, width: 2.5, height: 9, fill: this.colours.fill(axis.invert(x + 1)) }));
    }
    const ticks = log && !metric.signed ? logTicks(axis, 4) : axis.ticks(metric.signed && log ? 3 : 4);
    bar.append(axisGroup(d3.axisBottom(axis).tickValues(ticks).tickFormat((value) => metricValue(metric, value)).tickSize(3), 0, 9, "axis"));
    group.append(bar);
    return group;
  }

  bounds(cell) {
    const { data } = this.context;
    const layer = data.cells.layer[cell];
    return layer < 0
      ? { x: this.left, y: this.outsideTop + data.outside().indexOf(cell) * ROW, width: 2 * this.cellWidth }
      : { x: this.left + data.raw.layers.indexOf(layer) * this.cellWidth, y: this.tops.get(data.cells.component[cell]), width: this.cellWidth };
  }

  cell(cell, value, log) {
    const { x, y, width } = this.bounds(cell);
    const rect = svg("rect", { x, y, width: width - 1, height: ROW - 1, class: "cell", "data-cell": cell });
    if (value === null) {
      rect.classList.add("missing");
    } else if (log && this.colours.zero && value <= 0) {
      rect.classList.add("zero");
    } else {
      rect.setAttribute("fill", this.colours.fill(value));
    }
    rect.append(svg("title", {}, cellText(this.context.data, this.context.choice(), cell)));
    byPointer(rect, this.context, cell);
    this.svg.append(rect);
  }

  ring(name) {
    const ring = svg("rect", { class: name, height: ROW + 1, visibility: "hidden" });
    this.svg.append(ring);
    return ring;
  }

  highlight() {
    this.move(this.rings.hover, this.context.hovered());
    this.move(this.rings.selected, this.context.selection().cell);
  }

  move(ring, cell) {
    const shown = cell !== null && cell !== undefined;
    ring.setAttribute("visibility", shown ? "visible" : "hidden");
    if (shown) {
      const { x, y, width } = this.bounds(cell);
      ring.setAttribute("x", x - 1);
      ring.setAttribute("y", y - 1);
      ring.setAttribute("width", width + 1);
    }
  }

  records() {
    const { data } = this.context;
    const { metric, of } = this.context.choice();
    return d3.range(data.cellCount).map((cell) => ({
      layer: data.cells.layer_name[cell],
      component: data.cells.component[cell],
      tensors: data.cells.tensors[cell],
      [metric.id + ":" + of]: data.cellValue(metric, of, cell),
    }));
  }

  csv() {
    const records = this.records();
    return csv(Object.keys(records[0] ?? {}), records.map((record) => Object.values(record)));
  }

  json() {
    return JSON.stringify(this.records(), null, 1);
  }
}

function noteText(metric, data, values, log) {
  const totals = {
    mean: "A cell of several tensors is their mean.",
    mean_of_elements: "A cell of several tensors is the mean over their elements.",
    sum: "A cell of several tensors is their sum.",
  };
  const notes = [];
  if (data.cells.tensors.some((tensors) => tensors > 1)) {
    notes.push(totals[metric.total]);
  }
  if (values.some((value) => value === null)) {
    notes.push("Grey: not computed.");
  }
  if (log && !metric.signed && values.some((value) => value !== null && value <= 0)) {
    notes.push("White: exactly 0.");
  }
  return notes.join(" ");
}
