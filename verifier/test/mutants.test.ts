import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findChromium } from './chromium.ts';
import { mutantFiles, tryMutants } from './mutants.ts';
import { VerifierForms } from './verifier-forms.ts';

it('no mutant of a bundle, PDF, face, proof, checkpoint or key manifest is accepted, and none crashes the verifier', () => {
  expect(tryMutants(0, 600)).toEqual([]);
});

const chromium = findChromium();
const browsers = [['Node', null], ...(chromium === null ? [] : [['Chromium', chromium] as const])] as const;
it.each(browsers)(
  'library, command line and page print the same of each mutant, with the page in %s',
  async (_, browser) => {
    const folder = mkdtempSync(join(tmpdir(), 'masker-mutants-'));
    const forms = await VerifierForms.open(folder, browser);
    onTestFinished(async () => {
      await forms.close();
      rmSync(folder, { recursive: true });
    });
    for (let from = 0; from < 240; from += 80)
      expect(await forms.disagreements(mutantFiles(from, from + 80))).toEqual([]);
  },
);
