/** The count of a setting, an integer from 1 to `most`. */
export function countIn(setting: string, value: string, most = Number.MAX_SAFE_INTEGER): number {
  const count = Number(value);
  if (value.trim() !== '' && Number.isInteger(count) && count >= 1 && count <= most) return count;
  const limit = most === Number.MAX_SAFE_INTEGER ? 'of at least 1' : `from 1 to ${most}`;
  throw new Error(`--${setting} must be an integer ${limit}, received '${value}'`);
}
