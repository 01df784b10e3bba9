/** Name of a run directory: local time to the second and what was run, e.g. `20261121-093000-quickstart`. */
export function runId(name: string, now: Date = new Date()): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  return `${day}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}-${name}`;
}
