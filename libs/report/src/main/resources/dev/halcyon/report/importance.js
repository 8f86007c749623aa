// What changed against what matters, a dot for each cell.

import { el, svg } from "./dom.js";
import { axisGroup, byKeyboard, byPointer, drawing, logTicks, neighbour, roomOf } from "./chart.js";
import { seriesColour } from "./colour.js";
import { csv, metricValue } from "./format.js";
import { downloads } from "./download.js";
import { chosenOf, ofLabel } from "./data.js";

const LEFT = 78;
const RIGHT = 16;
const TOP = 28;
const BOTTOM = 46;
const HEIGHT = 400;
const LARGEST = 12;

/** The dots in their section. */
export class Importance {
  constructor(root, context) {
    this.root = root;
    this.context = context;
    this.choices = el("select", { id: "importance-metric", onchange: (event) => context.go({ importance: event.target.value }) });
    this.box = el("div");
    this.legend = el("ul", { class: "legend" });
    this.note = el("p", { class: "note" });
    this.tools = downloads("importance_and_change", { svg: () => context.svgText(this.svg), csv: () => this.csv(), json: () => JSON.stringify(this.records(), null, 1) });
    this.chooser = el("p", {}, el("label", {}, "Importance ", this.choices));
    root.append(this.chooser, this.box, this.legend, this.note, this.tools);
  }

  draw() {
    const { data } = this.context;
    const change = data.metric("relative_change");
    const kinds = ["attribution", "fisher", "loss"].map((id) => data.metric(id)).filter(Boolean);
    const shown = change !== undefined && kinds.length > 0;
    [this.chooser, this.box, this.legend, this.tools].forEach((node) => (node.hidden = !shown));
    if (!shown) {
      this.dots = new Map();
      this.note.textContent = change
        ? "Not computed: it takes Fisher information or a measured divergence beside the comparison."
        : "Not computed: it takes a comparison of weights.";
      return;
    }
    this.kind = kinds.find((kind) => kind.id === this.context.state().importance) ?? kinds[0];
    this.choices.replaceChildren(...kinds.map((kind) => el("option", { value: kind.id, selected: kind === this.kind }, kind.label)));
    this.change = change;
    this.of = chosenOf(change, this.context.state().of);
    this.importanceOf = this.kind.id === "fisher" ? chosenOf(this.kind, "base") : chosenOf(this.kind, this.of);
    this.drawDots();
  }

  drawDots() {
    const { data } = this.context;
    const all = this.records();
    const points = all.filter((record) => record.change > 0 && record.importance > 0);
    this.width = roomOf(this.root);
    const x = logAxis(points.map((point) => point.change), [LEFT, this.width - RIGHT]);
    const y = logAxis(points.map((point) => point.importance), [HEIGHT - BOTTOM, TOP]);
    const yTitle = this.kind.label + ", " + ofLabel(this.kind, this.importanceOf);
    const xTitle = "relative change, " + ofLabel(this.change, this.of);
    this.svg = drawing(this.width, HEIGHT, yTitle + " against " + xTitle + ", a dot for each component of a layer.");
    this.svg.append(
      axisGroup(d3.axisLeft(y).tickValues(logTicks(y, 7)).tickFormat(() => "").tickSize(LEFT + RIGHT - this.width), LEFT, 0, "grid"),
      axisGroup(d3.axisLeft(y).tickValues(logTicks(y, 7)).tickFormat((value) => metricValue(this.kind, value)), LEFT, 0, "axis"),
      axisGroup(d3.axisBottom(x).tickValues(logTicks(x, this.width < 500 ? 4 : 8)).tickFormat((value) => metricValue(this.change, value)), 0, HEIGHT - BOTTOM, "axis"),
      svg("text", { x: 0, y: 12 }, yTitle),
      svg("text", { x: (LEFT + this.width - RIGHT) / 2, y: HEIGHT - 8, "text-anchor": "middle", class: "quiet" }, xTitle),
    );
    const groups = [...new Set(points.map((point) => point.group))];
    this.dots = new Map();
    for (const point of points) {
      const dot = svg("circle", { class: "dot", cx: x(point.change), cy: y(point.importance), r: radius(point, points), fill: seriesColour(groups.indexOf(point.group)), "data-cell": point.cell });
      byPointer(dot, this.context, point.cell);
      this.dots.set(point.cell, dot);
      this.svg.append(dot);
    }
    byKeyboard(this.svg, this.context, (from, key) => neighbour(data, data.raw.components.map((one) => one.name), from, key));
    this.box.replaceChildren(this.svg);
    this.legend.replaceChildren(...groups.map((group, i) => el("li", {}, svg("svg", { width: 12, height: 12, "aria-hidden": "true" }, svg("circle", { cx: 6, cy: 6, r: 5, fill: seriesColour(i) })), group)));
    this.note.textContent = noteText(all, points);
    this.highlight();
  }

  records() {
    const { data } = this.context;
    const groups = new Map(data.raw.components.map((component) => [component.name, component.group]));
    return d3
      .range(data.cellCount)
      .map((cell) => ({
        cell,
        layer: data.cells.layer_name[cell],
        component: data.cells.component[cell],
        group: data.cells.layer[cell] < 0 ? data.cells.layer_name[cell].replaceAll("_", " ") : groups.get(data.cells.component[cell]),
        change: data.cellValue(this.change, this.of, cell),
        importance: data.cellValue(this.kind, this.importanceOf, cell),
        attribution: this.attribution(cell),
      }))
      .filter((record) => record.change !== null && record.importance !== null);
  }

  attribution(cell) {
    const metric = this.context.data.metric("attribution");
    return metric ? this.context.data.cellValue(metric, chosenOf(metric, this.of), cell) : null;
  }

  csv() {
    const header = ["layer", "component", "group", "change", "importance", "attribution"];
    return csv(header, this.records().map((record) => header.map((name) => record[name])));
  }

  highlight() {
    const selected = this.context.selection().cell;
    for (const [cell, dot] of this.dots) {
      dot.classList.toggle("hover", cell === this.context.hovered());
      dot.classList.toggle("selected", cell === selected);
    }
  }
}

function logAxis(values, range) {
  const low = d3.min(values) ?? 1e-3;
  const high = d3.max(values) ?? 1;
  return d3.scaleLog([low / 1.5, high * 1.5], range);
}

/** A dot's area is its attribution, where there is one. */
function radius(point, points) {
  const largest = d3.max(points, (one) => Math.abs(one.attribution ?? 0));
  return largest > 0 ? Math.max(2.5, LARGEST * Math.sqrt(Math.abs(point.attribution ?? 0) / largest)) : 4.5;
}

function noteText(all, points) {
  const notes = [];
  if (points.some((point) => point.attribution !== null)) {
    notes.push("A dot's area is the size of its attribution.");
  }
  if (points.length < all.length) {
    notes.push(all.length - points.length + " with a change or an importance of 0 or less are not on the logarithmic axes; the downloads have them.");
  }
  return notes.join(" ");
}
