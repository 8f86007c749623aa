// Numbers for people.

/** A number with three digits, as 0.00123 or 1.2e-7; "–" where it is not defined. */
export function number(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return "–";
  }
  const size = Math.abs(value);
  const rounded = Number(value.toPrecision(3));
  return size !== 0 && (size < 1e-4 || size >= 1e6) ? rounded.toExponential().replace("e+", "e") : String(rounded);
}

/** A share as a percentage. */
export function percent(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return "–";
  }
  const hundredth = 100 * value;
  const size = Math.abs(hundredth);
  return (size !== 0 && size < 0.1 ? hundredth.toPrecision(2) : hundredth.toFixed(1)) + " %";
}

/** A number of that metric, as its axis has it. */
export function metricValue(metric, value) {
  return metric.percent ? percent(value) : number(value);
}

/** A number with its standard error, where that is defined. */
export function withError(metric, value, error) {
  const text = metricValue(metric, value);
  return error === null || error === undefined || !Number.isFinite(error)
    ? text
    : text + " ± " + metricValue(metric, Number(error.toPrecision(1)));
}

/** An integer with its thousands apart. */
export function count(value) {
  return value.toLocaleString("en-US");
}

/** A cell of a CSV file (RFC 4180). */
export function csvCell(value) {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

/** Rows as CSV. */
export function csv(header, rows) {
  return [header, ...rows].map((row) => row.map(csvCell).join(",") + "\n").join("");
}
