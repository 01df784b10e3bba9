/** Coefficients of Lanczos' approximation of the gamma function (g = 7, n = 9), good to 15 digits. */
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
];

/** Natural logarithm of the gamma function for x >= 0.5. */
function logGamma(x: number): number {
  const z = x - 1;
  const t = z + 7.5;
  const [first = 1, ...rest] = lanczos;
  const sum = rest.reduce((all, one, index) => all + one / (z + index + 1), first);
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Continued fraction of the incomplete beta function, by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const step of [even, odd]) {
      d = 1 / away(1 + step * d);
      c = away(1 + step / c);
      change = c * d;
      fraction *= change;
    }
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return fraction;
}

/** Regularised incomplete beta function. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  const logs = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  const front = Math.exp(logs);
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/**
 * Value that Student's t with some degrees of freedom, which need not be whole, does not exceed with a
 * probability above 0.5 and below 1; e.g. 12.706 for 0.975 and 1.
 */
export function tQuantile(probability: number, degrees: number): number {
  const upperTail = (t: number) =>
    incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  const wanted = 1 - probability;
  let [low, high] = [0, 1];
  while (upperTail(high) > wanted) [low, high] = [high, high * 2];
  for (let step = 0; step < 200 && high - low > 1e-12 * high; step++) {
    const middle = (low + high) / 2;
    if (upperTail(middle) > wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
