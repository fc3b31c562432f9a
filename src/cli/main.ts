/**
 * The entry of the `masker` command. Checks Node.js before it loads anything else: an old Node.js would stop at the first
 * file that it cannot read, with a stack trace.
 */
import { nodeProblem } from './node-version.ts';

const problem = nodeProblem(process.versions.node);
if (problem !== null) {
  console.error(`masker: ${problem}`);
  process.exit(1);
}
await import('./program.ts');
