// `npm run mutants [COUNT] [FROM] [forms]`: tries that many mutants on the verifier, 100,000 from the first on unless said otherwise.
// With `forms` it compares what library, command line and page print of each instead; the page runs in Chromium where it is
// installed. The suite tries the first.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '../verifier/test/chromium.ts';
import { mutantFiles, tryMutants } from '../verifier/test/mutants.ts';
import { VerifierForms } from '../verifier/test/verifier-forms.ts';

/** Mutants of one line of output, and files that the forms are given at once. */
const STEP = 2500;
const FILES = 250;

const count = Number(process.argv[2] ?? 100_000);
const first = Number(process.argv[3] ?? 0);
const folder = mkdtempSync(join(tmpdir(), 'masker-mutants-'));
const forms = process.argv[4] === 'forms' ? await VerifierForms.open(folder, findChromium()) : null;

async function wrongOf(from: number, to: number): Promise<readonly string[]> {
  if (forms === null) return tryMutants(from, to);
  const wrong: string[] = [];
  for (let at = from; at < to; at += FILES)
    wrong.push(...(await forms.disagreements(mutantFiles(at, Math.min(at + FILES, to)))));
  return wrong;
}

let wrong = 0;
for (let tried = 0; tried < count; tried += STEP) {
  const end = Math.min(tried + STEP, count);
  const found = await wrongOf(first + tried, first + end);
  for (const line of found) console.log(line);
  wrong += found.length;
  console.log(`${end} mutants tried, ${wrong} wrong`);
}
await forms?.close();
rmSync(folder, { recursive: true });
process.exitCode = wrong === 0 ? 0 : 1;
