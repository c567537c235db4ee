/** The numbers whose logarithms are added one by one; Stirling's series is exact to rounding beyond them. */
const MOST_ADDED = 256;

/** log₁₀ n!, for large n by Stirling's series: ln n! = n ln n − n + ½ ln(2πn) + 1/(12n) − 1/(360n³) + … */
export function logFactorial(n: number): number {
  if (n > MOST_ADDED) {
    const series = 1 / (12 * n) - 1 / (360 * n ** 3);
    return (n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + series) / Math.LN10;
  }
  let sum = 0;
  for (let k = 2; k <= n; k++) sum += Math.log10(k);
  return sum;
}
