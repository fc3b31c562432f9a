/** The portal's committed operations: they are those that the schema gives types to, and within the limits of the API. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { operations } from '../../../tools/operations.ts';

test('the typed operations of the portal are generated from its documents and the schema', async () => {
  const made = await operations();
  expect(made.length).toBeGreaterThan(0);
  for (const { file, text } of made)
    expect(await readFile(file, 'utf8').catch(() => null), `${file.pathname}: run npm run schema`).toBe(text);
});
