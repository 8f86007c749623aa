// Colours of values.

/** A scale of colours over values: fill(value), and ticks for its legend. */
export function colourScale(metric, values, log) {
  const finite = values.filter((value) => Number.isFinite(value));
  if (metric.signed) {
    return signedScale(finite, log);
  }
  const positive = finite.filter((value) => value > 0);
  return log ? logScale(positive) : linearScale(metric, finite);
}

function signedScale(values, log) {
  const size = d3.max(values, Math.abs) || 1;
  const colours = (share) => d3.interpolatePuOr(1 - share);
  if (!log) {
    const scale = d3.scaleDiverging([-size, 0, size], colours);
    return { fill: scale, axis: d3.scaleLinear([-size, size], [0, 1]), zero: false };
  }
  const constant = size / 1000;
  const scale = d3.scaleDivergingSymlog([-size, 0, size], colours).constant(constant);
  const axis = d3.scaleSymlog([-size, size], [0, 1]).constant(constant);
  return { fill: scale, axis, zero: false };
}

function logScale(values) {
  const low = d3.min(values) ?? 1;
  const high = d3.max(values) ?? 1;
  const domain = low < high ? [low, high] : [low / 2, high * 2];
  return { fill: d3.scaleSequentialLog(domain, d3.interpolateViridis), axis: d3.scaleLog(domain, [0, 1]), zero: true };
}

function linearScale(metric, values) {
  const low = Math.min(0, d3.min(values) ?? 0);
  const high = metric.percent && metric.total === "mean_of_elements" ? 1 : d3.max(values) || 1;
  return { fill: d3.scaleSequential([low, high], d3.interpolateViridis), axis: d3.scaleLinear([low, high], [0, 1]), zero: false };
}

/** The colour of a series among others. */
export function seriesColour(index) {
  return d3.schemeTableau10[index % d3.schemeTableau10.length];
}

/** The dashes of a series, once the colours begin again. */
export function seriesDash(index) {
  const dashes = [null, "6 3", "2 3", "8 3 2 3"];
  return dashes[Math.floor(index / d3.schemeTableau10.length) % dashes.length];
}
