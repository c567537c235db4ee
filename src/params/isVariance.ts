/** True if the name is that of a moving variance of batch normalisation: `moving_variance` or `running_var`. */
export function isVariance(name: string): boolean {
  return /(?:^|[./_:])(?:moving_variance|running_var)(?::\d+)?$/.test(name);
}
