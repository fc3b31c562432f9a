import { createHmac, hkdfSync } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AgentId } from '../../../src/platform/ids.ts';
import { agentDigester } from '../../../src/sessions/agent-digest.ts';

const KEY = Buffer.alloc(32, 1);
const agent: AgentId = 'agt_01HYZ000000000000000000000';
const other: AgentId = 'agt_01HYZ000000000000000000001';
const PHONE = '+14155550142';

test('differs by agent, by id, by what the id is of and by key, and does not show the id', () => {
  const digest = agentDigester(KEY, 'session-key');
  const phone = digest(agent, PHONE);
  expect(digest(agent, PHONE)).toEqual(phone);
  expect(digest(other, PHONE)).not.toEqual(phone);
  expect(digest(agent, '+14155550143')).not.toEqual(phone);
  expect(agentDigester(KEY, 'response-id')(agent, PHONE)).not.toEqual(phone);
  expect(agentDigester(Buffer.alloc(32, 2), 'session-key')(agent, PHONE)).not.toEqual(phone);
  expect(phone).toHaveLength(32);
});

test.each(['session-key', 'response-id'] as const)(
  'is an HMAC under a key of its own: what is stored is found after an upgrade (%s)',
  (of) => {
    const secret = Buffer.from(hkdfSync('sha256', KEY, Buffer.alloc(0), `masker/${of}/v1`, 32));
    for (const id of ['call-1', 'ü', '\ud800', ''])
      expect(agentDigester(KEY, of)(agent, id)).toEqual(createHmac('sha256', secret).update(`${agent}|${id}`).digest());
  },
);
