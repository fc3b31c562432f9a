import { describe, expect, test } from 'vitest';
import type { SessionRow, TurnRow } from '../../../src/audit/journal-rows.ts';
import { NOTHING_REHYDRATED } from '../../../src/masking/rehydration/rehydration-counts.ts';
import type { KeptOfAnswer } from '../../../src/sessions/turn-record.ts';
import { endingFacts, rowWithEnding, rowWithTurn, turnWithEnding, worse } from '../../../src/sessions/turn-record.ts';
import type { RedactionFact } from '../../../src/masking/turn/turn-masking.ts';
import type { TokensReturned } from '../../../src/sessions/token-counts.ts';
import type { TurnEnding } from '../../../src/sessions/turn.ts';

const row: SessionRow = {
  id: 'sess_01HYZ000000000000000000000',
  accountId: 'acc_01HYZ000000000000000000000',
  agentId: 'agt_01HYZ000000000000000000000',
  keyDigest: null,
  callDigest: null,
  credentialDigest: null,
  continuesId: null,
  startedAt: 1000,
  lastTurnAt: 1000,
  endedAt: null,
  sealedAt: null,
  status: 'ok',
  upstreamModel: 'gpt-4o',
  policyName: 'healthcare-default',
  policyVersion: 1,
  policyDigest: '00',
  turnCount: 2,
  redactionCount: 1,
  redactionsByKind: { NAME: 1 },
  detectionUs: 10,
  tokenizeUs: 20,
  upstreamUs: 30,
  rehydrateUs: 40,
  tokensIssued: 5,
  tokensExact: 2,
  tokensRepaired: 1,
  tokensUnknown: 0,
  tokensRefused: 0,
  tokensWithheld: 0,
  tokensOutsideTurn: 0,
  vaultGeneration: 0,
  merkleRoot: null,
  seal: null,
  sealKeyId: null,
  sealSignature: null,
};

const turn: TurnRow = {
  id: 'turn_01HYZ000000000000000000000',
  number: 3,
  startedAt: 2000,
  endedAt: null,
  status: 'forwarded',
  model: 'gpt-4o-mini',
  streamed: true,
  redactionCount: 2,
  detectionUs: 1,
  tokenizeUs: 2,
  upstreamUs: null,
  rehydrateUs: null,
  addedUs: null,
  marks: null,
  responseDigest: null,
  conversationDigest: null,
  chainTokens: null,
  said: null,
};
const NOTHING_KEPT: KeptOfAnswer = { marks: null, responseDigest: null, said: null };

function redaction(kind: RedactionFact['entity_kind'], action: RedactionFact['action']): RedactionFact {
  return {
    kind: 'redaction',
    pass: 'regex',
    entity_kind: kind,
    span: [0, 1],
    path: '/messages/0/content',
    confidence: 1,
    action,
    token_kind: null,
    kid: null,
    speaker: null,
  };
}

const ending: TurnEnding = {
  status: 'ok',
  httpStatus: 200,
  responseSha256: 'ab',
  responseId: null,
  upstreamUs: 728_500,
  rehydrateUs: 6000,
  addedUs: 900,
  rehydration: NOTHING_REHYDRATED,
};

const NOTHING: TokensReturned = { exact: 0, repaired: 0 };

test('a session is as good as its worst turn', () => {
  expect(worse('ok', 'partial')).toBe('partial');
  expect(worse('error', 'partial')).toBe('error');
  expect(worse('ok', 'ok')).toBe('ok');
});

describe('a forwarded turn', () => {
  test('adds to the counters of its session, but for what the policy let through', () => {
    const redactions = [
      redaction('NAME', 'tokenize'),
      redaction('IP_ADDRESS', 'redact'),
      redaction('URL', 'passthrough'),
    ];
    expect(rowWithTurn(row, turn, redactions, 2)).toMatchObject({
      turnCount: 3,
      redactionCount: 3,
      redactionsByKind: { NAME: 2, IP_ADDRESS: 1 },
      tokensIssued: 7,
      detectionUs: 11,
      tokenizeUs: 22,
      lastTurnAt: 2000,
      upstreamModel: 'gpt-4o-mini',
    });
    expect(row.redactionsByKind).toEqual({ NAME: 1 });
  });
});

describe('the end of a turn', () => {
  test('is one entry, with its durations in milliseconds', () => {
    expect(endingFacts(turn, ending, { exact: 2, repaired: -1 })).toEqual([
      {
        turn: 3,
        fact: {
          kind: 'turn_completed',
          status: 'ok',
          http_status: 200,
          response_sha256: 'ab',
          stage_durations_ms: { detection: 0.001, tokenize: 0.002, upstream: 728.5, rehydrate: 6 },
          tokens_returned: { exact: 2, repaired: -1 },
        },
      },
    ]);
  });

  test('with tokens that nobody issued is partial, and says so by kind', () => {
    const odd: TurnEnding = {
      ...ending,
      rehydration: { ...NOTHING_REHYDRATED, refused: [{ kind: 'PHONE', reason: 'unknown', count: 2 }] },
    };
    expect(endingFacts(turn, odd, NOTHING)).toMatchObject([
      { fact: { kind: 'rehydration_failed', entity_kind: 'PHONE', reason: 'unknown', count: 2 } },
      { fact: { kind: 'turn_completed', status: 'partial' } },
    ]);
    expect(turnWithEnding(turn, odd, NOTHING_KEPT, 3000)).toMatchObject({
      status: 'partial',
      endedAt: 3000,
      addedUs: 900,
    });
    expect(rowWithEnding(row, odd, 3000)).toMatchObject({
      status: 'partial',
      lastTurnAt: 3000,
      upstreamUs: 728_530,
      rehydrateUs: 6040,
    });
  });

  test('in which the policy kept something back is as good as it was', () => {
    const kept: TurnEnding = {
      ...ending,
      rehydration: { ...NOTHING_REHYDRATED, refused: [{ kind: 'PHONE', reason: 'withheld', count: 1 }] },
    };
    expect(endingFacts(turn, kept, NOTHING)).toMatchObject([
      { fact: { kind: 'rehydration_failed', reason: 'withheld' } },
      { fact: { kind: 'turn_completed', status: 'ok' } },
    ]);
    expect(rowWithEnding(row, kept, 3000).status).toBe('ok');
  });

  test('keeps the marks of its beginning, and adds those of its answer', () => {
    const begun = { ...turn, marks: Buffer.from('begun') };
    expect(
      turnWithEnding(begun, ending, { ...NOTHING_KEPT, marks: Buffer.from(' and ended') }, 3000).marks?.toString(),
    ).toBe('begun and ended');
    expect(turnWithEnding(begun, ending, NOTHING_KEPT, 3000).marks?.toString()).toBe('begun');
    expect(turnWithEnding(turn, ending, { ...NOTHING_KEPT, marks: Buffer.from('ended') }, 3000).marks?.toString()).toBe(
      'ended',
    );
    expect(turnWithEnding(turn, ending, NOTHING_KEPT, 3000).marks).toBeNull();
  });

  test('is no worse for what the policy kept back, though that is on record', () => {
    const kept: TurnEnding = {
      ...ending,
      rehydration: { ...NOTHING_REHYDRATED, refused: [{ kind: 'SSN', reason: 'withheld', count: 1 }] },
    };
    expect(endingFacts(turn, kept, NOTHING)).toMatchObject([
      { fact: { kind: 'rehydration_failed', entity_kind: 'SSN', reason: 'withheld', count: 1 } },
      { fact: { kind: 'turn_completed', status: 'ok' } },
    ]);
    expect(rowWithEnding(row, kept, 3000).status).toBe('ok');
  });

  test('is not the end of the session', () => {
    expect(rowWithEnding(row, ending, 3000).endedAt).toBeNull();
  });

  test('never improves the status of its session', () => {
    expect(rowWithEnding({ ...row, status: 'error' }, ending, 3000).status).toBe('error');
  });
});
