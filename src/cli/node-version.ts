/** The oldest Node.js that runs Masker; package.json says the same in `engines`. */
const OLDEST = [20, 19] as const;

/** Returns what to tell somebody whose Node.js is too old, or null where `version` (`20.19.0`) is new enough. */
export function nodeProblem(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isTooOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  return isTooOld
    ? `Node.js ${version} is too old. Install Node.js ${OLDEST.join('.')} or later from https://nodejs.org.`
    : null;
}
