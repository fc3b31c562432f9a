// `npm run mutants [COUNT] [FROM]`: tries that many mutants on the verifier, 100,000 from the first on unless said otherwise. The suite
// tries the first.
import { tryMutants } from '../verifier/test/mutants.ts';

const STEP = 2500;
const count = Number(process.argv[2] ?? 100_000);
const first = Number(process.argv[3] ?? 0);
let wrong = 0;
for (let tried = 0; tried < count; tried += STEP) {
  const end = Math.min(tried + STEP, count);
  const found = tryMutants(first + tried, first + end);
  for (const line of found) console.log(line);
  wrong += found.length;
  console.log(`${end} mutants tried, ${wrong} wrong`);
}
process.exitCode = wrong === 0 ? 0 : 1;
