/** The variables of time stamps, and the certificates of MASKER_TSA_CA at the start. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readTimestampAuthority } from '../../../../src/cli/wiring/checkpoints.ts';
import { systemClock } from '../../../../src/platform/clock.ts';
import { loadConfig } from '../../../../src/platform/config.ts';
import { StartError } from '../../../../src/platform/start-error.ts';
import { authority, pem } from '../../../../verifier/test/authority.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'masker-tsa-ca-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function read(ca: string): ReturnType<typeof readTimestampAuthority> {
  const variables = { MASKER_TIMESTAMPS: 'required', MASKER_TSA_URL: 'http://tsa.example', MASKER_TSA_CA: ca };
  const loaded = loadConfig(variables, { keysRequired: false });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return readTimestampAuthority(loaded.config, systemClock);
}

function file(name: string, content: Uint8Array | string): string {
  writeFileSync(path.join(folder, name), content);
  return path.join(folder, name);
}

describe('readTimestampAuthority', () => {
  const { root } = authority();
  test.each([
    ['PEM', file('ca.pem', `root\n${pem(root)}${pem(root)}`)],
    ['DER', file('ca.der', root.bytes)],
  ])('takes certificates as %s', (_, name) => {
    expect(read(name)).not.toBeNull();
  });

  test.each([
    ['is not there', path.join(folder, 'none'), 'cannot be read (ENOENT)'],
    ['holds no certificate', file('text', 'no certificate'), 'holds no certificate that can be read'],
    ['holds a broken certificate', file('cut.pem', pem(root).slice(0, 200)), 'holds no certificate that can be read'],
  ])('names variable, file and remedy of a file that %s', (_, name, problem) => {
    const message = `MASKER_TSA_CA ${name} ${problem}: set it to the authority's certificate, as PEM or DER.`;
    expect(() => read(name)).toThrow(new StartError(message));
  });
});

describe('the variables of time stamps', () => {
  const tsa = { MASKER_TSA_URL: 'http://tsa.example/tsr', MASKER_TSA_CA: 'tsa.pem' };
  const needsMode = 'needs MASKER_TIMESTAMPS=best_effort or required';
  const needed = 'must be set where MASKER_TIMESTAMPS is best_effort or required';
  test.each<[string, Record<string, string>, readonly string[]]>([
    [
      'another mode',
      { MASKER_TIMESTAMPS: 'best effort' },
      ['MASKER_TIMESTAMPS must be one of off, best_effort, required'],
    ],
    [
      'no interval',
      { MASKER_TSA_INTERVAL_SECONDS: '0' },
      ['MASKER_TSA_INTERVAL_SECONDS must be a whole number from 1 to 86400'],
    ],
    ['an authority alone', tsa, [`MASKER_TSA_CA ${needsMode}`, `MASKER_TSA_URL ${needsMode}`]],
    ['no authority', { MASKER_TIMESTAMPS: 'required' }, [`MASKER_TSA_CA ${needed}`, `MASKER_TSA_URL ${needed}`]],
    ['all of them', { MASKER_TIMESTAMPS: 'best_effort', ...tsa }, []],
  ])('with %s are refused by name, or taken', (_, variables, expected) => {
    const loaded = loadConfig(variables, { keysRequired: false });
    const found = loaded.ok ? [] : loaded.problems.map(({ variable, message }) => `${variable} ${message}`);
    expect(found.sort()).toEqual(expected);
  });
});
