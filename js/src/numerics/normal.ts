/**
 * The normal distribution. W. J. Cody, "Rational Chebyshev approximations for the error
 * function", Mathematics of Computation 23 (1969): full double precision, also in the tails.
 */

const CENTRE_TOP = [
  3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694, 0.18577770618460315,
] as const;
const CENTRE_BOTTOM = [
  23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171,
] as const;
const MIDDLE_TOP = [
  0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972, 2.1531153547440383e-8,
] as const;
const MIDDLE_BOTTOM = [
  15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
] as const;
const TAIL_TOP = [
  0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378, 0.016315387137302097,
] as const;
const TAIL_BOTTOM = [
  2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132,
  0.0023352049762686918,
] as const;
const INVERSE_ROOT_PI = 0.5641895835477563;

/** Cody's quotients: the last coefficient on top leads, all others follow in order. */
function quotient(x: number, top: readonly number[], bottom: readonly number[]): number {
  const last = bottom.length - 1;
  let above = top[top.length - 1]! * x;
  let below = x;
  for (let i = 0; i < last; i++) {
    above = (above + top[i]!) * x;
    below = (below + bottom[i]!) * x;
  }
  return (above + top[last]!) / (below + bottom[last]!);
}

/** Complement of the error function of y > 0.46875. */
function upperTail(y: number): number {
  let scaled: number;
  if (y <= 4) {
    scaled = quotient(y, MIDDLE_TOP, MIDDLE_BOTTOM);
  } else {
    const z = 1 / (y * y);
    scaled = (INVERSE_ROOT_PI - z * quotient(z, TAIL_TOP, TAIL_BOTTOM)) / y;
  }
  // The square in two parts, of which the larger is exact.
  const rounded = Math.trunc(y * 16) / 16;
  return scaled * Math.exp(-rounded * rounded) * Math.exp(-(y - rounded) * (y + rounded));
}

/** Complementary error function. */
export function erfc(x: number): number {
  const y = Math.abs(x);
  if (Number.isNaN(x)) return x;
  // Less than the least float from here on, and soon nothing but overflows.
  if (y > 28) return x > 0 ? 0 : 2;
  if (y <= 0.46875) return 1 - x * quotient(y * y, CENTRE_TOP, CENTRE_BOTTOM);
  const tail = upperTail(y);
  return x > 0 ? tail : 2 - tail;
}

/** Standard normal distribution function. */
export function normalCdf(x: number): number {
  return 0.5 * erfc(-x * Math.SQRT1_2);
}
