/** docs/audit-format.md is right: its example is what its rules make, and the verifier judges it as it says. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FindingCode } from '../src/verdict.ts';
import { parsePublicKey, verifyBundle } from '../src/verify.ts';
import {
  chainKey,
  jcs,
  sha256,
  signingKey,
  SIGNING_SEED,
  SESSION,
  treeHash,
  type JsonRecord,
} from './bundle-builder.ts';

const format = readFileSync(new URL('../../docs/audit-format.md', import.meta.url), 'utf8');
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const block = /```json\n([\s\S]*?)```/.exec(format)?.[1] ?? '';
const entries = (JSON.parse(block) as { entries: JsonRecord[] }).entries;

/** The example holds nothing of the account log. */
const LOG_CHECKS = [
  'log_inclusion',
  'checkpoint_signature',
  'log_consistency',
  'witnesses',
  'timestamps',
  'completeness',
];

describe('the example', () => {
  it('is authentic with the keys that the document gives', () => {
    const trusted = parsePublicKey(/--trusted-key (\S+)`/.exec(format)?.[1] ?? '');
    if (trusted === null) throw new Error('no key in the document');
    const verification = verifyBundle(new TextEncoder().encode(block), {
      trustedKeys: [trusted],
      chainKeys: { bySession: new Map(), only: chainKey(SESSION) },
    });
    expect(verification.outcome).toBe('authentic');
    if (verification.outcome !== 'unreadable')
      expect(verification.checks.flatMap(({ id, verdict }) => (verdict === 'holds' ? [] : id))).toEqual(LOG_CHECKS);
  });

  it('states each intermediate value', () => {
    const { prev_hash, this_hash, ...bare } = entries[0] ?? {};
    const leaves = entries.map((entry) => Buffer.from(jcs(entry)));
    const key = signingKey(SIGNING_SEED);
    const stated = [
      chainKey(SESSION).toString('hex'),
      jcs(bare),
      jcs(this_hash ?? null).slice(1, -1),
      sha256(Uint8Array.of(0), leaves[0] ?? '').toString('hex'),
      treeHash(leaves).toString('hex'),
      key.publicKey.toString('hex'),
      key.id,
    ];
    for (const value of stated) expect(format).toContain(`\n    ${value}\n`);
    expect(prev_hash).toBe('0'.repeat(64));
  });
});

describe('README.md', () => {
  it('describes every code that a finding, an unreadable file or a format error can have', () => {
    const source = (file: string): string => readFileSync(new URL(`../src/${file}`, import.meta.url), 'utf8');
    const codes = [
      ...`${source('verdict.ts')}${source('unreadable.ts')}${source('format-error.ts')}${source('timestamp-error.ts')}`.matchAll(
        /^ {2}\| '([a-z0-9_]+)'/gm,
      ),
    ].map(([, code]) => code ?? '');
    expect(codes).toContain('wrong_leaf_hash' satisfies FindingCode);
    expect(codes.length).toBeGreaterThan(25);
    expect(codes.filter((code) => !readme.includes(`| \`${code}\` |`))).toEqual([]);
  });
});
