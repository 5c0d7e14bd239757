/** Least-squares concave, non-decreasing fit; twin of `steady_fit` in core/statistics/late_rise.py. */

/** Steady or shrinking gains nearest to some values at ascending places. */
export function steadyFit(
  place: readonly number[],
  values: readonly number[],
  weights: readonly number[],
): number[] {
  // A constant and ramps that end at a level span these curves, with ramps that only rise.
  const all = weights.reduce((total, weight) => total + weight, 0);
  const meanOf = (of: readonly number[]): number =>
    of.reduce((total, one, i) => total + one * weights[i]!, 0) / all;
  const mean = meanOf(values);
  const wanted = values.map((value, i) => (value - mean) * Math.sqrt(weights[i]!));
  const ramps = place.slice(1).map((top) => {
    const ramp = place.map((at) => Math.min(at, top) - place[0]!);
    const middle = meanOf(ramp);
    const column = ramp.map((height, i) => (height - middle) * Math.sqrt(weights[i]!));
    const length = Math.hypot(...column);
    return { ramp, column: column.map((height) => height / length), length };
  });
  const heights = nonNegative(
    ramps.map(({ column }) => column),
    wanted,
  );
  const curve = place.map((_, i) =>
    ramps.reduce((total, { ramp, length }, j) => total + (ramp[i]! * heights[j]!) / length, 0),
  );
  const middle = meanOf(curve);
  return curve.map((height) => mean + height - middle);
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, one, i) => total + one * b[i]!, 0);

/**
 * Least squares with coefficients of 0 or more.
 * Lawson and Hanson 1974, "Solving Least Squares Problems", chapter 23.
 */
export function nonNegative(
  columns: readonly (readonly number[])[],
  wanted: readonly number[],
): number[] {
  const gram = columns.map((a) => columns.map((b) => dot(a, b)));
  const along = columns.map((column) => dot(column, wanted));
  const least = 1e-13 * Math.sqrt(dot(wanted, wanted));
  const found = columns.map(() => 0);
  const free = new Set<number>();
  for (let round = 0; round < 3 * columns.length; round++) {
    const gradient = along.map((one, i) => one - dot(gram[i]!, found));
    let next = -1;
    gradient.forEach((one, i) => {
      if (!free.has(i) && one > least && (next < 0 || one > gradient[next]!)) next = i;
    });
    if (next < 0) break;
    free.add(next);
    for (;;) {
      const places = [...free];
      const tried = solved(
        places.map((i) => places.map((j) => gram[i]![j]!)),
        places.map((i) => along[i]!),
      );
      let step = 1;
      places.forEach((i, at) => {
        if (tried[at]! <= 0) step = Math.min(step, found[i]! / (found[i]! - tried[at]!) || 0);
      });
      places.forEach((i, at) => {
        found[i]! += step * (tried[at]! - found[i]!);
        if (tried[at]! <= 0 && found[i]! <= 1e-15) {
          found[i] = 0;
          free.delete(i);
        }
      });
      if (step === 1 || free.size === 0) break;
    }
  }
  return found;
}

/** Solution of equations with a symmetric, positive matrix, by Cholesky's decomposition. */
function solved(matrix: number[][], right: readonly number[]): number[] {
  const n = right.length;
  const low = matrix.map((row) => [...row]);
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) {
      for (let i = j; i < n; i++) low[i]![j]! -= low[i]![k]! * low[j]![k]!;
    }
    const root = Math.sqrt(Math.max(low[j]![j]!, 1e-30));
    for (let i = j; i < n; i++) low[i]![j]! /= root;
  }
  const x = [...right];
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= low[i]![k]! * x[k]!;
    x[i]! /= low[i]![i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= low[k]![i]! * x[k]!;
    x[i]! /= low[i]![i]!;
  }
  return x;
}
