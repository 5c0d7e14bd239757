/** Expected scores under the mirage model; see core/theory. */
import { multiple_choice } from "../contract.json";

const { QUADRATURE_PANELS } = multiple_choice;

function combinations(n: number, k: number): number {
  let count = 1;
  for (let i = 0; i < k; i++) count = (count * (n - i)) / (i + 1);
  return Math.round(count);
}

/** Chance that at least `right` of `length` tokens are right; p and eps add up to 1. */
export function atLeastRight(
  p: number,
  eps: number,
  length: number,
  right: number,
  kappa: number,
): number {
  if (right <= 0) return Number.isNaN(p) ? Number.NaN : 1;
  let total = 0;
  for (let wrong = 0; wrong <= length - right; wrong++) {
    let term = combinations(length, wrong);
    if (kappa === Number.POSITIVE_INFINITY) {
      term *= p ** (length - wrong) * eps ** wrong;
    } else {
      for (let i = 0; i < length - wrong; i++) term *= (kappa * p + i) / (kappa + i);
      for (let j = 0; j < wrong; j++) term *= (kappa * eps + j) / (kappa + length - wrong + j);
    }
    total += term;
  }
  return Math.min(total, 1);
}

/** Mean of (1 - p)^power over items. */
export function failureMoment(eps: number, power: number, kappa: number): number {
  if (kappa === Number.POSITIVE_INFINITY) return eps ** power;
  let moment = 1;
  for (let i = 0; i < power; i++) moment *= (kappa * eps + i) / (kappa + i);
  return moment;
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** Chance that the right option gets the most mass. */
export function multipleChoiceGrade(
  p: number,
  eps: number,
  options: number,
  tau: number,
  kappa: number,
): number {
  if (Number.isFinite(kappa) && tau < 1 && p > 0 && eps > 0) {
    return gradeOverItems(p, eps, options, tau, kappa);
  }
  return 1 / (1 + (options - 1) * Math.exp(-Math.log1p(options * (p / eps)) / tau));
}

function gradeOverItems(
  p: number,
  eps: number,
  options: number,
  tau: number,
  kappa: number,
): number {
  const a = kappa * p + 1;
  const b = kappa * eps + 1;
  const mode = Math.log(a) - Math.log(b);
  const width = Math.sqrt(1 / a + 1 / b);
  const reach = Math.asinh(20 / Math.min(Math.min(a, b) * width, 1));
  const peak = a * softplus(-mode) + b * softplus(mode);
  let weights = 0;
  let total = 0;
  for (let node = 0; node <= QUADRATURE_PANELS; node++) {
    const stretch = Math.exp(reach * ((2 * node) / QUADRATURE_PANELS - 1));
    const s = mode + (width * (stretch - 1 / stretch)) / 2;
    const near = Math.exp(-Math.abs(s));
    const bend = Math.log1p(near);
    const logFailure = Math.max(s, 0) + bend;
    const logSuccess = Math.max(-s, 0) + bend;
    const weight = Math.exp(peak - a * logSuccess - b * logFailure) * (stretch + 1 / stretch);
    const success = (s < 0 ? near : 1) / (1 + near);
    const failure = (s < 0 ? 1 : near) / (1 + near);
    const lift = s < 0 ? Math.log1p(options * near) : s + Math.log(options + near);
    const grade = 1 / (1 + (options - 1) * Math.exp(-lift / tau));
    const line = success + failure / options;
    weights += weight;
    total += (weight * (grade - line)) / (success * failure);
  }
  const mean = p + eps / options + (((p * eps * kappa) / (kappa + 1)) * total) / weights;
  return Math.min(Math.max(mean, 1 / options), 1);
}
