// How the numbers came about.

import { el } from "./dom.js";
import { count, number, withError } from "./format.js";
import { downloads } from "./download.js";

/** Draws the run: command, versions, digests, estimators. */
export function drawRun(root, data, run) {
  const facts = el("dl");
  const fact = (name, ...values) => facts.append(el("dt", {}, name), el("dd", {}, ...values));
  fact("Command that asks for the same", el("code", {}, run.command));
  fact("Job", el("code", {}, run.job_id));
  fact("Halcyon", run.run.version + " on " + run.run.host);
  fact("Started", run.run.started);
  fact("Finished", run.run.finished + " (" + number(run.run.seconds) + " s)");
  for (const model of data.raw.models) {
    fact(model.label, ...modelText(model, run));
  }
  for (const fisher of data.raw.fisher) {
    fact("Fisher information, " + data.modelLabel(fisher.model), fisherText(fisher));
  }
  if (data.raw.divergence) {
    divergenceFacts(data, fact);
  }
  root.append(facts, downloads("run", { json: () => JSON.stringify({ run, models: data.raw.models, fisher: data.raw.fisher, divergence: data.raw.divergence }, null, 1) }));
}

function modelText(model, run) {
  const path = run.run.paths?.[model.name];
  const report = model.report;
  const parts = [model.name, path].filter(Boolean).join(": ");
  if (!report) {
    return [parts];
  }
  return [
    parts + "; " + count(report.tensors) + " tensors, " + count(report.bytes) + " bytes, of which " + count(report.compared) + " were compared; ",
    el("code", {}, report.fingerprint),
    ...report.prefixes.map((prefix) => "; names beginning with “" + prefix.name + "” are read as “" + prefix.key + "”"),
  ];
}

function fisherText(fisher) {
  const e = fisher.estimator;
  return (
    e.labels + " labels, weighted by " + e.weighting + ", " + e.precision + ", seed " + e.seed + ", texts cut at " + e.max_length + " tokens, of " + e.min_tokens + " or more; " +
    count(fisher.samples) + " texts, " + count(fisher.total.tokens) + " tokens of " + fisher.calibration.source + " (" + fisher.calibration.digest + "); model " + fisher.of.name + " (" + fisher.of.digest + ")"
  );
}

function divergenceFacts(data, fact) {
  const { divergence } = data.raw;
  const label = (name) => data.modelLabel(name);
  const s = divergence.settings;
  fact(
    "Divergence",
    "objective " + s.objective + ", nodes " + (s.nodes === 0 ? "auto" : s.nodes) + ", weighted by " + s.weighting + ", texts cut at " + s.max_length + " tokens, of " + s.min_tokens + " or more; " + divergence.calibration.source + " (" + divergence.calibration.digest + "); base " + divergence.base.name + " (" + divergence.base.digest + ")",
  );
  for (const fineTune of divergence.fine_tunes) {
    const trials = fineTune.trials.map(trialText).join(", ");
    fact("Divergence, " + label(fineTune.name), fineTune.model.name + " (" + fineTune.model.digest + "); " + count(fineTune.sample_count) + " texts, " + count(fineTune.tokens) + " predicted tokens, vocabulary " + count(fineTune.vocabulary) + (trials ? "; " + trials : ""));
  }
}

function trialText(trial) {
  const residual = trial.kl_residual.value === null ? trial.loss_residual : trial.kl_residual;
  return trial.nodes + " nodes leave " + withError({ percent: false }, residual.value, residual.standard_error);
}
