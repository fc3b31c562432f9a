/** What an assistant of Vapi may ask of other models than the one behind the proxy. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../../src/json/json-text.ts';
import { guardedAnswer } from '../../../../../src/proxy/platforms/vapi/vapi-bypass.ts';

const OFF = {
  summaryPlan: { enabled: false },
  structuredDataPlan: { enabled: false },
  successEvaluationPlan: { enabled: false },
};

const QUIET = { listenEnabled: false };

/** Settings that reach another model or listener, each with its path below the assistant. */
const BYPASSES: readonly (readonly [string, JsonObject])[] = [
  ['/analysisPlan/summaryPlan', { analysisPlan: { summaryPlan: {} } }],
  ['/analysisPlan/successEvaluationPlan', { analysisPlan: { successEvaluationPlan: { rubric: 'PassFail' } } }],
  ['/analysisPlan/structuredDataPlan', { analysisPlan: { structuredDataPlan: { enabled: true, schema: {} } } }],
  ['/analysisPlan/structuredDataMultiPlan', { analysisPlan: { structuredDataMultiPlan: [{ key: 'k', plan: {} }] } }],
  ['/analysisPlan/outcomeIds', { analysisPlan: { outcomeIds: ['o'] } }],
  ['/summaryPrompt', { summaryPrompt: 'Summarise.' }],
  ['/artifactPlan/structuredOutputIds', { artifactPlan: { structuredOutputIds: ['s'] } }],
  ['/artifactPlan/structuredOutputs', { artifactPlan: { structuredOutputs: [{ name: 'n' }] } }],
  ['/artifactPlan/scorecardIds', { artifactPlan: { scorecardIds: ['s'] } }],
  ['/voicemailDetection', { voicemailDetection: { provider: 'openai' } }],
  ['/voicemailDetection', { voicemailDetection: { provider: 'google' } }],
  [
    '/startSpeakingPlan/smartEndpointingPlan',
    { startSpeakingPlan: { waitSeconds: 0.4, smartEndpointingPlan: { provider: 'livekit' } } },
  ],
  ['/startSpeakingPlan/smartEndpointingEnabled', { startSpeakingPlan: { smartEndpointingEnabled: true } }],
  ['/observabilityPlan', { observabilityPlan: { provider: 'langfuse', tags: [] } }],
  ['/monitorPlan/listenEnabled', { monitorPlan: { listenEnabled: true, controlEnabled: true } }],
  ['/model/fallbackModels', { model: { fallbackModels: ['gpt-4o'] } }],
  ['/model/numFastTurns', { model: { numFastTurns: 2 } }],
  ['/model/knowledgeBase', { model: { knowledgeBase: { provider: 'trieve' } } }],
  ['/model/knowledgeBaseId', { model: { knowledgeBaseId: 'kb' } }],
  ['/model/toolIds', { model: { toolIds: ['t'] } }],
  ['/model/toolRefs', { model: { toolRefs: [{ toolId: 't', version: 1 }] } }],
  ['/model/tools/0', { model: { tools: [{ type: 'query' }] } }],
  ['/model/tools/0', { model: { tools: [{ type: 'handoff', destinations: [{ type: 'assistant' }] }] } }],
  ['/model/tools/0', { model: { tools: [{ type: 'new-kind-of-tool' }] } }],
  ['/model/tools/0', { model: { tools: [{ type: 'transferCall', destinations: [{ type: 'assistant' }] }] } }],
  [
    '/model/tools/0/destinations/1',
    {
      model: {
        tools: [{ type: 'transferCall', destinations: [{ type: 'number', number: '+1' }, { type: 'assistant' }] }],
      },
    },
  ],
  [
    '/model/tools/0/destinations/0/transferPlan',
    {
      model: {
        tools: [
          {
            type: 'transferCall',
            destinations: [{ type: 'sip', transferPlan: { mode: 'warm-transfer-say-summary' } }],
          },
        ],
      },
    },
  ],
  ['/tools:append/0', { 'tools:append': [{ type: 'query' }] }],
  ['/hooks/0/do/0', { hooks: [{ on: 'call.ending', do: [{ toolId: 't' }] }] }],
  ['/hooks/0/do/0', { hooks: [{ on: 'call.ending', do: [{ tool: { type: 'query' } }] }] }],
];

/** Settings that reach no other model. */
const KEPT: JsonObject = {
  name: 'Front desk',
  firstMessage: 'Hi',
  artifactPlan: { recordingEnabled: false, structuredOutputIds: [] },
  startSpeakingPlan: { waitSeconds: 0.4, smartEndpointingEnabled: false },
  voicemailDetection: { provider: 'twilio' },
  hooks: [{ on: 'call.ending', do: [{ type: 'say', exact: 'Bye' }, { tool: { type: 'endCall' } }] }],
  model: {
    provider: 'openai',
    numFastTurns: 0,
    tools: [
      { type: 'function', function: { name: 'book' } },
      { type: 'endCall' },
      { type: 'google.calendar.event.create' },
      {
        type: 'transferCall',
        destinations: [{ type: 'number', number: '+1', transferPlan: { mode: 'blind-transfer' } }],
      },
    ],
  },
};

function at(value: JsonValue | undefined, path: string): JsonValue | undefined {
  return path
    .split('/')
    .slice(1)
    .reduce<JsonValue | undefined>(
      (below, key) =>
        Array.isArray(below) ? (below as JsonValue[])[Number(key)] : (below as JsonObject | undefined)?.[key],
      value,
    );
}

describe('an assistant', () => {
  it.each(BYPASSES)('goes out without %s, which is on record', (path, assistant) => {
    for (const name of ['assistant', 'assistantOverrides'] as const) {
      const given: JsonObject = name === 'assistant' ? { assistant } : { assistant: {}, assistantOverrides: assistant };
      const { answer, record } = guardedAnswer(given, 'strip');
      expect(record).toEqual({ removed: [`/${name}${path}`], kept: [], refused: [] });
      expect(at(answer ?? {}, '/assistant/analysisPlan')).toEqual(OFF);
      expect(at(answer ?? {}, '/assistant/monitorPlan')).toMatchObject(QUIET);
      if (!path.startsWith('/analysisPlan')) {
        expect(JSON.stringify(at(answer ?? {}, `/${name}${path}`))).not.toBe(JSON.stringify(at(assistant, path)));
      }
    }
  });

  it.each(BYPASSES)('is refused for %s where the policy says so', (path, assistant) => {
    expect(guardedAnswer({ assistant }, 'refuse')).toEqual({
      answer: null,
      record: { removed: [], kept: [], refused: [`/assistant${path}`] },
    });
  });

  it.each(BYPASSES)('keeps %s where the policy says so, but no other model of its own', (path, assistant) => {
    const isModel = /fallbackModels|numFastTurns/.test(path);
    const { answer, record } = guardedAnswer({ assistant }, 'warn');
    expect(record).toEqual({
      removed: isModel ? [`/assistant${path}`] : [],
      kept: isModel ? [] : [`/assistant${path}`],
      refused: [],
    });
    expect(answer).toEqual({ assistant: isModel ? { model: {} } : assistant });
  });

  it('is as it was where it asks no other model, but for the analysis and the listening that Vapi has on by default', () => {
    for (const choice of ['strip', 'refuse'] as const)
      expect(guardedAnswer({ assistant: KEPT }, choice)).toEqual({
        answer: { assistant: { ...KEPT, analysisPlan: OFF, monitorPlan: QUIET } },
        record: { removed: [], kept: [], refused: [] },
      });
    expect(guardedAnswer({ assistant: KEPT }, 'warn').answer).toEqual({ assistant: KEPT });
  });

  it('that is stored at Vapi is overridden, and refused where nothing may be overlooked', () => {
    expect(guardedAnswer({ assistantId: 'a', assistantOverrides: { firstMessage: 'x' } }, 'strip').answer).toEqual({
      assistantId: 'a',
      assistantOverrides: {
        firstMessage: 'x',
        analysisPlan: OFF,
        monitorPlan: QUIET,
        artifactPlan: { structuredOutputIds: [] },
        voicemailDetection: 'off',
      },
    });
    expect(guardedAnswer({ assistantId: 'a' }, 'refuse')).toMatchObject({
      answer: null,
      record: { refused: ['/assistantId'] },
    });
  });

  it('is cleaned whatever is in it: what goes out has nothing more to take out, and records no value', () => {
    const value = fc.constantFrom<JsonValue>(
      'Marisol',
      1,
      true,
      null,
      [],
      {},
      ['x'],
      { enabled: true },
      { type: 'query' },
    );
    const key = fc.constantFrom(
      'analysisPlan',
      'summaryPlan',
      'artifactPlan',
      'structuredOutputIds',
      'hooks',
      'do',
      'tool',
      'model',
      'tools',
      'type',
      'destinations',
      'voicemailDetection',
      'Marisol',
    );
    const tree = fc.letrec<{ node: JsonValue }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        value,
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(key, tie('node'), { maxKeys: 4 }),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (assistant) => {
        const { answer, record } = guardedAnswer({ assistant }, 'strip');
        expect(JSON.stringify(record)).not.toContain('Marisol');
        expect(guardedAnswer(answer ?? {}, 'strip').record.removed).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a transfer', () => {
  it('has no summary by another model, and goes to no other assistant', () => {
    const destination = {
      type: 'number',
      number: '+1',
      transferPlan: { mode: 'blind-transfer-add-summary-to-sip-header' },
    };
    expect(guardedAnswer({ destination }, 'strip')).toMatchObject({
      answer: { destination: { type: 'number', number: '+1' } },
      record: { removed: ['/destination/transferPlan'] },
    });
    expect(guardedAnswer({ destination: { type: 'assistant', assistantName: 'B' } }, 'strip').answer).toEqual({});
  });
});
