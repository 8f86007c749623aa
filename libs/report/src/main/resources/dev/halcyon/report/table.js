// Tables that sort.

import { el } from "./dom.js";
import { csv, count } from "./format.js";
import { downloads } from "./download.js";

const PAGE = 50;

/** Rows in the order of a column; those without a value last. */
export function sorted(rows, column, descending) {
  const values = new Map(rows.map((row) => [row, column.value(row)]));
  const sign = descending ? -1 : 1;
  return [...rows].sort((first, second) => {
    const a = values.get(first) ?? null;
    const b = values.get(second) ?? null;
    if (a === null || b === null) {
      return (a === null) - (b === null);
    }
    return sign * (typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : a - b);
  });
}

/** A table with a caption, a page of rows at a time, and downloads of all of them. */
export class SortedTable {
  /**
   * @param name of downloads
   * @param options sort(id, descending) is called for a new order, row(node, row) for each row shown
   */
  constructor(root, name, options = {}) {
    this.options = options;
    this.page = 0;
    this.order = null;
    this.table = el("table");
    this.box = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": name.replaceAll("_", " ") }, this.table);
    this.pages = el("div", { class: "tools" });
    root.append(this.box, this.pages, downloads(name, { csv: () => this.csv(), json: () => this.json() }));
  }

  /** Draws rows in columns, in the order of a column's id; null for the order they have. */
  draw(columns, rows, caption, order) {
    this.columns = columns;
    this.caption = caption;
    this.order = order ?? this.order;
    const column = columns.find((one) => one.id === this.order?.id);
    this.rows = column ? sorted(rows, column, this.order.descending) : rows;
    this.page = Math.min(this.page, Math.max(0, Math.ceil(this.rows.length / PAGE) - 1));
    this.drawPage();
  }

  drawPage() {
    const shown = this.rows.slice(this.page * PAGE, (this.page + 1) * PAGE);
    this.table.replaceChildren(
      el("caption", {}, this.caption),
      el("thead", {}, el("tr", {}, ...this.columns.map((column) => this.header(column)))),
      el("tbody", {}, ...shown.map((row) => this.row(row))),
    );
    this.drawPages();
  }

  header(column) {
    const active = column.id === this.order?.id;
    const direction = this.order?.descending ? "descending" : "ascending";
    return el(
      "th",
      { scope: "col", class: column.numeric ? "number" : null, "aria-sort": active ? direction : "none" },
      el("button", { type: "button", title: column.title, onclick: () => this.sort(column) }, column.label),
    );
  }

  sort(column) {
    const active = column.id === this.order?.id;
    const descending = active ? !this.order.descending : Boolean(column.numeric);
    this.page = 0;
    if (this.options.sort) {
      this.options.sort(column.id, descending);
    } else {
      this.draw(this.columns, this.rows, this.caption, { id: column.id, descending });
    }
  }

  row(row) {
    const cells = this.columns.map((column, i) => {
      const content = column.node ? column.node(row) : column.text(row);
      const kind = column.numeric ? "number" : column.wrap ? "wrap" : null;
      return i === 0 ? el("th", { scope: "row", class: kind }, content) : el("td", { class: kind }, content);
    });
    const node = el("tr", {}, ...cells);
    this.options.row?.(node, row);
    return node;
  }

  drawPages() {
    const last = Math.ceil(this.rows.length / PAGE) - 1;
    if (last < 1) {
      this.pages.replaceChildren();
      return;
    }
    const from = this.page * PAGE;
    const to = Math.min(this.rows.length, from + PAGE);
    this.pages.replaceChildren(
      el("button", { type: "button", disabled: this.page === 0, onclick: () => this.turn(-1) }, "Previous"),
      el("span", {}, "Rows " + count(from + 1) + " to " + count(to) + " of " + count(this.rows.length)),
      el("button", { type: "button", disabled: this.page === last, onclick: () => this.turn(1) }, "Next"),
    );
  }

  turn(step) {
    this.page += step;
    this.drawPage();
    this.pages.querySelector(step > 0 ? "button:last-of-type" : "button")?.focus();
  }

  csv() {
    return csv(this.columns.map((column) => column.id), this.rows.map((row) => this.columns.map((column) => column.value(row))));
  }

  json() {
    return JSON.stringify(this.rows.map((row) => Object.fromEntries(this.columns.map((column) => [column.id, column.value(row) ?? null]))), null, 1);
  }
}
