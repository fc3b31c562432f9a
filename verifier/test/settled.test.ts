/** What the command line and the page say where the format leaves a choice: see README.md, "Use" and "What each line means". */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { page } from '../../tools/bundle-verifier.mjs';
import { main } from '../src/cli.ts';
import { verifyBundle } from '../src/verify.ts';
import { bytesOf, FACTS, openBundle, signingKey, SIGNING_SEED, validBundle, type TestKey } from './bundle-builder.ts';
import { SMALL_ORDER } from './ed25519-vectors.ts';
import { FakePage, fakeFile } from './fake-page.ts';
import { checkpointNote, loggedBundle, LOG, WITNESSES } from './log-builder.ts';

const folder = mkdtempSync(join(tmpdir(), 'masker-settled-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const key = signingKey(SIGNING_SEED).publicKey;
const trusted = ['--trusted-key', key.toString('hex')];

function file(name: string, content: Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

function run(...args: readonly string[]): { status: unknown; out: string } {
  let out = '';
  const print = (text: string): void => void (out += text);
  return { status: main(args, { out: print, err: print }), out };
}

describe('the command line', () => {
  it('exits with 2 for a report alone, also where it is signed with the trusted key', () => {
    const { status, out } = run(file('report.json', bytesOf(validBundle().report)), ...trusted);
    expect([status, out.split('\n').at(-2)]).toEqual([
      2,
      '  => NOT VERIFIABLE BY ITSELF: a report without its entries; ask for the bundle',
    ]);
  });

  it('says in the conclusion that a session was open when the file was made', () => {
    const { status, out } = run(file('open.json', bytesOf(openBundle())), ...trusted);
    expect(status).toBe(0);
    expect(out).toMatch(/\n {2}=> authentic: .*; open when made: later entries are not here\n$/);
  });

  it('names members that it does not know, and exits with 0', () => {
    const more = { ...validBundle(), more: 1 } as unknown as ReturnType<typeof validBundle>;
    const { status, out } = run(file('more.json', bytesOf(more)), ...trusted);
    expect([status, out.includes('\n  not covered by any signature: /more\n')]).toEqual([0, true]);
  });

  it('exits with 0 for an earlier true checkpoint, also where no proof of the growth is at hand', () => {
    const earlier = file('earlier.txt', Buffer.from(checkpointNote({ size: 4 })));
    const given = ['--previous-checkpoint', earlier, ...trusted];
    const { status, out } = run(file('logged.json', bytesOf(loggedBundle())), ...given);
    expect([status, /^ {2}log consistency +not checked/m.test(out)]).toEqual([0, true]);
  });

  it('takes a checkpoint to which witnesses added lines: no signature of the report covers it', () => {
    const options = { trustedKeys: [key] };
    const before = verifyBundle(bytesOf(loggedBundle()), options);
    const after = verifyBundle(bytesOf(loggedBundle({ signers: [LOG, ...WITNESSES] })), options);
    expect([before.outcome, after.outcome]).toEqual(['authentic', 'authentic']);
  });
});

describe('library, command line and page', () => {
  it('refuse bundles whose key and R are of small order, which lenient verifiers take', async () => {
    const forged = SMALL_ORDER.flatMap((point, at) =>
      SMALL_ORDER.map((r, place) => {
        const publicKey = Buffer.from(point, 'hex');
        const id = createHash('sha256').update(publicKey).digest('hex').slice(0, 8);
        const sig = Buffer.concat([Buffer.from(r, 'hex'), Buffer.alloc(32)]).toString('base64');
        const own: TestKey = { id, publicKey, sign: () => ({ alg: 'Ed25519', key_id: id, sig }) };
        return [`${at}-${place}.json`, bytesOf(validBundle(FACTS, own))] as const;
      }),
    );
    const all = (outcome: string): string[] => forged.map(() => outcome);
    expect(forged.map(([, bytes]) => verifyBundle(bytes).outcome)).toEqual(all('does not hold'));
    const { status, out } = run(...forged.map(([name, bytes]) => file(name, bytes)));
    expect([status, out.match(/^ {2}=> .*$/gm)]).toEqual([1, all('  => DOES NOT HOLD')]);
    const shown = await new FakePage(await page()).drop(...forged.map(([name, bytes]) => fakeFile(name, bytes)));
    expect(shown.map(({ outcome }) => outcome)).toEqual(all('does not hold'));
  });
});
