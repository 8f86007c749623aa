// The metric over depth, a line for each component.

import { el, svg } from "./dom.js";
import { seriesColour, seriesDash } from "./colour.js";
import { axisGroup, byKeyboard, cellText, drawing, layerTicks, logTicks, neighbour, roomOf } from "./chart.js";
import { csv, metricValue } from "./format.js";
import { downloads } from "./download.js";
import { ofLabel } from "./data.js";

const LEFT = 74;
const RIGHT = 14;
const TOP = 26;
const BOTTOM = 40;
const HEIGHT = 340;

/** The lines in their section. */
export class Depth {
  constructor(root, context) {
    this.root = root;
    this.context = context;
    this.box = el("div");
    this.legend = el("ul", { class: "legend" });
    this.note = el("p", { class: "note" });
    root.append(
      this.box,
      this.legend,
      this.note,
      downloads("over_depth", { svg: () => context.svgText(this.svg), csv: () => this.csv(), json: () => this.json() }),
    );
  }

  draw() {
    const { data } = this.context;
    const { metric, of, log } = this.context.choice();
    this.series = this.read();
    this.width = roomOf(this.root);
    const { layers } = data.raw;
    this.x = d3.scaleLinear([layers[0] ?? 0, layers.at(-1) ?? 1], [LEFT, this.width - RIGHT]);
    this.y = this.scale(log && !metric.signed);
    const title = metric.label + ", " + ofLabel(metric, of);
    this.svg = drawing(this.width, HEIGHT, title + " over depth, a line for each component. Arrow keys go from point to point.");
    this.svg.append(svg("text", { x: 0, y: 12 }, title));
    this.axes(metric, log && !metric.signed);
    this.lines = this.series.map((series, i) => this.line(series, i));
    this.lines.forEach((line) => this.svg.append(line));
    this.points = this.series.flatMap((series) => series.points.filter((point) => this.drawable(point.value)));
    this.marks = { hover: this.mark("ring"), selected: this.mark("ring selected") };
    this.follow();
    byKeyboard(this.svg, this.context, (from, key) => neighbour(data, data.raw.components.map((one) => one.name), from, key));
    this.box.replaceChildren(this.svg);
    this.drawLegend();
    this.highlight();
  }

  read() {
    const { data } = this.context;
    const { metric, of } = this.context.choice();
    return data.raw.components
      .map((component, index) => ({
        name: component.name,
        index,
        points: data.raw.layers.map((layer) => {
          const cell = data.cellAt(layer, component.name);
          return { layer, cell, value: cell === undefined ? null : data.cellValue(metric, of, cell) };
        }),
      }))
      .filter((series) => series.points.some((point) => point.value !== null));
  }

  scale(log) {
    const values = this.series.flatMap((series) => series.points.map((point) => point.value)).filter((value) => value !== null);
    const range = [HEIGHT - BOTTOM, TOP];
    this.log = log;
    if (log) {
      const positive = values.filter((value) => value > 0);
      const low = d3.min(positive) ?? 1e-3;
      const high = d3.max(positive) ?? 1;
      return d3.scaleLog(low < high ? [low / 1.2, high * 1.2] : [low / 2, high * 2], range);
    }
    return d3.scaleLinear([Math.min(0, d3.min(values) ?? 0), d3.max(values) || 1], range).nice();
  }

  drawable(value) {
    return value !== null && (!this.log || value > 0);
  }

  axes(metric, log) {
    const { layers } = this.context.data.raw;
    const step = (this.width - LEFT - RIGHT) / Math.max(1, layers.length);
    const ticks = log ? logTicks(this.y, 7) : this.y.ticks(6);
    this.svg.append(
      axisGroup(d3.axisLeft(this.y).tickValues(ticks).tickFormat(() => "").tickSize(LEFT + RIGHT - this.width), LEFT, 0, "grid"),
      axisGroup(d3.axisLeft(this.y).tickValues(ticks).tickFormat((value) => metricValue(metric, value)), LEFT, 0, "axis"),
      axisGroup(d3.axisBottom(this.x).tickValues(layerTicks(layers, step)).tickFormat(String), 0, HEIGHT - BOTTOM, "axis"),
      svg("text", { x: (LEFT + this.width - RIGHT) / 2, y: HEIGHT - 6, "text-anchor": "middle", class: "quiet" }, "layer"),
    );
  }

  line(series) {
    const path = d3
      .line()
      .defined((point) => this.drawable(point.value))
      .x((point) => this.x(point.layer))
      .y((point) => this.y(point.value));
    const group = svg("g", { "data-component": series.name });
    const colour = seriesColour(series.index);
    group.append(svg("path", { class: "line", d: path(series.points) ?? "", stroke: colour, "stroke-dasharray": seriesDash(series.index) }));
    if (series.points.length <= 40) {
      series.points.filter((point) => this.drawable(point.value)).forEach((point) => group.append(svg("circle", { cx: this.x(point.layer), cy: this.y(point.value), r: 2.5, fill: colour })));
    }
    return group;
  }

  mark(name) {
    const mark = svg("circle", { class: name, r: 6, visibility: "hidden" });
    this.svg.append(mark);
    return mark;
  }

  /** The nearest point follows the pointer. */
  follow() {
    const nearest = (event) => {
      const box = this.svg.getBoundingClientRect();
      const x = ((event.clientX - box.left) * this.width) / box.width;
      const y = ((event.clientY - box.top) * HEIGHT) / box.height;
      return d3.least(this.points, (point) => (this.x(point.layer) - x) ** 2 + (this.y(point.value) - y) ** 2);
    };
    this.svg.addEventListener("pointermove", (event) => {
      const point = nearest(event);
      if (point) {
        this.context.hover(point.cell);
        this.context.tip.show(cellText(this.context.data, this.context.choice(), point.cell), event.clientX, event.clientY);
      }
    });
    this.svg.addEventListener("pointerleave", () => {
      this.context.hover(null);
      this.context.tip.hide();
    });
    this.svg.addEventListener("click", (event) => {
      const point = nearest(event);
      if (point) {
        this.context.select(point.cell);
      }
    });
  }

  drawLegend() {
    this.legend.replaceChildren(
      ...this.series.map((series) => {
        const sample = svg("svg", { width: 22, height: 8, "aria-hidden": "true" }, svg("line", { x1: 0, x2: 22, y1: 4, y2: 4, stroke: seriesColour(series.index), "stroke-width": 3, "stroke-dasharray": seriesDash(series.index) }));
        const show = (event) => this.emphasise(event.type === "pointerenter" || event.type === "focus" ? series.name : null);
        return el("li", {}, el("button", { type: "button", onpointerenter: show, onpointerleave: show, onfocus: show, onblur: show, onclick: () => this.context.search(series.name) }, sample, series.name));
      }),
    );
    this.note.textContent = this.series.length === 0 ? "Not computed: no tensor in a layer has this number." : "";
  }

  emphasise(component) {
    for (const line of this.lines) {
      const own = line.dataset.component === component;
      line.classList.toggle("faded", component !== null && !own);
      line.firstChild.classList.toggle("strong", own);
    }
  }

  highlight() {
    const { data } = this.context;
    const hovered = this.context.hovered();
    const selected = this.context.selection().cell;
    const shown = hovered ?? selected;
    const inLayers = shown !== null && shown !== undefined && data.cells.layer[shown] >= 0;
    this.emphasise(inLayers ? data.cells.component[shown] : null);
    this.move(this.marks.hover, hovered);
    this.move(this.marks.selected, selected);
  }

  move(mark, cell) {
    const point = cell === null || cell === undefined ? undefined : this.points.find((one) => one.cell === cell);
    mark.setAttribute("visibility", point ? "visible" : "hidden");
    if (point) {
      mark.setAttribute("cx", this.x(point.layer));
      mark.setAttribute("cy", this.y(point.value));
    }
  }

  records() {
    return this.series.flatMap((series) => series.points.map((point) => ({ component: series.name, layer: point.layer, value: point.value })));
  }

  csv() {
    return csv(["component", "layer", "value"], this.records().map((record) => Object.values(record)));
  }

  json() {
    return JSON.stringify(this.records(), null, 1);
  }
}
