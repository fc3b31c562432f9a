import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../src/cli.ts';
import { CHECKS } from '../src/verdict.ts';
import {
  bytesOf,
  chainKey,
  keyEntry,
  OTHER_SEED,
  OTHER_SESSION,
  SESSION,
  signingKey,
  SIGNING_SEED,
  validBundle,
  type Json,
  type JsonRecord,
  type TestBundle,
} from './bundle-builder.ts';
import { checkpointNote, consistencyProof, LOG, loggedBundle, WITNESSES } from './log-builder.ts';

const folder = mkdtempSync(join(tmpdir(), 'masker-verify-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: TestBundle | Json | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content instanceof Uint8Array ? content : bytesOf(content));
  return path;
}

function run(...args: readonly string[]): { status: number; out: string; err: string } {
  let out = '';
  let err = '';
  const status = main(args, { out: (text) => void (out += text), err: (text) => void (err += text) });
  if (typeof status !== 'number') throw new Error('this command answers later');
  return { status, out, err };
}

const key = signingKey(SIGNING_SEED);
const base64 = key.publicKey.toString('base64');
const k = chainKey(SESSION).toString('hex');
const bundle = validBundle();
const good = file('good.json', bundle);
const changed = bundle.entries.map((entry, index) =>
  index === 2 ? { ...(entry as JsonRecord), confidence: 0.9 } : entry,
);
const bad = file('bad.json', { ...bundle, entries: changed });
const broken = file('broken.json', new TextEncoder().encode('{"entries": ['));

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** The checks of bundles: openings are in reports that are disclosed in part, pages in PDFs. */
const OF_BUNDLES = CHECKS.filter((id) => id !== 'openings' && id !== 'pdf_text');

describe('exit status and conclusion', () => {
  it('0: consistent without a pinned key, and says so', () => {
    const { status, out, err } = run(good);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(/^ {2}chain HMACs +not checked +needs the session's chain key$/m);
    expect(out).toMatch(/^ {2}origin +not checked +no trusted key was given$/m);
    expect(out).toMatch(/=> consistent, origin not checked\n$/);
  });

  it('0: authentic with one', () => {
    const whole = file('whole.json', loggedBundle({ signers: [LOG, ...WITNESSES] }));
    const witnesses = file('policy.txt', text(`witness w ${WITNESSES[0]?.vkey ?? ''}\nquorum w\n`));
    const earlier = ['--previous-checkpoint', file('earlier.txt', text(checkpointNote({ size: 4 })))];
    const proof = ['--consistency-proof', file('proof.txt', text(consistencyProof(4)))];
    const given = ['--trusted-key', base64, '--chain-key', k, '--policy', witnesses, ...earlier, ...proof];
    const { status, out } = run(whole, ...given);
    expect(status).toBe(0);
    expect(out).toMatch(/=> authentic/);
    expect(out.match(/^.*not checked.*$/gm)).toEqual([
      expect.stringMatching(/^ {2}timestamps /),
      expect.stringMatching(/^ {2}completeness /),
    ]);
    expect(out.match(/ holds /g)).toHaveLength(OF_BUNDLES.length - 2);
  });

  it('1: names the entry, what was expected and what was found', () => {
    const { status, out } = run(bad, '--chain-key', `${SESSION}=${k}`);
    expect(status).toBe(1);
    expect(out).toContain('entry 2 (seq 2, evt_01JD0000000000000000000002): the entry is not what it was');
    expect(out).toContain(`expected ${bundle.leaf_hashes[2] ?? ''}`);
    expect(out).toMatch(/^ {2}chain HMACs +does not hold/m);
    expect(out).toMatch(/=> DOES NOT HOLD\n$/);
  });

  it('1: signed, but not by the pinned key', () => {
    expect(run(good, '--trusted-key', signingKey(OTHER_SEED).publicKey.toString('hex')).status).toBe(1);
  });

  it('2: malformed, missing, a folder, a device without end, too large', () => {
    expect(run(broken)).toMatchObject({
      status: 2,
      out: expect.stringMatching(/at \/entries\/0, character 13 \(not_json\)/) as string,
    });
    expect(run(join(folder, 'none.json'))).toMatchObject({
      status: 2,
      out: expect.stringContaining('ENOENT') as string,
    });
    expect(run(folder).status).toBe(2);
    expect(run('/dev/zero').status).toBe(2);
    const large = file('large.json', new TextEncoder().encode(`[${' '.repeat(1024 * 1024)}]`));
    expect(run(large, '--max-size', '1')).toMatchObject({
      status: 2,
      out: expect.stringContaining('too_large') as string,
    });
  });

  it('1: two files of a forked log, and both checkpoints are shown', () => {
    const [one, other] = [file('one.json', loggedBundle()), file('other.json', loggedBundle({ word: 'other' }))];
    expect([run(one).status, run(other).status]).toEqual([0, 0]);
    const { status, out } = run(one, other);
    expect(status).toBe(1);
    expect(out).toMatch(/^FORK of the log masker\.dev\/log\/acc_\w+: one key signed two different trees of one size$/m);
    expect(out.match(/^ {2}size 6, root [0-9a-f]{64}$/gm)).toHaveLength(2);
    expect(JSON.parse(run(one, other, '--json').out)).toMatchObject({
      exit_code: 1,
      forks: [[{ size: '6' }, { size: '6' }]],
    });
  });

  it('0: an earlier true checkpoint without a proof, and says that it was not checked', () => {
    const earlier = file('earlier.txt', text(checkpointNote({ size: 4 })));
    const { status, out } = run(file('whole.json', loggedBundle()), '--previous-checkpoint', earlier);
    expect(status).toBe(0);
    expect(out).toMatch(/^ {2}log consistency +not checked +no consistency proof is at hand for 1 pair/m);
  });

  it('with --policy and a sealed session without a checkpoint 1, with --previous-checkpoint 0 and not checked', () => {
    const witnesses = file('policy.txt', text(`witness w ${WITNESSES[0]?.vkey ?? ''}\nquorum w\n`));
    const { status, out } = run(good, '--policy', witnesses);
    expect(status).toBe(1);
    expect(out).toContain('the file holds no checkpoint for 1 seal\n');
    const earlier = run(good, '--previous-checkpoint', file('earlier.txt', text(checkpointNote({ size: 4 }))));
    expect(earlier.status).toBe(0);
    expect(earlier.out).toMatch(/^ {2}log consistency +not checked /m);
  });

  it('of several files the gravest counts, and each is reported', () => {
    expect(run(good, good).status).toBe(0);
    expect(run(good, broken).status).toBe(2);
    const { status, out } = run(good, broken, bad);
    expect(status).toBe(1);
    expect(out.match(/=> /g)).toHaveLength(3);
  });
});

describe('usage', () => {
  it.each([
    [[]],
    [['--nope', good]],
    [[good, '--trusted-key']],
    [[good, '--trusted-key', 'abc']],
    [[good, '--trusted-key', broken]],
    [[good, '--chain-key', 'abc']],
    [[good, '--chain-key', k.toUpperCase()]],
    [[good, '--chain-key', `agt_x=${k}`]],
    [[good, '--chain-key', k, '--chain-key', k]],
    [[good, '--chain-key', `${OTHER_SESSION}=${k}`, '--chain-key', `${OTHER_SESSION}=${k}`]],
    [[good, '--policy', good]],
    [[good, '--policy', join(folder, 'none.txt')]],
    [[good, '--previous-checkpoint', good]],
    [[good, '--consistency-proof', good]],
    [[good, '--max-size', '0']],
    [[good, '--max-size', '257']],
    [[good, '--max-size', '1e2']],
  ])('64 for %j', (args) => {
    const { status, out, err } = run(...args);
    expect({ status, out }).toEqual({ status: 64, out: '' });
    expect(err).toContain('Usage: masker-verify FILE...');
  });

  it('repeats no key in a message', () => {
    expect(run(good, '--chain-key', `${k}ff`).err).not.toContain(k);
  });

  it('--help and --version', () => {
    expect(run('--help')).toMatchObject({ status: 0, out: expect.stringContaining('Exit status') as string });
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(run('--version')).toMatchObject({ status: 0, out: `${version}\n` });
  });
});

describe('--trusted-key FILE', () => {
  it.each<[string, Json | Uint8Array]>([
    ['a key list', { keys: [keyEntry(signingKey(OTHER_SEED)), keyEntry(key)] }],
    ['base64', new TextEncoder().encode(`${base64}\n`)],
  ])('%s', (_, content) => {
    expect(run(good, '--trusted-key', file('keys', content)).out).toMatch(/=> authentic/);
  });
});

describe('--json', () => {
  it('prints one object with every verdict', () => {
    const { status, out } = run(good, bad, broken, '--json');
    const printed = JSON.parse(out) as {
      exit_code: number;
      files: {
        file: string;
        outcome: string;
        checks?: { id: string; verdict: string }[];
        problem?: { code: string };
      }[];
    };
    expect(status).toBe(1);
    expect(printed.exit_code).toBe(1);
    expect(printed.files.map(({ file: name, outcome }) => [name, outcome])).toEqual([
      [good, 'consistent'],
      [bad, 'does not hold'],
      [broken, 'unreadable'],
    ]);
    expect(printed.files[0]?.checks?.map(({ id }) => id)).toEqual(OF_BUNDLES);
    expect(printed.files[1]?.checks).toContainEqual(
      expect.objectContaining({
        id: 'merkle_leaves',
        verdict: 'does not hold',
        findings: [
          expect.objectContaining({
            entry: { index: 2, seq: 2, session_id: SESSION, event_id: 'evt_01JD0000000000000000000002' },
          }),
        ],
      }),
    );
    expect(printed.files[2]?.problem?.code).toBe('not_json');
  });
});

describe('as a program', () => {
  it("runs without the server's code", () => {
    const script = `import { main } from ${JSON.stringify(new URL('../src/cli.ts', import.meta.url).href)};
      process.exitCode = main(process.argv.slice(1), { out: (text) => process.stdout.write(text), err: (text) => process.stderr.write(text) });`;
    const out = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, good], {
      cwd: new URL('..', import.meta.url),
      encoding: 'utf8',
    });
    expect(out).toMatch(/=> consistent, origin not checked\n$/);
  });
});
