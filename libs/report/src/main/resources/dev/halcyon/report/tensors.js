// Tables of tensors, components, texts and skipped tensors.

import { el } from "./dom.js";
import { count, number, percent, metricValue, withError } from "./format.js";
import { chosenOf, ofLabel } from "./data.js";
import { SortedTable } from "./table.js";

const QUANTILES = ["min", "p01", "p05", "p25", "p50", "p75", "p95", "max"];
const SHOWN_QUANTILES = ["min", "p05", "p50", "p95"];

/** Whether a text has all words of a search, in any order. */
export function matches(text, search) {
  const lower = text.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}

/** The table of tensors. */
export class TensorTable {
  constructor(root, context) {
    this.context = context;
    this.filter = el("p", { class: "note" });
    root.append(this.filter);
    this.table = new SortedTable(root, "tensors", {
      sort: (id, descending) => context.go({ sort: id, dir: descending ? "desc" : "asc" }),
      row: (node, tensor) => this.decorate(node, tensor),
    });
    this.rows = new Map();
  }

  draw() {
    const { data } = this.context;
    const state = this.context.state();
    const shown = this.listed(state);
    if (this.search !== state.q + " " + state.only) {
      this.table.page = 0;
      this.search = state.q + " " + state.only;
    }
    this.rows = new Map();
    const order = state.sort ? { id: state.sort, descending: state.dir === "desc" } : null;
    if (!order) {
      this.table.order = null;
    }
    this.table.draw(this.columns(), shown, this.caption(shown.length), order);
    this.filter.replaceChildren(...this.remarks(data, state));
    this.highlight();
  }

  listed(state) {
    const { data } = this.context;
    const { cell } = this.context.selection();
    let shown = d3.range(data.tensorCount);
    if (state.only && cell !== undefined) {
      shown = data.tensorsOfCell[cell];
    }
    return state.q ? shown.filter((tensor) => matches(this.searched(tensor), state.q)) : shown;
  }

  searched(tensor) {
    const { data } = this.context;
    const cell = data.tensors.cell[tensor];
    return [data.tensorNames[tensor], data.cells.layer_name[cell], data.cells.component[cell], data.tensors.notes[tensor] ?? ""].join(" ");
  }

  caption(shown) {
    const { total } = this.context.data.tensors;
    return count(shown) + " of " + count(total) + " tensors";
  }

  remarks(data, state) {
    const remarks = [];
    if (data.tensorCount < data.tensors.total) {
      remarks.push("Listed are the " + count(data.tensorCount) + " tensors with the largest numbers; all " + count(data.tensors.total) + " are in the figures, in report.json and in the CSV files. ");
    }
    if (state.only) {
      remarks.push(el("button", { type: "button", onclick: () => this.context.go({ only: undefined }) }, "List all tensors"));
    }
    return remarks;
  }

  columns() {
    const { data } = this.context;
    const of = this.context.state().of;
    return [
      { id: "tensor", label: "Tensor", value: (i) => data.tensorNames[i], node: (i) => this.name(i), wrap: true },
      { id: "layer", label: "Layer", value: (i) => data.cells.layer_name[data.tensors.cell[i]], text: (i) => data.cells.layer_name[data.tensors.cell[i]] },
      { id: "shape", label: "Shape", value: (i) => this.shape(i), text: (i) => this.shape(i) },
      ...data.metrics.map((metric) => metricColumn(data, metric, chosenOf(metric, of))),
      ...this.quantileColumns(),
      ...(Object.keys(data.tensors.notes).length > 0 ? [{ id: "note", label: "Note", value: (i) => data.tensors.notes[i] ?? "", text: (i) => data.tensors.notes[i] ?? "", wrap: true }] : []),
    ];
  }

  shape(tensor) {
    const { tensors } = this.context.data;
    return tensors.shapes[tensors.shape[tensor]];
  }

  quantileColumns() {
    const { data } = this.context;
    const distance = data.metric("distance");
    if (!distance) {
      return [];
    }
    const pair = chosenOf(distance, this.context.state().of);
    return SHOWN_QUANTILES.map((name) => ({
      id: "cosine_" + name + ":" + pair,
      label: "cosine " + name,
      title: "Quantile of the cosine over columns, " + ofLabel(distance, pair),
      numeric: true,
      value: (i) => data.quantiles(pair, i)?.[QUANTILES.indexOf(name)] ?? null,
      text: (i) => cosine(data.quantiles(pair, i)?.[QUANTILES.indexOf(name)]),
    }));
  }

  name(tensor) {
    const name = this.context.data.tensorNames[tensor];
    return el("button", { type: "button", onclick: () => this.context.go({ tensor: name, cell: undefined, only: undefined }) }, name);
  }

  decorate(node, tensor) {
    node.dataset.tensor = this.context.data.tensorNames[tensor];
    this.rows.set(tensor, node);
    node.addEventListener("pointerenter", () => this.context.hover(this.context.data.tensors.cell[tensor]));
    node.addEventListener("pointerleave", () => this.context.hover(null));
  }

  highlight() {
    const { data } = this.context;
    const { tensor, cell } = this.context.selection();
    const hovered = this.context.hovered();
    for (const [row, node] of this.rows) {
      const own = data.tensors.cell[row];
      node.classList.toggle("hover", own === hovered);
      node.classList.toggle("selected", tensor === undefined ? own === cell : row === tensor);
    }
  }
}

function cosine(value) {
  return value === null || value === undefined ? "–" : value.toFixed(6);
}

function metricColumn(data, metric, of) {
  return {
    id: metric.id + ":" + of,
    label: metric.label + ", " + ofLabel(metric, of),
    title: ofLabel(metric, of) + ": " + metric.explanation,
    numeric: true,
    value: (i) => data.tensorValue(metric, of, i),
    text: (i) => withError(metric, data.tensorValue(metric, of, i), data.tensorError(metric, of, i)),
  };
}

/** Numbers of a cell or a tensor: the quantiles of each pair, for the panel of what is selected. */
export function quantileTable(data, tensor) {
  const pairs = data.metric("distance")?.of ?? [];
  const listed = pairs.filter((pair) => data.quantiles(pair.id, tensor) !== null);
  if (listed.length === 0) {
    return null;
  }
  return el(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "quantiles" },
    el(
      "table",
      {},
      el("caption", {}, "Quantiles of the cosine over columns"),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Pair"), ...QUANTILES.map((name) => el("th", { scope: "col", class: "number" }, name)))),
      el("tbody", {}, ...listed.map((pair) => el("tr", {}, el("th", { scope: "row" }, pair.label), ...data.quantiles(pair.id, tensor).map((value) => el("td", { class: "number" }, cosine(value)))))),
    ),
  );
}

/** The roll-up by component. */
export class ComponentTable {
  constructor(root, context) {
    this.context = context;
    this.table = new SortedTable(root, "by_component", { row: (node, i) => this.decorate(node, i) });
    this.rows = new Map();
  }

  draw() {
    const { data } = this.context;
    const { names, columns } = data.raw.by_component;
    const of = this.context.state().of;
    const numbers = data.metrics
      .map((metric) => ({ metric, of: chosenOf(metric, of) }))
      .filter((one) => columns[one.metric.id + ":" + one.of]);
    this.rows = new Map();
    this.table.draw(
      [
        { id: "component", label: "Component", value: (i) => names[i], text: (i) => names[i] },
        ...(columns.tensors ? [{ id: "tensors", label: "Tensors", numeric: true, value: (i) => columns.tensors[i], text: (i) => (columns.tensors[i] === null ? "–" : count(columns.tensors[i])) }] : []),
        ...numbers.map((one) => rolledUp(columns, one.metric, one.of)),
      ],
      d3.range(names.length),
      "Distances are means over tensors, shares and attributions are sums.",
      null,
    );
    this.highlight();
  }

  decorate(node, index) {
    this.rows.set(this.context.data.raw.by_component.names[index], node);
  }

  highlight() {
    const { data } = this.context;
    const component = (cell) => (cell === null || cell === undefined ? undefined : data.cells.component[cell]);
    for (const [name, node] of this.rows) {
      node.classList.toggle("hover", name === component(this.context.hovered()));
      node.classList.toggle("selected", name === component(this.context.selection().cell));
    }
  }
}

function rolledUp(columns, metric, of) {
  const values = columns[metric.id + ":" + of];
  const errors = columns[metric.id + "_se:" + of];
  return {
    id: metric.id + ":" + of,
    label: metric.label + ", " + ofLabel(metric, of),
    title: ofLabel(metric, of) + ": " + metric.explanation,
    numeric: true,
    value: (i) => values[i],
    text: (i) => withError(metric, values[i], errors?.[i]),
  };
}

/** What was not compared. */
export function drawSkipped(root, data) {
  const { total, reasons, listed } = data.raw.skipped;
  if (total === 0) {
    root.append(el("p", { class: "note" }, "No tensor was skipped."));
    return;
  }
  const counts = Object.entries(reasons).map(([reason, tensors]) => reason + " " + count(tensors)).join(", ");
  const models = (entry) => entry.models.map((model) => data.modelLabel(model)).join(", ");
  new SortedTable(root, "skipped_tensors").draw(
    [
      { id: "tensor", label: "Tensor", value: (entry) => entry.tensor, text: (entry) => entry.tensor, wrap: true },
      { id: "models", label: "Models", value: models, text: models },
      { id: "reason", label: "Reason", value: (entry) => entry.reason, text: (entry) => entry.reason },
      { id: "detail", label: "Detail", value: (entry) => entry.detail, text: (entry) => entry.detail, wrap: true },
    ],
    listed,
    counts + (listed.length < total ? "; the first " + count(listed.length) + " of " + count(total) + " are listed, report.json has all" : ""),
    null,
  );
}

/** The texts that divergences were measured on. */
export class TextTable {
  constructor(root, context) {
    this.context = context;
    this.note = el("p", { class: "note" });
    root.append(this.note);
    if (context.data.raw.divergence) {
      this.table = new SortedTable(root, "texts");
    } else {
      this.note.textContent = "Not computed: no divergence was measured.";
    }
  }

  draw() {
    const { data } = this.context;
    if (!this.table) {
      return;
    }
    const fineTunes = data.raw.divergence.fine_tunes;
    const asked = (this.context.state().of ?? "").split("_vs_");
    const shown = fineTunes.find((one) => asked.includes(one.name)) ?? fineTunes[0];
    const column = (id, title, text) => ({ id, label: title, numeric: true, value: (row) => row[id], text: (row) => text(row[id]) });
    this.table.draw(
      [
        { id: "sample", label: "Text", value: (row) => row.sample, text: (row) => row.sample, wrap: true },
        column("tokens", "Predicted tokens", count),
        column("kl", "KL(base ‖ fine-tune)", number),
        column("reverse_kl", "Reverse KL", number),
        column("base_loss", "Loss of the base", number),
        column("loss_difference", "Loss difference", number),
        column("changed_top", "Most likely token differs", percent),
        column("share", "Share of the divergence", percent),
      ],
      shown.samples,
      data.modelLabel(shown.name) + ": " + (shown.samples.length < shown.sample_count ? "the " + count(shown.samples.length) + " texts with the largest divergences of " : "") + count(shown.sample_count) + " texts, in nats per predicted token",
      null,
    );
  }
}

/** The value of a metric for the panel of what is selected. */
export function selectedValue(data, metric, of, selection) {
  return selection.tensor === undefined
    ? metricValue(metric, data.cellValue(metric, of, selection.cell))
    : withError(metric, data.tensorValue(metric, of, selection.tensor), data.tensorError(metric, of, selection.tensor));
}
