import { describe, expect, it } from 'vitest';
import {
  changeOf,
  differences,
  fieldsOf,
  rebased,
  sortProblems,
  valueWords,
} from '../../../src/portal/app/pages/agent/agent-fields.ts';
import type { AgentFields } from '../../../src/portal/app/pages/agent/agent-fields.ts';
import type { AgentView } from '../../../src/portal/app/pages/agent/agent-view.ts';

const AGENT: AgentView = {
  id: 'agt_1',
  name: 'line',
  upstream: 'stub',
  tokenization: 'vault-deterministic',
  policyName: 'healthcare-default',
  policyVersion: 1,
  inlinePolicyYaml: null,
  openToAnyone: false,
  createdAt: '2026-11-30T10:00:00.000Z',
  updatedAt: '2026-11-30T10:00:00.000Z',
  baseUrl: 'http://localhost/proxy/agt_1/v1',
  proxyUrl: 'http://localhost/proxy/agt_1/v1/chat/completions',
  webhookUrl: 'http://localhost/vapi/webhook/agt_1',
  callerAuth: { proxyKey: true, sharedSecret: { header: 'X-Secret' }, signature: null },
  proxyKeys: [],
  stats: { sessionCount24h: 0, sessionCount7d: 0, redactionCount24h: 0, p50LatencyMs: null, p95LatencyMs: null },
  sessions: { edges: [] },
};
const BASE = fieldsOf(AGENT);
const edited = (change: Partial<AgentFields>): AgentFields => ({ ...BASE, ...change });

describe('the change of an agent', () => {
  it('is empty where nothing was edited', () => {
    expect(changeOf(BASE, BASE)).toEqual({});
  });

  it('holds only what was edited', () => {
    expect(changeOf(BASE, edited({ name: 'other', tokenization: 'vault-random' }))).toEqual({
      name: 'other',
      tokenization: 'vault-random',
    });
    expect(changeOf(BASE, edited({ policy: 'clinic' }))).toEqual({ policyName: 'clinic' });
    expect(changeOf(BASE, edited({ policy: '', policyYaml: 'name: own' }))).toEqual({ policyYaml: 'name: own' });
  });

  it('sends no policy text that another choice has left behind', () => {
    expect(changeOf(BASE, edited({ policyYaml: 'name: own' }))).toEqual({});
  });

  it('keeps the secret that is set, and sends one that is written', () => {
    const kept = changeOf(BASE, edited({ secretHeader: 'X-Other' })).callerAuth;
    expect(kept).toEqual({ proxyKey: true, sharedSecret: { header: 'X-Other' }, signature: null });
    const written = changeOf(BASE, edited({ secret: 'long-enough' })).callerAuth;
    expect(written?.sharedSecret).toEqual({ header: 'X-Secret', secret: 'long-enough' });
  });

  it('opens the agent to anyone with null alone', () => {
    expect(changeOf(BASE, edited({ isOpen: true }))).toEqual({ callerAuth: null });
  });

  it('takes away a way that is switched off', () => {
    expect(changeOf(BASE, edited({ sharedSecret: false })).callerAuth).toMatchObject({ sharedSecret: null });
  });

  it('sends a number that the server refuses for seconds that are no number', () => {
    const input = changeOf(BASE, edited({ signature: true, signatureSecret: 'x'.repeat(8), toleranceSeconds: 'soon' }));
    expect(input.callerAuth?.signature).toMatchObject({ toleranceSeconds: 0, timestampHeader: null });
  });
});

describe('edits on top of what was stored meanwhile', () => {
  it('keep what the person changed, and take everything else', () => {
    const mine = edited({ name: 'mine' });
    const stored = edited({ name: 'theirs', tokenization: 'vault-random' });
    expect(rebased(BASE, mine, stored)).toEqual({ ...stored, name: 'mine' });
    expect(differences(BASE, stored)).toEqual(['name', 'tokenization']);
  });
});

describe('problems', () => {
  it('are shown at their fields as sentences, and the rest by itself', () => {
    const problem = (path: string, message: string) => ({ path, code: 'invalid_value', message });
    expect(
      sortProblems([
        problem('name', 'must be unique'),
        problem('callerAuth.sharedSecret.secret', 'must have 8 characters'),
        problem('entities.PHONE', 'there is no such kind'),
      ]),
    ).toEqual({
      byField: { name: 'Must be unique.', secret: 'Must have 8 characters.' },
      rest: [problem('entities.PHONE', 'there is no such kind')],
    });
  });
});

describe('words of a value', () => {
  it('say switches and absence, and show no policy text', () => {
    expect(valueWords('isOpen', true)).toBe('anyone who knows its ID');
    expect(valueWords('proxyKey', false)).toBe('off');
    expect(valueWords('policy', '')).toBe('a text of its own');
    expect(valueWords('policyYaml', 'name: p')).toBe('another text');
  });
});
