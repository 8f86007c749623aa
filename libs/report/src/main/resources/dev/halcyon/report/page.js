// Puts the page together.

import { el } from "./dom.js";
import { Store } from "./state.js";
import { ReportData } from "./data.js";
import { Tip } from "./chart.js";
import { svgText } from "./download.js";
import { Heatmap } from "./heatmap.js";
import { Depth } from "./depth.js";
import { Importance } from "./importance.js";
import { LayerBars } from "./bars.js";
import { ComponentTable, TensorTable, TextTable, drawSkipped } from "./tensors.js";
import { drawSelection } from "./details.js";
import { drawRun } from "./run.js";

/** What views share: the numbers, the settings, what is hovered and selected. */
export class Context {
  constructor(data, store) {
    this.data = data;
    this.store = store;
    this.tip = new Tip();
    this.hoveredCell = null;
    this.views = [];
  }

  state() {
    return this.store.state;
  }

  choice() {
    return this.data.choice(this.store.state);
  }

  selection() {
    return this.data.selection(this.store.state);
  }

  hovered() {
    return this.hoveredCell;
  }

  hover(cell) {
    if (cell !== this.hoveredCell) {
      this.hoveredCell = cell;
      this.views.forEach((view) => view.highlight?.());
    }
  }

  select(cell) {
    this.go(this.data.selecting(cell));
  }

  search(text) {
    this.go({ q: text, only: undefined });
  }

  go(changes) {
    this.store.go(changes);
  }

  svgText(drawing) {
    return svgText(drawing);
  }
}

/** The controls above the views. */
class Controls {
  constructor(context) {
    this.context = context;
    this.metric = document.getElementById("metric");
    this.of = document.getElementById("of");
    this.search = document.getElementById("search");
    this.scales = [...document.querySelectorAll("input[name=scale]")];
    this.metric.append(...context.data.metrics.map((metric) => el("option", { value: metric.id }, metric.label)));
    this.metric.addEventListener("change", () => context.go({ metric: this.metric.value }));
    this.of.addEventListener("change", () => context.go({ of: this.of.value }));
    this.scales.forEach((scale) => scale.addEventListener("change", () => context.go({ scale: scale.value })));
    this.search.addEventListener("input", () => context.store.replace({ q: this.search.value }));
    document.getElementById("controls").addEventListener("submit", (event) => event.preventDefault());
  }

  draw() {
    const { metric, of, log } = this.context.choice();
    if (!metric) {
      return;
    }
    this.metric.value = metric.id;
    this.of.replaceChildren(...metric.of.map((one) => el("option", { value: one.id }, one.label)));
    this.of.value = of;
    this.scales.forEach((scale) => (scale.checked = (scale.value === "log") === log));
    const { q } = this.context.state();
    if (this.search.value !== (q ?? "")) {
      this.search.value = q ?? "";
    }
    document.getElementById("explanation").textContent = metric.explanation;
  }
}

/** Draws a view when it comes near the window, and whenever the settings change after that. */
class Lazy {
  constructor(root, view) {
    this.view = view;
    this.near = false;
    this.stale = true;
    this.watch = new IntersectionObserver((entries) => this.seen(entries.at(-1).isIntersecting), { rootMargin: "600px" });
    this.watch.observe(root);
  }

  seen(near) {
    this.near = near;
    if (near && this.stale) {
      this.now();
    }
  }

  now() {
    this.stale = false;
    this.view.draw();
    this.drawn = true;
  }

  draw() {
    this.stale = true;
    if (this.near) {
      this.now();
    }
  }

  highlight() {
    if (this.drawn && !this.stale) {
      this.view.highlight?.();
    }
  }

  finish() {
    if (this.stale) {
      this.now();
    }
  }
}

function scrollTo(state) {
  const root = state.view ? document.getElementById(state.view) : null;
  if (root) {
    root.scrollIntoView({ block: "start" });
    root.focus({ preventScroll: true });
  }
}

function start() {
  const data = new ReportData(JSON.parse(document.getElementById("data").textContent));
  const run = JSON.parse(document.getElementById("run-data").textContent);
  const store = new Store(window);
  const context = new Context(data, store);
  const section = (id) => document.getElementById(id);
  const controls = new Controls(context);
  const charts = data.metrics.length === 0 ? [] : [["heatmap", Heatmap], ["depth", Depth], ["layers", LayerBars], ["importance", Importance], ["components", ComponentTable], ["tensors", TensorTable], ["texts", TextTable]];
  context.views = charts.map(([id, View]) => new Lazy(section(id), new View(section(id), context)));
  const draw = () => {
    controls.draw();
    drawSelection(section("selection"), context);
    context.views.forEach((view) => view.draw());
  };
  store.subscribe((state) => {
    context.tip.hide();
    draw();
    scrollTo(state);
  });
  let width = document.documentElement.clientWidth;
  window.addEventListener("resize", () => {
    if (width !== document.documentElement.clientWidth) {
      width = document.documentElement.clientWidth;
      draw();
    }
  });
  window.addEventListener("beforeprint", () => context.views.forEach((view) => view.finish()));
  drawSkipped(section("skipped"), data);
  drawRun(section("run"), data, run);
  draw();
  scrollTo(store.state);
  document.documentElement.dataset.ready = "true";
}

start();
