// A number by layer, with standard errors.

import { el, svg } from "./dom.js";
import { axisGroup, drawing, roomOf } from "./chart.js";
import { csv, metricValue, withError } from "./format.js";
import { downloads } from "./download.js";
import { chosenOf, ofLabel } from "./data.js";

const LEFT = 78;
const RIGHT = 10;
const TOP = 28;
const BOTTOM = 92;
const HEIGHT = 360;
const PREFERRED = ["attribution", "loss", "fisher", "distance", "relative_change"];

/** The bars in their section. */
export class LayerBars {
  constructor(root, context) {
    this.root = root;
    this.context = context;
    this.box = el("div", { class: "scroll" });
    this.note = el("p", { class: "note" });
    this.tools = downloads("by_layer", { svg: () => context.svgText(this.svg), csv: () => this.csv(), json: () => JSON.stringify(this.records(), null, 1) });
    root.append(this.box, this.note, this.tools);
  }

  /** The metric that was chosen where layers have it, else the one that says most. */
  metric() {
    const { data } = this.context;
    const has = (metric) => metric && metric.of.some((one) => data.raw.by_layer.columns[metric.id + ":" + one.id]);
    const chosen = data.metric(this.context.state().metric);
    return has(chosen) ? chosen : PREFERRED.map((id) => data.metric(id)).find(has);
  }

  draw() {
    this.shown = this.metric();
    this.tools.hidden = this.shown === undefined;
    this.bars = new Map();
    if (this.shown === undefined) {
      this.note.textContent = "Not computed.";
      return;
    }
    this.of = chosenOf(this.shown, this.context.state().of);
    const records = this.records().filter((record) => record.value !== null);
    const width = Math.max(roomOf(this.root), LEFT + RIGHT + 11 * records.length);
    const x = d3.scaleBand(records.map((record) => record.layer), [LEFT, width - RIGHT]).paddingInner(0.25).paddingOuter(0.1);
    const low = Math.min(0, d3.min(records, (record) => record.value - (record.error ?? 0)) ?? 0);
    const high = Math.max(0, d3.max(records, (record) => record.value + (record.error ?? 0)) ?? 1);
    const y = d3.scaleLinear([low, high || (low < 0 ? 0 : 1)], [HEIGHT - BOTTOM, TOP]).nice();
    const title = this.shown.label + " by layer, " + ofLabel(this.shown, this.of);
    this.svg = drawing(width, HEIGHT, title + ". The table of downloads has its numbers.");
    const every = Math.ceil(14 / x.step());
    this.svg.append(
      svg("text", { x: 0, y: 12 }, title),
      axisGroup(d3.axisLeft(y).ticks(6).tickFormat(() => "").tickSize(LEFT + RIGHT - width), LEFT, 0, "grid"),
      axisGroup(d3.axisLeft(y).ticks(6).tickFormat((value) => metricValue(this.shown, value)), LEFT, 0, "axis"),
      svg("line", { class: "origin", x1: LEFT, x2: width - RIGHT, y1: y(0), y2: y(0) }),
    );
    records.forEach((record, i) => this.bar(record, x, y, i % every === 0));
    this.box.replaceChildren(this.svg);
    this.note.textContent = records.some((record) => record.error !== null) ? "Whiskers: one standard error over texts." : "";
    this.highlight();
  }

  records() {
    const { names, columns } = this.context.data.raw.by_layer;
    const id = this.shown.id;
    return names.map((layer, i) => ({
      layer,
      value: columns[id + ":" + this.of]?.[i] ?? null,
      error: columns[id + "_se:" + this.of]?.[i] ?? null,
    }));
  }

  bar(record, x, y, labelled) {
    const left = x(record.layer);
    const middle = left + x.bandwidth() / 2;
    const bar = svg("rect", {
      class: record.value < 0 ? "bar negative" : "bar",
      x: left,
      width: x.bandwidth(),
      y: Math.min(y(0), y(record.value)),
      height: Math.abs(y(0) - y(record.value)),
      "data-layer": record.layer,
    });
    const text = record.layer + ": " + withError(this.shown, record.value, record.error);
    bar.append(svg("title", {}, text));
    bar.addEventListener("pointermove", (event) => this.context.tip.show(text, event.clientX, event.clientY));
    bar.addEventListener("pointerleave", () => this.context.tip.hide());
    bar.addEventListener("click", () => this.context.search(record.layer));
    this.bars.set(record.layer, bar);
    this.svg.append(bar);
    if (record.error !== null) {
      this.svg.append(whisker(middle, y(record.value - record.error), y(record.value + record.error)));
    }
    if (labelled) {
      this.svg.append(svg("text", { class: "quiet", transform: "translate(" + (middle + 4) + "," + (HEIGHT - BOTTOM + 8) + ") rotate(-90)", "text-anchor": "end" }, record.layer));
    }
  }

  highlight() {
    const { data } = this.context;
    const layerOf = (cell) => (cell === null || cell === undefined ? undefined : data.cells.layer_name[cell]);
    const hovered = layerOf(this.context.hovered());
    const selected = layerOf(this.context.selection().cell);
    for (const [layer, bar] of this.bars) {
      bar.classList.toggle("hover", layer === hovered);
      bar.classList.toggle("selected", layer === selected);
    }
  }

  csv() {
    return csv(["layer", "value", "standard_error"], this.records().map((record) => Object.values(record)));
  }
}

function whisker(x, low, high) {
  return svg("path", { class: "whisker", fill: "none", d: "M" + (x - 3) + "," + high + "h6M" + x + "," + high + "V" + low + "M" + (x - 3) + "," + low + "h6" });
}
