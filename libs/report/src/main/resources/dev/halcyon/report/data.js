// The page's numbers, and how they are found.

/** The report in the page. */
export class ReportData {
  constructor(raw) {
    this.raw = raw;
    this.metrics = raw.metrics;
    this.cells = raw.cells;
    this.tensors = raw.tensors;
    this.cellCount = raw.cells.layer.length;
    this.tensorCount = raw.tensors.template.length;
    this.cellByName = new Map();
    for (let cell = 0; cell < this.cellCount; cell++) {
      this.cellByName.set(this.cellName(cell), cell);
    }
    this.tensorNames = raw.tensors.template.map((template, i) => nameOf(raw.tensors, template, i));
    this.tensorByName = new Map(this.tensorNames.map((name, i) => [name, i]));
    this.tensorsOfCell = Array.from({ length: this.cellCount }, () => []);
    raw.tensors.cell.forEach((cell, i) => this.tensorsOfCell[cell].push(i));
    this.grid = new Map();
    for (let cell = 0; cell < this.cellCount; cell++) {
      this.grid.set(raw.cells.layer[cell] + " " + raw.cells.component[cell], cell);
    }
  }

  /** Name of a cell, as layer_3.mlp.up_proj. */
  cellName(cell) {
    return this.cells.layer_name[cell] + "." + this.cells.component[cell];
  }

  /** The cell of a component in a layer. */
  cellAt(layer, component) {
    return this.grid.get(layer + " " + component);
  }

  /** Cells outside the layers. */
  outside() {
    return this.cells.layer.flatMap((layer, cell) => (layer < 0 ? [cell] : []));
  }

  /** The label of a model. */
  modelLabel(name) {
    return this.raw.models.find((model) => model.name === name)?.label ?? name;
  }

  metric(id) {
    return this.metrics.find((metric) => metric.id === id);
  }

  /** The number of a cell; null where there is none. */
  cellValue(metric, of, cell) {
    return at(this.cells.columns, metric.id + ":" + of, cell);
  }

  /** The number of a tensor. */
  tensorValue(metric, of, tensor) {
    return at(this.tensors.columns, metric.id + ":" + of, tensor);
  }

  /** Its standard error. */
  tensorError(metric, of, tensor) {
    return at(this.tensors.columns, metric.id + "_se:" + of, tensor);
  }

  /** Quantiles of the cosine of a pair; null where they are not listed. */
  quantiles(pair, tensor) {
    return this.tensors.quantiles[pair]?.[tensor] ?? null;
  }

  /** What the settings choose, with defaults for what they leave open. */
  choice(state) {
    const metric = this.metric(state.metric) ?? this.metrics[0];
    if (!metric) {
      return { metric: undefined, of: undefined, log: false };
    }
    const of = chosenOf(metric, state.of);
    const log = (state.scale ?? (metric.percent || metric.signed ? "linear" : "log")) === "log";
    return { metric, of, log };
  }

  /** What is selected: a tensor and its cell, or a cell alone. */
  selection(state) {
    const tensor = this.tensorByName.get(state.tensor);
    if (tensor !== undefined) {
      return { tensor, cell: this.tensors.cell[tensor] };
    }
    return { tensor: undefined, cell: this.cellByName.get(state.cell) };
  }

  /** The settings that select a cell: its tensor where it has but one. */
  selecting(cell) {
    const listed = this.tensorsOfCell[cell];
    return listed.length === 1 && this.cells.tensors[cell] === 1
      ? { tensor: this.tensorNames[listed[0]], cell: undefined, only: undefined }
      : { tensor: undefined, cell: this.cellName(cell), only: undefined };
  }
}

function nameOf(tensors, template, index) {
  const numbers = tensors.numbers[index] === "" ? [] : tensors.numbers[index].split(" ");
  let next = 0;
  return tensors.templates[template].replaceAll("#", () => numbers[next++]);
}

function at(columns, name, index) {
  return columns[name]?.[index] ?? null;
}

/** What of a metric to show: what was asked for, or what belongs to it, or the first. */
export function chosenOf(metric, asked) {
  const names = metric.of.map((one) => one.id);
  if (names.includes(asked)) {
    return asked;
  }
  const models = (asked ?? "").split("_vs_");
  const related =
    names.find((name) => models.length === 2 && name === models[1]) ??
    names.find((name) => name.split("_vs_")[1] === asked) ??
    names.find((name) => name === models[0]);
  return related ?? names[0];
}

/** The label of what a metric is a number of. */
export function ofLabel(metric, of) {
  return metric.of.find((one) => one.id === of)?.label ?? of;
}
