import { createHmac, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentId } from '../../../src/platform/ids.ts';
import { CallDigests, TOKEN_DIGEST_BYTES } from '../../../src/sessions/call-digests.ts';
import type { Credential } from '../../../src/sessions/credential.ts';

const KEY = Buffer.alloc(32, 1);
const agent: AgentId = 'agt_01HYZ000000000000000000000';
const other: AgentId = 'agt_01HYZ000000000000000000001';
const PHONE = '+14155550142';
const CREDENTIALS: readonly Credential[] = ['none', 'signature', 'shared_secret', 'proxy_key:aa', 'proxy_key:bb'];

const digests = new CallDigests(KEY);

/** Everything that one id may be digested as. */
function all(of: CallDigests, agentId: AgentId, id: string): string[] {
  return CREDENTIALS.flatMap((credential) => [
    of.session(agentId, credential, id),
    of.response(agentId, credential, id),
    of.conversation(agentId, credential, id),
  ]).map((digest) => digest.toString('hex'));
}

test('digests of an id differ by agent, id, key, credential and by what the id is of, and do not show it', () => {
  const sets = [
    all(digests, agent, PHONE),
    all(digests, other, PHONE),
    all(digests, agent, '+14155550143'),
    all(new CallDigests(Buffer.alloc(32, 2)), agent, PHONE),
  ];
  const each = sets.flat();
  expect(new Set(each).size).toBe(each.length);
  for (const digest of each) {
    expect(digest).toHaveLength(64);
    expect(Buffer.from(digest, 'hex').includes(PHONE)).toBe(false);
  }
  expect(all(new CallDigests(KEY), agent, PHONE)).toEqual(sets[0]);
});

test('the name of a call is the same digest for its end as for a turn of an agent that asks for no proof', () => {
  expect(digests.call(agent, PHONE)).toEqual(digests.session(agent, 'none', PHONE));
  for (const credential of CREDENTIALS.slice(1))
    expect(digests.call(agent, PHONE)).not.toEqual(digests.session(agent, credential, PHONE));
});

test('no id that a caller without a proof may choose has the digest of an id under a credential', () => {
  fc.assert(
    fc.property(fc.constantFrom(...CREDENTIALS.slice(1)), fc.string(), fc.string(), (credential, id, chosen) => {
      const own = digests.session(agent, credential, id);
      const imitations = [chosen, `${credential}|${id}`, `${credential}${id}`, own.toString('latin1')];
      for (const each of imitations) expect(digests.session(agent, 'none', each).equals(own)).toBe(false);
    }),
  );
});

test.each(['session-key', 'response-id'] as const)(
  'without a credential an id is an HMAC under a key of its own: what is stored is found after an upgrade (%s)',
  (of) => {
    const secret = Buffer.from(hkdfSync('sha256', KEY, Buffer.alloc(0), `masker/${of}/v1`, 32));
    for (const id of ['call-1', 'ü', '\ud800', '']) {
      const digest = of === 'session-key' ? digests.session(agent, 'none', id) : digests.response(agent, 'none', id);
      expect(digest).toEqual(createHmac('sha256', secret).update(`${agent}|${id}`).digest());
    }
  },
);

test('a credential is null for none, and told from the one of a session that nobody has called', () => {
  expect(digests.credential(agent, 'none')).toBeNull();
  const each = [...CREDENTIALS.slice(1).map((one) => digests.credential(agent, one)), digests.unclaimed(agent)];
  expect(new Set(each.map((digest) => digest?.toString('hex'))).size).toBe(each.length);
});

test('the digest of a token is short, and another one for another agent', () => {
  const token = `MSKV1.PHONE.K_TEST.${'A'.repeat(26)}`;
  expect(digests.token(agent, token)).toHaveLength(TOKEN_DIGEST_BYTES);
  expect(digests.token(agent, token)).not.toEqual(digests.token(other, token));
});
