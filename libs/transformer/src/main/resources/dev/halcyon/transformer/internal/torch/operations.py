# TorchScript, as a module archive holds it: what DJL's NDArray does not offer. Names end in _ where
# an argument is changed. Types are given by number: 4 int64, 6 float32, 7 float64.
# n counts tokens of all samples of a pack, one after the other; bounds holds where each sample
# begins, and at last n.
class Operations(Module):
  __parameters__ = []
  __buffers__ = []

  # Copies and sums.

  # The type of sums over elements of x: float64 for float64, else float32.
  def wide(self, x: Tensor) -> int:
    if ops.prim.dtype(x) == 7:
      return 7
    return 6

  def cast(self, x: Tensor, dtype: int) -> Tensor:
    return torch.to(x, dtype)

  def transpose(self, x: Tensor) -> Tensor:
    return torch.t(x)

  def copy_(self, target: Tensor, source: Tensor) -> None:
    torch.copy_(target, source)

  def divide_(self, x: Tensor, by: float) -> None:
    torch.div_(x, by)

  def add(self, x: Tensor, y: Tensor) -> Tensor:
    return torch.add(x, y)

  def narrow(self, x: Tensor, dimension: int, first: int, length: int) -> Tensor:
    return torch.narrow(x, dimension, first, length)

  def select(self, x: Tensor, dimension: int, index: int) -> Tensor:
    return torch.select(x, dimension, index)

  def view(self, x: Tensor, shape: List[int]) -> Tensor:
    return torch.reshape(x, shape)

  def concatenate(self, x: List[Tensor], dimension: int) -> Tensor:
    return torch.cat(x, dimension)

  def stack(self, x: List[Tensor], dimension: int) -> Tensor:
    return torch.stack(x, dimension)

  # Linear layers: y = x W^T + b with W [out, in].

  def linear(self, x: Tensor, weight: Tensor) -> Tensor:
    return torch.mm(torch.type_as(x, weight), torch.t(weight))

  def linear_bias(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.addmm(bias, torch.type_as(x, weight), torch.t(weight))

  def linear_backward(self, dy: Tensor, weight: Tensor) -> Tensor:
    return torch.mm(torch.type_as(dy, weight), weight)

  # Per-sample squared gradients. The gradient of a sample's loss by W is left^T right over the
  # sample's rows; its square times the sample's weight goes into total, the plain sum of its
  # squares into sums [samples].

  def sum_of_squares(self, g: Tensor) -> Tensor:
    rows = torch.to(torch.linalg_vector_norm(g, 2., [1]), 7)
    return torch.dot(rows, rows)

  def square_matrix_(self, total: Tensor, left: Tensor, right: Tensor, bounds: List[int], samples: List[int], weights: List[float], sums: Tensor) -> None:
    g = torch.empty_like(total)
    for b in range(len(samples)):
      if samples[b] >= 0:
        start = bounds[b]
        length = bounds[b + 1] - start
        x = torch.t(torch.narrow(left, 0, start, length))
        y = torch.narrow(right, 0, start, length)
        if torch.is_floating_point(x) and ops.prim.dtype(x) == 6 and ops.prim.dtype(y) == 6:
          torch.mm(x, y, out=g)
        else:
          torch.copy_(g, torch.mm(torch.type_as(x, y), y))
        torch.addcmul_(total, g, g, value=weights[b])
        torch.add_(torch.select(sums, 0, samples[b]), (self).sum_of_squares(g))

  # As square_matrix_, but rows of the gradient that wait for another part of it (a tied embedding's)
  # go to kept instead. rows [.] holds them by their index in this block, those of sample b from
  # row_bounds[2 b] to before row_bounds[2 b + 1].
  def square_matrix_but_(self, total: Tensor, left: Tensor, right: Tensor, bounds: List[int], samples: List[int], weights: List[float], sums: Tensor, rows: Tensor, row_bounds: List[int], kept: Tensor) -> None:
    g = torch.empty_like(total)
    for b in range(len(samples)):
      if samples[b] >= 0:
        start = bounds[b]
        length = bounds[b + 1] - start
        x = torch.t(torch.narrow(left, 0, start, length))
        y = torch.narrow(right, 0, start, length)
        if ops.prim.dtype(x) == 6 and ops.prim.dtype(y) == 6:
          torch.mm(x, y, out=g)
        else:
          torch.copy_(g, torch.mm(torch.type_as(x, y), y))
        first = row_bounds[2 * b]
        count = row_bounds[2 * b + 1] - first
        if count > 0:
          index = torch.narrow(rows, 0, first, count)
          torch.copy_(torch.narrow(kept, 0, first, count), torch.index_select(g, 0, index))
          torch.index_fill_(g, 0, index, 0.)
        torch.addcmul_(total, g, g, value=weights[b])
        torch.add_(torch.select(sums, 0, samples[b]), (self).sum_of_squares(g))

  def square_vector_(self, total: Tensor, rows: Tensor, bounds: List[int], rows_per_token: int, samples: List[int], weights: List[float], sums: Tensor) -> None:
    for b in range(len(samples)):
      if samples[b] >= 0:
        start = bounds[b] * rows_per_token
        length = bounds[b + 1] * rows_per_token - start
        g = torch.sum(torch.to(torch.narrow(rows, 0, start, length), 6), [0])
        torch.addcmul_(total, g, g, value=weights[b])
        wide = torch.to(g, 7)
        torch.add_(torch.select(sums, 0, samples[b]), torch.dot(wide, wide))

  # The first rows of total get the squares of g.
  def square_rows_(self, total: Tensor, g: Tensor, weight: float, sum: Tensor) -> None:
    torch.addcmul_(torch.narrow(total, 0, 0, g.size(0)), g, g, value=weight)
    torch.add_(sum, (self).sum_of_squares(g))

  # Rows index of total get the squares of g.
  def square_rows_at_(self, total: Tensor, index: Tensor, g: Tensor, weight: float, sum: Tensor) -> None:
    torch.index_add_(total, 0, index, torch.mul_(torch.mul(g, g), weight))
    torch.add_(sum, (self).sum_of_squares(g))

  # Sums of the rows of x that share a target.
  def sum_rows(self, x: Tensor, targets: Tensor, count: int, scale: float) -> Tensor:
    sums = torch.zeros([count, x.size(1)], dtype=6, layout=0, device=ops.prim.device(x), pin_memory=False)
    # On a card index_add_ adds in whatever order threads come; index_put_ sorts first.
    if ops.prim.is_cuda(x):
      torch.index_put_(sums, annotate(List[Optional[Tensor]], [targets]), x, True)
    else:
      torch.index_add_(sums, 0, targets, x)
    return torch.mul_(sums, scale)

  # Norms over the last dimension, in float32, of float64 in float64.

  # Zhang and Sennrich 2019: y = x / sqrt(mean(x^2) + eps) (offset + w). Returns y and the root's reciprocal.
  def rms_norm(self, x: Tensor, weight: Tensor, epsilon: float, offset: float, dtype: int) -> List[Tensor]:
    wide = torch.to(x, (self).wide(x))
    rstd = torch.rsqrt_(torch.add_(torch.mean(torch.mul(wide, wide), [-1], True), epsilon))
    y = torch.mul_(torch.mul(wide, rstd), torch.add(weight, offset))
    return [torch.to(y, dtype), rstd]

  # Returns the gradient by x and, row by row, that by the weight.
  def rms_norm_backward(self, dy: Tensor, x: Tensor, rstd: Tensor, weight: Tensor, offset: float) -> List[Tensor]:
    normalized = torch.mul(torch.to(x, (self).wide(x)), rstd)
    wide = torch.to(dy, (self).wide(dy))
    rows = torch.mul(wide, normalized)
    dx = torch.mul(wide, torch.add(weight, offset))
    mean = torch.mean(torch.mul(dx, normalized), [-1], True)
    torch.mul_(torch.addcmul_(dx, normalized, mean, value=-1.), rstd)
    return [dx, rows]

  # Ba et al. 2016. Returns y, the mean and the reciprocal of the standard deviation.
  def layer_norm(self, x: Tensor, weight: Tensor, bias: Tensor, epsilon: float, dtype: int) -> List[Tensor]:
    y, mean, rstd = torch.native_layer_norm(torch.to(x, (self).wide(x)), [x.size(-1)], weight, bias, epsilon)
    return [torch.to(y, dtype), mean, rstd]

  def layer_norm_backward(self, dy: Tensor, x: Tensor, mean: Tensor, rstd: Tensor, weight: Tensor, bias: Tensor) -> List[Tensor]:
    wide = torch.to(x, (self).wide(x))
    g = torch.to(dy, (self).wide(dy))
    dx, dw, db = torch.native_layer_norm_backward(g, wide, [x.size(-1)], mean, rstd, weight, bias, [True, False, False])
    rows = torch.mul_(torch.mul_(torch.sub(wide, mean), rstd), g)
    return [dx, rows]

  # Su et al. 2021, the two halves of the first 2 r entries of each head rotated by their angles:
  # x [n, heads, size], cosines and sines [n, 1, r]. With sign -1 it is its own inverse and adjoint, but for the scale.
  def rotate(self, x: Tensor, cosines: Tensor, sines: Tensor, sign: float) -> Tensor:
    y = torch.clone(x, memory_format=0)
    half = cosines.size(2)
    x1 = torch.narrow(x, 2, 0, half)
    x2 = torch.narrow(x, 2, half, half)
    y1 = torch.narrow(y, 2, 0, half)
    y2 = torch.narrow(y, 2, half, half)
    c = torch.type_as(cosines, x)
    s = torch.type_as(sines, x)
    torch.addcmul_(torch.mul_(y1, c), x2, s, value=-sign)
    torch.addcmul_(torch.mul_(y2, c), x1, s, value=sign)
    return y

  # Attention: softmax(scale q k^T) v over the tokens that a token may see; q [n, heads, size], k and v
  # [n, groups, size].

  # PyTorch's fused kernel for the CPU, causal. Returns the result and the log of each softmax's sum [n, heads].
  def fused_attention(self, q: Tensor, k: Tensor, v: Tensor, bounds: List[int], scale: float) -> List[Tensor]:
    repeats = q.size(1) // k.size(1)
    out = torch.empty_like(q)
    log_sums = torch.empty([q.size(0), q.size(1)], dtype=(self).wide(q), layout=0, device=ops.prim.device(q), pin_memory=False)
    for b in range(len(bounds) - 1):
      start = bounds[b]
      length = bounds[b + 1] - start
      qs = torch.unsqueeze(torch.transpose(torch.narrow(q, 0, start, length), 0, 1), 0)
      ks = torch.unsqueeze(torch.transpose((self).repeat_groups(torch.narrow(k, 0, start, length), repeats), 0, 1), 0)
      vs = torch.unsqueeze(torch.transpose((self).repeat_groups(torch.narrow(v, 0, start, length), repeats), 0, 1), 0)
      o, l = ops.aten._scaled_dot_product_flash_attention_for_cpu(qs, ks, vs, 0.0, True, attn_mask=None, scale=scale)
      torch.copy_(torch.narrow(out, 0, start, length), torch.transpose(torch.select(o, 0, 0), 0, 1))
      torch.copy_(torch.narrow(log_sums, 0, start, length), torch.transpose(torch.select(l, 0, 0), 0, 1))
    return [out, log_sums]

  def fused_attention_backward(self, dout: Tensor, q: Tensor, k: Tensor, v: Tensor, out: Tensor, log_sums: Tensor, bounds: List[int], scale: float) -> List[Tensor]:
    groups = k.size(1)
    repeats = q.size(1) // groups
    dq = torch.empty_like(q)
    dk = torch.empty([k.size(0), groups, k.size(2)], dtype=ops.prim.dtype(k), layout=0, device=ops.prim.device(k), pin_memory=False)
    dv = torch.empty_like(dk)
    for b in range(len(bounds) - 1):
      start = bounds[b]
      length = bounds[b + 1] - start
      qs = torch.unsqueeze(torch.transpose(torch.narrow(q, 0, start, length), 0, 1), 0)
      ks = torch.unsqueeze(torch.transpose((self).repeat_groups(torch.narrow(k, 0, start, length), repeats), 0, 1), 0)
      vs = torch.unsqueeze(torch.transpose((self).repeat_groups(torch.narrow(v, 0, start, length), repeats), 0, 1), 0)
      os = torch.unsqueeze(torch.transpose(torch.narrow(out, 0, start, length), 0, 1), 0)
      gs = torch.unsqueeze(torch.transpose(torch.narrow(dout, 0, start, length), 0, 1), 0)
      ls = torch.unsqueeze(torch.transpose(torch.narrow(log_sums, 0, start, length), 0, 1), 0)
      gq, gk, gv = ops.aten._scaled_dot_product_flash_attention_for_cpu_backward(gs, qs, ks, vs, os, ls, 0.0, True, attn_mask=None, scale=scale)
      torch.copy_(torch.narrow(dq, 0, start, length), torch.transpose(torch.select(gq, 0, 0), 0, 1))
      torch.copy_(torch.narrow(dk, 0, start, length), (self).sum_groups(torch.transpose(torch.select(gk, 0, 0), 0, 1), groups, repeats))
      torch.copy_(torch.narrow(dv, 0, start, length), (self).sum_groups(torch.transpose(torch.select(gv, 0, 0), 0, 1), groups, repeats))
    return [dq, dk, dv]

  def repeat_groups(self, x: Tensor, repeats: int) -> Tensor:
    if repeats > 1:
      return torch.repeat_interleave(x, repeats, 1)
    return x

  def sum_groups(self, x: Tensor, groups: int, repeats: int) -> Tensor:
    if repeats > 1:
      return torch.sum(torch.reshape(x, [x.size(0), groups, repeats, x.size(2)]), [2])
    return x

  # The same for any device, with a soft cap (0: none) and a sliding window (0: none), in blocks of
  # queries whose scores have at most limit entries.
  def attention(self, q: Tensor, k: Tensor, v: Tensor, bounds: List[int], scale: float, cap: float, window: int, limit: int) -> Tensor:
    out = torch.empty_like(q)
    for b in range(len(bounds) - 1):
      start = bounds[b]
      length = bounds[b + 1] - start
      block = max(1, limit // (q.size(1) * length))
      for r in range(0, length, block):
        n = min(block, length - r)
        first = (self).first_visible(r, window)
        span = r + n - first
        qs = (self).query_block(torch.narrow(q, 0, start + r, n), k.size(1))
        ks = torch.transpose(torch.narrow(k, 0, start + first, span), 0, 1)
        vs = torch.transpose(torch.narrow(v, 0, start + first, span), 0, 1)
        p = (self).attention_weights(qs, ks, scale, cap, r - first, n, window)[0]
        o = torch.bmm(torch.type_as(p, vs), vs)
        torch.copy_(torch.narrow(out, 0, start + r, n), (self).from_query_block(o, n))
    return out

  def attention_backward(self, dout: Tensor, q: Tensor, k: Tensor, v: Tensor, bounds: List[int], scale: float, cap: float, window: int, limit: int) -> List[Tensor]:
    dq = torch.empty_like(q)
    dk = torch.zeros([k.size(0), k.size(1), k.size(2)], dtype=(self).wide(k), layout=0, device=ops.prim.device(k), pin_memory=False)
    dv = torch.zeros_like(dk)
    for b in range(len(bounds) - 1):
      start = bounds[b]
      length = bounds[b + 1] - start
      block = max(1, limit // (q.size(1) * length))
      for r in range(0, length, block):
        n = min(block, length - r)
        first = (self).first_visible(r, window)
        span = r + n - first
        qs = (self).query_block(torch.narrow(q, 0, start + r, n), k.size(1))
        gs = (self).query_block(torch.narrow(dout, 0, start + r, n), k.size(1))
        ks = torch.transpose(torch.narrow(k, 0, start + first, span), 0, 1)
        vs = torch.transpose(torch.narrow(v, 0, start + first, span), 0, 1)
        weights = (self).attention_weights(qs, ks, scale, cap, r - first, n, window)
        p = weights[0]
        dp = torch.to(torch.bmm(gs, torch.transpose(vs, 1, 2)), (self).wide(gs))
        ds = torch.mul_(torch.sub_(dp, torch.sum(torch.mul(dp, p), [-1], True)), p)
        if cap > 0.:
          torch.mul_(ds, weights[1])
        ds = torch.type_as(torch.mul_(ds, scale), q)
        torch.copy_(torch.narrow(dq, 0, start + r, n), (self).from_query_block(torch.bmm(ds, ks), n))
        torch.add_(torch.narrow(dk, 0, start + first, span), torch.transpose(torch.bmm(torch.transpose(ds, 1, 2), qs), 0, 1))
        torch.add_(torch.narrow(dv, 0, start + first, span), torch.transpose(torch.bmm(torch.transpose(torch.type_as(p, gs), 1, 2), gs), 0, 1))
    return [dq, torch.type_as(dk, k), torch.type_as(dv, v)]

  def first_visible(self, row: int, window: int) -> int:
    if window > 0:
      return max(0, row - window + 1)
    return 0

  # [n, heads, size] -> [groups, repeats n, size]
  def query_block(self, x: Tensor, groups: int) -> Tensor:
    grouped = torch.reshape(x, [x.size(0), groups, x.size(1) // groups, x.size(2)])
    return torch.reshape(torch.permute(grouped, [1, 2, 0, 3]), [groups, -1, x.size(2)])

  # Its inverse.
  def from_query_block(self, x: Tensor, n: int) -> Tensor:
    grouped = torch.reshape(x, [x.size(0), x.size(1) // n, n, x.size(2)])
    return torch.reshape(torch.permute(grouped, [2, 0, 1, 3]), [n, -1, x.size(2)])

  # The softmax of the scores, and the derivative of the soft cap where there is one.
  def attention_weights(self, q: Tensor, k: Tensor, scale: float, cap: float, offset: int, n: int, window: int) -> List[Tensor]:
    scores = torch.mul_(torch.to(torch.bmm(q, torch.transpose(k, 1, 2)), (self).wide(q)), scale)
    slope = scores
    if cap > 0.:
      capped = torch.tanh_(torch.div_(scores, cap))
      slope = torch.rsub(torch.mul(capped, capped), 1.)
      scores = torch.mul(capped, cap)
    device = ops.prim.device(q)
    i = torch.unsqueeze(torch.arange(offset, offset + n, dtype=4, layout=0, device=device, pin_memory=False), 1)
    j = torch.unsqueeze(torch.arange(0, k.size(1), dtype=4, layout=0, device=device, pin_memory=False), 0)
    hidden = torch.gt(j, i)
    if window > 0:
      hidden = torch.logical_or(hidden, torch.ge(torch.sub(i, j), window))
    shape = [scores.size(0), scores.size(1) // n, n, scores.size(2)]
    masked = torch.masked_fill(torch.reshape(scores, shape), hidden, -inf)
    weights = torch.softmax(masked, -1)
    return [torch.reshape(weights, [scores.size(0), scores.size(1), scores.size(2)]), slope]

  # Activations: 0 SiLU, 1 GELU, 2 GELU by tanh, 3 ReLU.

  def activate(self, x: Tensor, kind: int) -> Tensor:
    if kind == 0:
      return torch.silu(x)
    if kind == 1:
      return torch.gelu(x, approximate="none")
    if kind == 2:
      return torch.gelu(x, approximate="tanh")
    return torch.relu(x)

  def activate_backward(self, dy: Tensor, x: Tensor, kind: int) -> Tensor:
    if kind == 0:
      return torch.silu_backward(dy, x)
    if kind == 1:
      return torch.gelu_backward(dy, x, approximate="none")
    if kind == 2:
      return torch.gelu_backward(dy, x, approximate="tanh")
    return torch.threshold_backward(dy, x, 0)

  # Shazeer 2020: y = activation(gate) up.
  def gated(self, gate: Tensor, up: Tensor, kind: int) -> Tensor:
    return torch.mul_((self).activate(gate, kind), up)

  # The gradients by gate and up.
  def gated_backward(self, dy: Tensor, gate: Tensor, up: Tensor, kind: int) -> List[Tensor]:
    dup = torch.mul_((self).activate(gate, kind), dy)
    dgate = (self).activate_backward(torch.mul(dy, up), gate, kind)
    return [dgate, dup]

  # The output head, a block of the vocabulary at a time; logits in float32, of float64 in float64.

  def logits(self, x: Tensor, weight: Tensor, cap: float) -> Tensor:
    return (self).soft_cap_(torch.to(torch.mm(torch.type_as(x, weight), torch.t(weight)), (self).wide(weight)), cap)

  def logits_into_(self, all: Tensor, first: int, x: Tensor, weight: Tensor, cap: float) -> None:
    block = torch.narrow(all, 1, first, weight.size(0))
    if ops.prim.dtype(weight) == ops.prim.dtype(all):
      torch.mm(x, torch.t(weight), out=block)
      (self).soft_cap_(block, cap)
    else:
      torch.copy_(block, (self).logits(x, weight, cap))

  def soft_cap_(self, x: Tensor, cap: float) -> Tensor:
    if cap > 0.:
      torch.mul_(torch.tanh_(torch.div_(x, cap)), cap)
    return x

  # log(sum(exp(x))) of each row, in float64.
  def log_sum(self, x: Tensor) -> Tensor:
    top = torch.amax(x, [1], True)
    sum = torch.sum(torch.exp_(torch.sub(x, top)), [1])
    return torch.add_(torch.log_(torch.to(sum, 7)), torch.to(torch.squeeze(top, 1), 7))

  def log_sum_of(self, parts: Tensor) -> Tensor:
    return torch.logsumexp(parts, [1])

  # Where a row's label lies in this block, its logit goes to picked [n].
  def pick_(self, picked: Tensor, block: Tensor, first: int, labels: Tensor) -> None:
    index = torch.sub(labels, first)
    inside = torch.logical_and(torch.ge(index, 0), torch.lt(index, block.size(1)))
    found = torch.squeeze(torch.gather(block, 1, torch.unsqueeze(torch.clamp(index, 0, block.size(1) - 1), 1)), 1)
    torch.copy_(picked, torch.where(inside, torch.to(found, 7), picked))

  # The index in this block at which the rows' cumulated probability passes their thresholds.
  def draw(self, block: Tensor, rows: Tensor, log_sums: Tensor, thresholds: Tensor) -> Tensor:
    chosen = torch.to(torch.index_select(block, 0, rows), 7)
    p = torch.exp_(torch.sub_(chosen, torch.unsqueeze(torch.index_select(log_sums, 0, rows), 1)))
    passed = torch.le(torch.cumsum(p, 1), torch.unsqueeze(thresholds, 1))
    return torch.clamp(torch.sum(passed, [1]), 0, block.size(1) - 1)

  # Turns a block of logits into the gradient of the sample's summed loss by the uncapped logits: (softmax - onehot) slope.
  def loss_gradient_(self, block: Tensor, first: int, log_sums: Tensor, labels: Tensor, cap: float) -> None:
    slope = block
    if cap > 0.:
      relative = torch.div(block, cap)
      slope = torch.rsub(torch.mul_(relative, relative), 1.)
    torch.exp_(torch.sub_(block, torch.unsqueeze(torch.to(log_sums, 6), 1)))
    index = torch.sub(labels, first)
    inside = torch.logical_and(torch.ge(index, 0), torch.lt(index, block.size(1)))
    at = torch.unsqueeze(torch.clamp(index, 0, block.size(1) - 1), 1)
    value = torch.sub(torch.gather(block, 1, at), torch.unsqueeze(torch.to(inside, 6), 1))
    torch.scatter_(block, 1, at, value)
    if cap > 0.:
      torch.mul_(block, slope)

  def add_product_(self, total: Tensor, x: Tensor, weight: Tensor) -> None:
    if ops.prim.dtype(weight) == 6:
      torch.addmm_(total, x, weight)
    else:
      torch.add_(total, torch.mm(torch.type_as(x, weight), weight))

  # Divergence: how far one set of logits is from another, and what each change of a parameter has to do with it.

  # Changes b to b - a, the difference of two parameters.
  def subtract_(self, b: Tensor, a: Tensor) -> None:
    torch.sub_(b, a)

  def difference(self, b: Tensor, a: Tensor) -> Tensor:
    return torch.sub(b, a)

  def scale(self, x: Tensor, by: float) -> Tensor:
    return torch.mul(x, by)

  # base + s delta in the given type.
  def interpolate(self, base: Tensor, delta: Tensor, s: float, dtype: int) -> Tensor:
    return torch.add(torch.to(base, dtype), torch.to(delta, dtype), alpha=s)

  # The sums of squares of a parameter and of its change [2], in float64.
  def squares(self, base: Tensor, delta: Tensor) -> Tensor:
    return torch.stack([torch.sum(torch.pow(torch.to(base, 7), 2)), torch.sum(torch.pow(torch.to(delta, 7), 2))], 0)

  # Walks through a block of the vocabulary, first to before first + the block's width. p and q are the softmax of
  # the logits z0 and z1, d = z1 - z0, and c a row's d at the vocabulary's first entry, for which sums lose no digits
  # where d is almost constant. state [12, n] in float64 holds the maximum of z0 so far and, relative to its
  # exponential, the sums of p, p (d - c), p expm1(d - c) and q (d - c); c; d - c and z0 at the label; and the largest
  # z0 and z1 with their indices.
  def compare_block_(self, state: Tensor, z0: Tensor, z1: Tensor, first: int, labels: Tensor) -> None:
    d = torch.sub(z1, z0)
    if first == 0:
      torch.copy_(torch.select(state, 0, 5), torch.select(d, 1, 0))
    torch.sub_(d, torch.unsqueeze(torch.select(state, 0, 5), 1))
    top = torch.select(state, 0, 0)
    best, at = torch.max(z0, 1, False)
    higher = torch.maximum(top, best)
    sums = torch.narrow(state, 0, 1, 4)
    torch.mul_(sums, torch.unsqueeze(torch.exp(torch.sub(top, higher)), 0))
    torch.copy_(top, higher)
    p = torch.exp_(torch.sub(z0, torch.unsqueeze(higher, 1)))
    torch.add_(torch.select(sums, 0, 0), torch.sum(p, [1]))
    torch.add_(torch.select(sums, 0, 1), torch.sum(torch.mul(p, d), [1]))
    growth = torch.expm1(d)
    torch.add_(torch.select(sums, 0, 2), torch.sum(torch.mul(p, growth), [1]))
    torch.add_(torch.select(sums, 0, 3), torch.sum(torch.mul_(torch.mul_(p, torch.add_(growth, 1.)), d), [1]))
    (self).pick_(torch.select(state, 0, 6), d, first, labels)
    (self).pick_(torch.select(state, 0, 7), z0, first, labels)
    (self).keep_best_(state, 8, best, at, first)
    changed, place = torch.max(z1, 1, False)
    (self).keep_best_(state, 10, changed, place, first)

  def keep_best_(self, state: Tensor, row: int, best: Tensor, at: Tensor, first: int) -> None:
    value = torch.select(state, 0, row)
    index = torch.select(state, 0, row + 1)
    better = torch.gt(best, value)
    torch.copy_(index, torch.where(better, torch.to(torch.add(at, first), 7), index))
    torch.copy_(value, torch.maximum(best, value))

  # The gradients by a block of the logits z1, before their soft cap, of the divergence from p (softmax - p) or of
  # the loss (softmax - onehot).
  def divergence_gradient(self, z0: Tensor, z1: Tensor, log_sums0: Tensor, log_sums1: Tensor, cap: float) -> Tensor:
    dtype = ops.prim.dtype(z1)
    p = torch.exp_(torch.sub(z0, torch.unsqueeze(torch.to(log_sums0, dtype), 1)))
    q = torch.exp_(torch.sub(z1, torch.unsqueeze(torch.to(log_sums1, dtype), 1)))
    return (self).uncap_(torch.sub_(q, p), z1, cap)

  def likelihood_gradient(self, z1: Tensor, first: int, log_sums1: Tensor, labels: Tensor, cap: float) -> Tensor:
    q = torch.exp_(torch.sub(z1, torch.unsqueeze(torch.to(log_sums1, ops.prim.dtype(z1)), 1)))
    index = torch.sub(labels, first)
    inside = torch.logical_and(torch.ge(index, 0), torch.lt(index, q.size(1)))
    at = torch.unsqueeze(torch.clamp(index, 0, q.size(1) - 1), 1)
    torch.scatter_(q, 1, at, torch.sub(torch.gather(q, 1, at), torch.unsqueeze(torch.type_as(inside, q), 1)))
    return (self).uncap_(q, z1, cap)

  def uncap_(self, gradient: Tensor, z: Tensor, cap: float) -> Tensor:
    if cap > 0.:
      relative = torch.div(z, cap)
      torch.mul_(gradient, torch.rsub(torch.mul_(relative, relative), 1.))
    return gradient

  # For each row sum over columns of x y, in float64.
  def add_row_products_(self, rows: Tensor, x: Tensor, y: Tensor) -> None:
    torch.add_(rows, torch.sum(torch.mul(x, y), [1], dtype=7))

  # The product of each sample's gradient by a matrix with the matrix's change, sum over its rows of dy . (delta x),
  # is added to sums [samples]; delta is [out, in].
  def add_matrix_products_(self, sums: Tensor, dy: Tensor, x: Tensor, delta: Tensor, bounds: List[int], samples: List[int]) -> None:
    y = torch.mm(torch.type_as(x, delta), torch.t(delta))
    (self).add_by_sample_(sums, torch.sum(torch.mul_(y, dy), [1], dtype=7), bounds, 1, samples)

  # The same of a vector, whose gradient is the sum of rows.
  def add_vector_products_(self, sums: Tensor, rows: Tensor, delta: Tensor, bounds: List[int], rows_per_token: int, samples: List[int]) -> None:
    (self).add_by_sample_(sums, torch.mv(torch.to(rows, 7), torch.to(delta, 7)), bounds, rows_per_token, samples)

  # The same of rows of an embedding.
  def add_rows_products_(self, sums: Tensor, dx: Tensor, delta: Tensor, scale: float, bounds: List[int], samples: List[int]) -> None:
    (self).add_by_sample_(sums, torch.mul_(torch.sum(torch.mul(dx, delta), [1], dtype=7), scale), bounds, 1, samples)

  def add_by_sample_(self, sums: Tensor, rows: Tensor, bounds: List[int], rows_per_token: int, samples: List[int]) -> None:
    for b in range(len(samples)):
      start = bounds[b] * rows_per_token
      length = bounds[b + 1] * rows_per_token - start
      torch.add_(torch.select(sums, 0, samples[b]), torch.sum(torch.narrow(rows, 0, start, length)))
