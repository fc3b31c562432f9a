/** Whether the log only grew, where the server lies: signatures, sizes and roots are all the browser's to check. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { noteKeyId, signatureLine, verifierKey } from '../../../src/audit-log/note.ts';
import type { NoteKey } from '../../../src/audit-log/note.ts';
import { growthSince } from '../../../src/portal/app/pages/audit/growth.ts';

const ORIGIN = 'masker.dev/log/acc_1';

interface LogSigner {
  readonly key: NoteKey;
  readonly secret: KeyObject;
}

function signer(name = ORIGIN): LogSigner {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return { key: { name, type: 'ed25519', publicKey: raw }, secret: privateKey };
}

const OURS = signer();
const hashOf = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const LEAVES = ['first', 'second'].map((text) => hashOf(Buffer.of(0), Buffer.from(text)));
const [ONE = Buffer.alloc(0), SECOND = Buffer.alloc(0)] = LEAVES;
const TWO = hashOf(Buffer.of(1), ONE, SECOND);

function checkpoint(size: number, root: Buffer, { by = OURS, origin = ORIGIN } = {}): string {
  const text = `${origin}\n${size}\n${root.toString('base64')}\n`;
  const signature = sign(null, Buffer.from(text), by.secret);
  return `${text}\n${signatureLine({ name: by.key.name, keyId: noteKeyId(by.key), signature })}`;
}

interface Served {
  readonly newest: string;
  readonly proofNote?: string | null;
  readonly hashes?: readonly string[];
}

/** Answers as a server does, honest or not. */
function serve({ newest, proofNote = newest, hashes = [SECOND.toString('hex')] }: Served): void {
  const answers: Readonly<Record<string, unknown>> = {
    NewestSigned: { checkpoint: { note: newest }, logKeys: { keys: [{ verifierKey: verifierKey(OURS.key) }] } },
    GrowthProof: { consistencyProof: { hashes, checkpoint: proofNote === null ? null : { note: proofNote } } },
  };
  vi.stubGlobal('fetch', (_address: string, { body }: { readonly body: string }) => {
    const { operationName } = JSON.parse(body) as { operationName: string };
    return Promise.resolve(Response.json({ data: answers[operationName] }));
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
});

const KEPT = checkpoint(1, ONE);
const NEWEST = checkpoint(2, TWO);
const other = signer();

describe('growthSince', () => {
  test('says that the log grew where the proof leads to a signed root', async () => {
    serve({ newest: NEWEST });
    const { isGrown, words } = await growthSince(KEPT);
    expect([isGrown, words]).toEqual([true, 'The log only grew: 1 leaf more, and all that were there still are.']);
  });

  test('says that nothing changed where size and signed root are the same', async () => {
    serve({ newest: NEWEST });
    expect(await growthSince(`  ${NEWEST}\n`)).toMatchObject({ isGrown: true });
  });

  test.each<[string, Served, string, string]>([
    ['the newest checkpoint, grown', { newest: checkpoint(2, TWO, { by: other }) }, KEPT, 'cannot be trusted'],
    ['the newest checkpoint, equal', { newest: checkpoint(1, ONE, { by: other }) }, KEPT, 'cannot be trusted'],
    [
      'the checkpoint of the proof',
      { newest: NEWEST, proofNote: checkpoint(2, TWO, { by: other }) },
      KEPT,
      'of the proof',
    ],
    [
      'the kept checkpoint',
      { newest: NEWEST },
      checkpoint(1, ONE, { by: other }),
      'No key of this log signed your checkpoint',
    ],
  ])('trusts no unsigned root: %s under another key', async (_name, served, kept, words) => {
    serve(served);
    const growth = await growthSince(kept);
    expect(growth.isGrown).toBe(false);
    expect(growth.words).toContain(words);
  });

  test.each<[string, Served, string, string]>([
    ['no checkpoint with the proof', { newest: NEWEST, proofNote: null }, KEPT, 'no signed checkpoint'],
    ['a proof of another size', { newest: NEWEST, proofNote: checkpoint(3, TWO) }, KEPT, 'two signed states'],
    ['a proof of another root', { newest: NEWEST, proofNote: checkpoint(2, ONE) }, KEPT, 'two signed states'],
    ['a path that leads elsewhere', { newest: NEWEST, hashes: [ONE.toString('hex')] }, KEPT, 'was changed'],
    ['a path with a hash that is none', { newest: NEWEST, hashes: ['00'] }, KEPT, 'was changed'],
    ['another root of the same size', { newest: checkpoint(1, SECOND) }, KEPT, 'was changed'],
    ['a smaller log', { newest: KEPT }, NEWEST, 'some are gone'],
  ])('does not hold: %s', async (_name, served, kept, words) => {
    serve(served);
    const growth = await growthSince(kept);
    expect(growth.isGrown).toBe(false);
    expect(growth.words).toContain(words);
  });

  test('names the log of another account', async () => {
    serve({ newest: NEWEST });
    const by = signer('masker.dev/log/acc_2');
    const kept = checkpoint(1, ONE, { by, origin: 'masker.dev/log/acc_2' });
    const growth = await growthSince(kept);
    expect(growth.isGrown).toBe(false);
    expect(growth.words).toContain('of another log');
  });

  test('rejects a text that is no checkpoint', async () => {
    await expect(growthSince('nothing')).rejects.toMatchObject({ code: 'validation_failed' });
  });
});
