/** A curve's height, straight between its points; its ends beyond them. */
export function interpolated(at: number, x: ArrayLike<number>, y: ArrayLike<number>): number {
  const last = x.length - 1;
  if (at >= x[last]!) return y[last]!;
  if (at < x[0]!) return y[0]!;
  let next = 1;
  while (x[next]! <= at) next++;
  const slope = (y[next]! - y[next - 1]!) / (x[next]! - x[next - 1]!);
  return y[next - 1]! + slope * (at - x[next - 1]!);
}
