import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../../src/json/json-text.ts';
import { proxiedAnswer, proxiedAssistant } from '../../../../../src/proxy/platforms/vapi/vapi-assistant.ts';
import type { ProxyModel } from '../../../../../src/proxy/platforms/vapi/vapi-assistant.ts';

const PROXY: ProxyModel = { url: 'https://masker.test/proxy/agt_1/v1', model: 'gpt-4o-mini', anyModel: 'openai' };
const model = { provider: 'custom-llm', url: PROXY.url, model: 'gpt-4o-mini' };

describe('an assistant', () => {
  it('asks its model through the proxy, and is otherwise as it was', () => {
    const assistant = {
      firstMessage: 'Hi',
      voice: { provider: '11labs', voiceId: 'x' },
      model: {
        provider: 'openai',
        model: 'gpt-4o',
        temperature: 0.2,
        messages: [{ role: 'system', content: 'Be kind.' }],
        tools: [{ type: 'endCall' }],
      },
    };
    expect(proxiedAssistant(assistant, PROXY)).toEqual({ ...assistant, model: { ...assistant.model, ...model } });
  });

  it.each([undefined, null, 'gpt-4o', [], 5])('whose model is %j gets one', (given) => {
    const assistant: JsonObject = given === undefined ? {} : { model: given };
    expect(proxiedAssistant(assistant, PROXY)).toEqual({ model });
  });

  it('has no model that Vapi would ask past the proxy, and tells the proxy which call it is', () => {
    const given = {
      provider: 'openai',
      fallbackModels: ['gpt-3.5-turbo'],
      numFastTurns: 2,
      metadataSendMode: 'off',
      url: 'https://elsewhere.test',
    };
    expect(proxiedAssistant({ model: given }, PROXY)).toEqual({ model });
    expect(proxiedAssistant({ model: { metadataSendMode: 'destructured' } }, PROXY)).toEqual({
      model: { ...model, metadataSendMode: 'destructured' },
    });
  });

  it('names its own model only where the upstream takes any', () => {
    const anyModel = { ...PROXY, model: null, anyModel: 'stub' };
    expect(proxiedAssistant({ model: { model: 'mine' } }, anyModel)).toMatchObject({ model: { model: 'mine' } });
    expect(proxiedAssistant({ model: { model: 5 } }, anyModel)).toMatchObject({ model: { model: 'stub' } });
  });
});

describe('the answer of a callback', () => {
  it.each([
    [{ assistant: { firstMessage: 'Hi' }, other: 1 }, { assistant: { firstMessage: 'Hi', model } }],
    [
      { assistant: {}, assistantOverrides: { variableValues: { a: 1 } } },
      { assistant: { model }, assistantOverrides: { variableValues: { a: 1 } } },
    ],
    [
      { assistant: {}, assistantOverrides: { model: { provider: 'openai' } } },
      { assistant: { model }, assistantOverrides: { model } },
    ],
    [{ assistantId: 'a' }, { assistantId: 'a', assistantOverrides: { model } }],
    [
      { assistantId: 'a', assistantOverrides: { firstMessage: 'x', model: { provider: 'groq' } } },
      { assistantId: 'a', assistantOverrides: { firstMessage: 'x', model } },
    ],
    [{ destination: { type: 'number', number: '+1' } }, { destination: { type: 'number', number: '+1' } }],
    [{ error: 'We are closed.' }, { error: 'We are closed.' }],
  ])('%j becomes %j', (answer, expected) => {
    expect(proxiedAnswer(answer, PROXY)).toEqual(expected);
  });

  it.each([
    null,
    5,
    'x',
    [],
    {},
    { assistant: 'x' },
    { assistantId: 5 },
    { squad: { members: [] } },
    { squadId: 'x' },
    { error: {} },
    { messageResponse: {} },
  ])('%j is none', (answer) => {
    expect(proxiedAnswer(answer as JsonValue, PROXY)).toBe(null);
  });

  it('never has a model of another address, wherever it stood', () => {
    const some = fc.dictionary(
      fc.constantFrom('assistant', 'assistantId', 'assistantOverrides', 'squad', 'error'),
      fc.oneof(
        fc.string(),
        fc.dictionary(
          fc.constantFrom('model', 'firstMessage', '__proto__'),
          fc.oneof(
            fc.string(),
            fc.dictionary(fc.constantFrom('url', 'provider', 'fallbackModels'), fc.constant('https://evil.test')),
          ),
        ),
      ),
    );
    fc.assert(
      fc.property(some, (raw) => {
        const answer = proxiedAnswer(JSON.parse(JSON.stringify(raw)) as JsonValue, PROXY);
        for (const part of [answer?.['assistant'], answer?.['assistantOverrides']] as (JsonObject | undefined)[]) {
          if (part?.['model'] !== undefined) expect(part['model']).toEqual(model);
        }
        if (answer?.['assistantId'] !== undefined && answer['assistant'] === undefined)
          expect(answer['assistantOverrides']).toMatchObject({ model });
      }),
    );
  });
});
