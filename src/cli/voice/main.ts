/** The entry of the `masker-voice` command. Checks Node.js before it loads anything else. */
import { nodeProblem } from '../node-version.ts';

const problem = nodeProblem(process.versions.node);
if (problem !== null) {
  console.error(`masker-voice: ${problem}`);
  process.exit(1);
}
await import('./voice-program.ts');
