/** What a browser calls itself, in a few words: `Firefox on Windows`. */

/** The more special name is in front: others contain the names of those behind them. */
const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const;
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
] as const;

/** Returns the name. A text that names neither is returned itself. */
export function browserName(userAgent: string | null): string {
  if (userAgent === null || userAgent === '') return 'It gave no name';
  const browser = BROWSERS.find(
    ([mark]) => userAgent.includes(`${mark}/`) || userAgent.includes(`Headless${mark}/`),
  )?.[1];
  const system = SYSTEMS.find(([mark]) => userAgent.includes(mark))?.[1];
  if (browser === undefined) return userAgent.slice(0, 80);
  return system === undefined ? browser : `${browser} on ${system}`;
}
