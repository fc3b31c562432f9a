// `npm run mutants [COUNT]`: tries that many mutants on the verifier, 100,000 unless said otherwise. The suite tries the first.
import { tryMutants } from '../verifier/test/mutants.ts';

const STEP = 5000;
const count = Number(process.argv[2] ?? 100_000);
let wrong = 0;
for (let from = 0; from < count; from += STEP) {
  const found = tryMutants(from, Math.min(from + STEP, count));
  for (const line of found) console.log(line);
  wrong += found.length;
  console.log(`${Math.min(from + STEP, count)} mutants tried, ${wrong} wrong`);
}
process.exitCode = wrong === 0 ? 0 : 1;
