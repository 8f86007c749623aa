package dev.halcyon.transformer.internal.torch;

import java.util.List;

/// The functions of `operations.py`, which holds their formulas. A method that returns nothing
/// changes its first argument.
///
/// Tensors that are made belong to the scope of these operations.
public final class Operations {
  private final OperationCalls calls;

  Operations(OperationCalls calls) {
    this.calls = calls;
  }

  /// The same values in another type.
  public Tensor cast(Tensor x, ElementType dtype) {
    return calls.one("cast", x, dtype.number());
  }

  /// The transposed view of a matrix.
  public Tensor transpose(Tensor x) {
    return calls.one("transpose", x);
  }

  /// Copies the values of `source` into `target`.
  public void copy(Tensor target, Tensor source) {
    calls.run("copy_", target, source);
  }

  /// Divides the elements of `x` by a number, in place.
  public void divide(Tensor x, double by) {
    calls.run("divide_", x, by);
  }

  public Tensor add(Tensor x, Tensor y) {
    return calls.one("add", x, y);
  }

  /// A view of `length` entries of one dimension.
  public Tensor narrow(Tensor x, long dimension, long first, long length) {
    return calls.one("narrow", x, dimension, first, length);
  }

  /// A view of one entry of a dimension, which the result lacks.
  public Tensor select(Tensor x, long dimension, long index) {
    return calls.one("select", x, dimension, index);
  }

  /// The same elements in another shape.
  public Tensor view(Tensor x, long... shape) {
    return calls.one("view", x, shape);
  }

  public Tensor concatenate(Tensor[] x, long dimension) {
    return calls.one("concatenate", x, dimension);
  }

  public Tensor stack(Tensor[] x, long dimension) {
    return calls.one("stack", x, dimension);
  }

  /// `x W^T`, with `weight` `[out, in]`.
  public Tensor linear(Tensor x, Tensor weight) {
    return calls.one("linear", x, weight);
  }

  /// `x W^T + b`, with `weight` `[out, in]`.
  public Tensor linearBias(Tensor x, Tensor weight, Tensor bias) {
    return calls.one("linear_bias", x, weight, bias);
  }

  /// The gradient by the input of [#linear].
  public Tensor linearBackward(Tensor dy, Tensor weight) {
    return calls.one("linear_backward", dy, weight);
  }

  /// Adds the weighted squares of each sample's gradient by a matrix, `left^T right` over its rows,
  /// to `total`.
  ///
  /// @param sums of the squares, without weights, by sample
  public void squareMatrix(
      Tensor total, Tensor left, Tensor right, WeightedSamples samples, Tensor sums) {
    calls.run(
        "square_matrix_",
        total,
        left,
        right,
        samples.bounds(),
        samples.numbers(),
        samples.weights(),
        sums);
  }

  /// As [#squareMatrix], but rows that are kept go to their own tensor and not to the total.
  public void squareMatrixBut(
      Tensor total,
      Tensor left,
      Tensor right,
      WeightedSamples samples,
      Tensor sums,
      KeptRows kept) {
    calls.run(
        "square_matrix_but_",
        total,
        left,
        right,
        samples.bounds(),
        samples.numbers(),
        samples.weights(),
        sums,
        kept.rows(),
        kept.bounds(),
        kept.kept());
  }

  /// As [#squareMatrix], for a vector whose gradient is the sum of a sample's rows.
  public void squareVector(
      Tensor total, Tensor rows, long rowsPerToken, WeightedSamples samples, Tensor sums) {
    calls.run(
        "square_vector_",
        total,
        rows,
        samples.bounds(),
        rowsPerToken,
        samples.numbers(),
        samples.weights(),
        sums);
  }

  /// Adds the squares of `g` to the first rows of `total`, and their sum to `sum`.
  public void squareRows(Tensor total, Tensor g, double weight, Tensor sum) {
    calls.run("square_rows_", total, g, weight, sum);
  }

  /// Adds the squares of `g` to the rows `index` of `total`, and their sum to `sum`.
  public void squareRowsAt(Tensor total, Tensor index, Tensor g, double weight, Tensor sum) {
    calls.run("square_rows_at_", total, index, g, weight, sum);
  }

  /// Sums of the rows of `x` that share a target, times `scale`.
  public Tensor sumRows(Tensor x, Tensor targets, long count, double scale) {
    return calls.one("sum_rows", x, targets, count, scale);
  }

  /// Zhang and Sennrich 2019. Returns the normalized rows and the reciprocal of each root mean
  /// square.
  public List<Tensor> rmsNorm(
      Tensor x, Tensor weight, double epsilon, double offset, ElementType dtype) {
    return calls.all("rms_norm", x, weight, epsilon, offset, dtype.number());
  }

  /// Returns the gradient by the input and, row by row, the gradient by the weight.
  public List<Tensor> rmsNormBackward(
      Tensor dy, Tensor x, Tensor rstd, Tensor weight, double offset) {
    return calls.all("rms_norm_backward", dy, x, rstd, weight, offset);
  }

  /// Ba et al. 2016. Returns the normalized rows, each mean and the reciprocal of each standard
  /// deviation.
  public List<Tensor> layerNorm(
      Tensor x, Tensor weight, Tensor bias, double epsilon, ElementType dtype) {
    return calls.all("layer_norm", x, weight, bias, epsilon, dtype.number());
  }

  /// Returns the gradient by the input and, row by row, the gradient by the weight.
  public List<Tensor> layerNormBackward(
      Tensor dy, Tensor x, Tensor mean, Tensor rstd, Tensor weight, Tensor bias) {
    return calls.all("layer_norm_backward", dy, x, mean, rstd, weight, bias);
  }

  /// Rotary position embedding (Su et al. 2021). The sign -1 reverses it.
  ///
  /// @param x `[n, heads, size]`
  /// @param cosines of the angles, `[n, 1, r]`
  public Tensor rotate(Tensor x, Tensor cosines, Tensor sines, double sign) {
    return calls.one("rotate", x, cosines, sines, sign);
  }

  /// Causal attention by the kernel of PyTorch for the CPU. Returns the output and the logarithm of
  /// each softmax's sum.
  ///
  /// @param q `[n, heads, size]`
  /// @param k `[n, groups, size]`
  public List<Tensor> fusedAttention(Tensor q, Tensor k, Tensor v, long[] bounds, double scale) {
    return calls.all("fused_attention", q, k, v, bounds, scale);
  }

  /// Returns the gradients by `q`, `k` and `v`.
  public List<Tensor> fusedAttentionBackward(
      Tensor dout,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor out,
      Tensor logSums,
      long[] bounds,
      double scale) {
    return calls.all("fused_attention_backward", dout, q, k, v, out, logSums, bounds, scale);
  }

  /// Causal attention on any device.
  ///
  /// @param cap of the scores; 0 for none
  /// @param window of visible tokens; 0 for all
  /// @param limit largest number of scores in memory at once
  public Tensor attention(
      Tensor q,
      Tensor k,
      Tensor v,
      long[] bounds,
      double scale,
      double cap,
      long window,
      long limit) {
    return calls.one("attention", q, k, v, bounds, scale, cap, window, limit);
  }

  /// Returns the gradients by `q`, `k` and `v`.
  public List<Tensor> attentionBackward(
      Tensor dout,
      Tensor q,
      Tensor k,
      Tensor v,
      long[] bounds,
      double scale,
      double cap,
      long window,
      long limit) {
    return calls.all("attention_backward", dout, q, k, v, bounds, scale, cap, window, limit);
  }

  public Tensor activate(Tensor x, long kind) {
    return calls.one("activate", x, kind);
  }

  public Tensor activateBackward(Tensor dy, Tensor x, long kind) {
    return calls.one("activate_backward", dy, x, kind);
  }

  /// The activation of `gate` times `up` (Shazeer 2020).
  public Tensor gated(Tensor gate, Tensor up, long kind) {
    return calls.one("gated", gate, up, kind);
  }

  /// Returns the gradients by `gate` and `up`.
  public List<Tensor> gatedBackward(Tensor dy, Tensor gate, Tensor up, long kind) {
    return calls.all("gated_backward", dy, gate, up, kind);
  }

  /// Logits of a block of the vocabulary.
  ///
  /// @param cap soft cap; 0 for none
  public Tensor logits(Tensor x, Tensor weight, double cap) {
    return calls.one("logits", x, weight, cap);
  }

  /// Writes the logits of a block of the vocabulary into the columns of `all` from `first` on.
  public void logitsInto(Tensor all, long first, Tensor x, Tensor weight, double cap) {
    calls.run("logits_into_", all, first, x, weight, cap);
  }

  /// The logarithm of each row's sum of exponentials, in float64.
  public Tensor logSum(Tensor x) {
    return calls.one("log_sum", x);
  }

  /// The same of the results for blocks of columns.
  public Tensor logSumOf(Tensor parts) {
    return calls.one("log_sum_of", parts);
  }

  /// Writes the logits of the labels that lie in this block to `picked`.
  public void pick(Tensor picked, Tensor block, long first, Tensor labels) {
    calls.run("pick_", picked, block, first, labels);
  }

  /// The index at which the cumulated probability of each row passes its threshold.
  public Tensor draw(Tensor block, Tensor rows, Tensor logSums, Tensor thresholds) {
    return calls.one("draw", block, rows, logSums, thresholds);
  }

  /// Turns a block of logits into the gradient of the summed loss by the logits before their cap.
  public void lossGradient(Tensor block, long first, Tensor logSums, Tensor labels, double cap) {
    calls.run("loss_gradient_", block, first, logSums, labels, cap);
  }

  /// Adds `x weight` to `total`.
  public void addProduct(Tensor total, Tensor x, Tensor weight) {
    calls.run("add_product_", total, x, weight);
  }

  /// Subtracts `a` from `b`, in place.
  public void subtract(Tensor b, Tensor a) {
    calls.run("subtract_", b, a);
  }

  public Tensor difference(Tensor b, Tensor a) {
    return calls.one("difference", b, a);
  }

  public Tensor scale(Tensor x, double by) {
    return calls.one("scale", x, by);
  }

  /// `base + s delta`.
  public Tensor interpolate(Tensor base, Tensor delta, double s, ElementType dtype) {
    return calls.one("interpolate", base, delta, s, dtype.number());
  }

  /// The sums of squares of a parameter and of its change.
  public Tensor squares(Tensor base, Tensor delta) {
    return calls.one("squares", base, delta);
  }

  /// Adds a block of the vocabulary to the running comparison of two outputs; `operations.py`
  /// describes the state.
  public void compareBlock(Tensor state, Tensor z0, Tensor z1, long first, Tensor labels) {
    calls.run("compare_block_", state, z0, z1, first, labels);
  }

  /// The gradient of the divergence by a block of the logits `z1`, before their cap.
  public Tensor divergenceGradient(
      Tensor z0, Tensor z1, Tensor logSums0, Tensor logSums1, double cap) {
    return calls.one("divergence_gradient", z0, z1, logSums0, logSums1, cap);
  }

  /// The gradient of the loss by a block of the logits `z1`, before their cap.
  public Tensor likelihoodGradient(
      Tensor z1, long first, Tensor logSums1, Tensor labels, double cap) {
    return calls.one("likelihood_gradient", z1, first, logSums1, labels, cap);
  }

  /// Adds the sum of `x y` over each row to `rows`, in float64.
  public void addRowProducts(Tensor rows, Tensor x, Tensor y) {
    calls.run("add_row_products_", rows, x, y);
  }

  /// Adds the product of each sample's gradient by a matrix with the matrix's change to `sums`.
  ///
  /// @param delta `[out, in]`
  public void addMatrixProducts(
      Tensor sums, Tensor dy, Tensor x, Tensor delta, long[] bounds, long[] samples) {
    calls.run("add_matrix_products_", sums, dy, x, delta, bounds, samples);
  }

  /// The same for a vector, whose gradient is the sum of rows.
  public void addVectorProducts(
      Tensor sums, Tensor rows, Tensor delta, long[] bounds, long rowsPerToken, long[] samples) {
    calls.run("add_vector_products_", sums, rows, delta, bounds, rowsPerToken, samples);
  }

  /// The same for rows of an embedding.
  public void addRowsProducts(
      Tensor sums, Tensor dx, Tensor delta, double scale, long[] bounds, long[] samples) {
    calls.run("add_rows_products_", sums, dx, delta, scale, bounds, samples);
  }
}
