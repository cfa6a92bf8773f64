/** log of n! */
function logFactorial(n: number): number {
  let sum = 0;
  for (let i = 2; i <= n; i += 1) sum += Math.log(i);
  return sum;
}

/** P(at least `hits` of `trials`) when each has probability p: the binomial tail, summed; 1 where it is about ½ or more. */
export function binomialTail(trials: number, hits: number, p: number): number {
  if (p >= 1 || hits <= trials * p) return 1;
  let term = Math.exp(
    logFactorial(trials) -
      logFactorial(hits) -
      logFactorial(trials - hits) +
      hits * Math.log(p) +
      (trials - hits) * Math.log1p(-p),
  );
  let sum = 0;
  for (let k = hits; k <= trials && term > 1e-300; k += 1) {
    sum += term;
    term *= ((trials - k) / (k + 1)) * (p / (1 - p));
  }
  return sum;
}
