// The panel of what is selected.

import { el } from "./dom.js";
import { count } from "./format.js";
import { quantileTable, selectedValue } from "./tensors.js";

/** Draws the panel, or hides it where nothing is selected. */
export function drawSelection(root, context) {
  const { data } = context;
  const selection = context.selection();
  root.hidden = selection.cell === undefined;
  if (root.hidden) {
    root.replaceChildren();
    return;
  }
  const { tensor, cell } = selection;
  const tensors = data.cells.tensors[cell];
  const title = tensor === undefined ? data.cellName(cell) : data.tensorNames[tensor];
  const facts = el("dl");
  const fact = (name, value) => facts.append(el("dt", {}, name), el("dd", {}, value));
  fact("Place", data.cells.layer_name[cell] + ", " + data.cells.component[cell]);
  if (tensor === undefined) {
    fact("Tensors", count(tensors));
  } else {
    fact("Shape", data.tensors.shapes[data.tensors.shape[tensor]]);
    if (data.tensors.notes[tensor]) {
      fact("Note", data.tensors.notes[tensor]);
    }
  }
  for (const metric of data.metrics) {
    for (const of of metric.of) {
      fact(metric.label + ", " + of.label, selectedValue(data, metric, of.id, selection));
    }
  }
  const close = el("button", { type: "button", onclick: () => context.go({ tensor: undefined, cell: undefined, only: undefined }) }, "Clear selection");
  const list = el("button", { type: "button", onclick: () => context.go({ only: "1", view: "tensors" }) }, "List its tensors");
  root.replaceChildren(
    el("h2", { id: "selection-title" }, title),
    facts,
    tensor === undefined ? "" : (quantileTable(data, tensor) ?? el("p", { class: "note" }, "Quantiles of this tensor are in report.json.")),
    el("div", { class: "tools" }, close, tensors > 1 ? list : null),
  );
}
