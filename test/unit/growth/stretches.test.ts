/**
 * Work that is run in stretches may be interrupted wherever it takes long: the longest step between two of its yields is a
 * small share of all. Counted, never timed.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EntityKind } from '../../../src/detection/kinds.ts';
import { rewritingCutJson } from '../../../src/json/json-completion.ts';
import { rewritingJsonLines } from '../../../src/json/json-lines.ts';
import { stepped } from '../../../src/json/json-rewrite.ts';
import { parsingJsonBytes } from '../../../src/json/json-bytes.ts';
import type { JsonValue } from '../../../src/json/json-text.ts';
import { writingJson } from '../../../src/json/json-writing.ts';
import { writingPieces } from '../../../src/detection/documents/json-pieces.ts';
import { readingRuns } from '../../../src/detection/documents/json-runs.ts';
import { writingBody } from '../../../src/masking/request/history.ts';
import { Signer } from '../../../src/audit/seal.ts';
import { writingBundle } from '../../../src/reports/bundle.ts';
import { EgressSearch } from '../../../src/masking/egress/egress.ts';
import { walkingChatRequest } from '../../../src/masking/request/chat-request.ts';
import { walkingResponsesRequest } from '../../../src/masking/request/responses-request.ts';
import { packing } from '../../../src/masking/turn/long-texts/packed-values.ts';
import { RecordedDigests } from '../../../src/masking/turn/recorded-digests.ts';
import { rehydratingChatResponse } from '../../../src/masking/rehydration/chat-response.ts';
import { SPEECH } from '../../../src/masking/rehydration/destination.ts';
import { ResponsesAnswer } from '../../../src/masking/rehydration/responses-answer.ts';
import { ResponsesStreamRehydrator } from '../../../src/masking/rehydration/responses-stream.ts';
import { ChatStreamRehydrator } from '../../../src/masking/rehydration/sse.ts';
import { rehydrator } from '../masking/rehydration/answers.ts';
import { MaskingMemory } from '../../../src/masking/turn/masking-memory.ts';
import { maskingTerms } from '../../../src/masking/turn/masking-terms.ts';
import { RequestHead } from '../../../src/masking/turn/request-head.ts';
import { TurnMasking } from '../../../src/masking/turn/turn-masking.ts';
import { runAtOnce } from '../../../src/platform/stretch.ts';
import type { Stepped } from '../../../src/platform/steps.ts';
import { recordingReturned } from '../../../src/sessions/token-counts.ts';
import { readingEvent } from '../../../src/proxy/platforms/retell/retell-frames.ts';
import { makingRequest } from '../../../src/proxy/platforms/retell/retell-request.ts';
import { NonPersonalText } from '../../../src/masking/turn/non-personal-text.ts';
import { notingPassed } from '../../../src/masking/turn/noted-text.ts';
import { TextReplacing } from '../../../src/masking/turn/text-replacing.ts';
import { TurnIssuing } from '../../../src/masking/turn/turn-issuing.ts';
import { TurnValues } from '../../../src/masking/turn/turn-values.ts';
import type { Span } from '../../../src/detection/span.ts';
import { createIssuer, TokenKeys, type TokenIssuer } from '../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../src/tokens/key-ring.ts';
import { policyOf } from '../policy/policies.ts';
import { countEachStep, countSteps } from '../../counted-work.ts';
import { maskingBy } from '../masking/request/mask-request.ts';
import { maskerOf } from '../masking/turn/mask-at-once.ts';

/** The longest step's share of all steps, at most: a scan that looks at each item once is let pass. */
const MOST_SHARE = 0.15;
/** The same of an event, whose lines are found and joined at once. */
const MOST_OF_EVENT = 0.25;
const ITEMS = 1000;

/** The share of the longest step in all steps of the work. */
function share(work: (count: number) => Generator<undefined, unknown>): number {
  // What is made once, on first use, is no work of a request.
  runAtOnce(work(ITEMS));
  const steps = countEachStep(work(ITEMS + 1));
  return Math.max(...steps) / steps.reduce((all, each) => all + each, 0);
}

const items = <T>(count: number, item: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => item(n));
const masked = (text: string): string => (text.includes('555') ? '[T]' : text);
const user = (content: unknown): object => ({ role: 'user', content });
const phone = (n: number): string => `(415) 555-${String(n).padStart(4, '0')}`;
const tool = (content: string): object[] => [
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
  },
  { role: 'tool', tool_call_id: 'c', content },
];
const chat = (members: object): Generator<undefined, unknown> =>
  maskingBy(
    walkingChatRequest(JSON.parse(JSON.stringify({ messages: [], ...members })) as JsonValue, {
      binaryContent: 'allow',
    }),
    masked,
  );
const responses = (members: object): Generator<undefined, unknown> =>
  maskingBy(
    walkingResponsesRequest(JSON.parse(JSON.stringify(members)) as JsonValue, { binaryContent: 'allow' }),
    masked,
  );

let made = 0;
/** An object with keys that were in no other one. */
const newKeys = (count: number): Readonly<Record<string, null>> => {
  made += 1;
  return Object.fromEntries(items(count, (n) => [`new${made}Key${n}`, null]));
};

/** Requests of so many items. */
const REQUESTS: Readonly<Record<string, (count: number) => Generator<undefined, unknown>>> = {
  messages: (count) => chat({ messages: items(count, (n) => user(`call ${phone(n)}`)) }),
  'parts of a message': (count) =>
    chat({ messages: [user(items(count, (n) => ({ type: 'text', text: `call ${phone(n)}, or` })))] }),
  'calls of tools': (count) =>
    chat({
      messages: [
        {
          role: 'assistant',
          content: null,
          tool_calls: items(count, (n) => ({
            id: `c${n}`,
            type: 'function',
            function: { name: 'f', arguments: JSON.stringify({ phone: phone(n) }) },
          })),
        },
      ],
    }),
  'a result in JSON': (count) => chat({ messages: tool(JSON.stringify(items(count, (n) => ({ phone: phone(n) })))) }),
  'a result in lines of JSON': (count) =>
    chat({ messages: tool(items(count, (n) => JSON.stringify({ phone: phone(n) })).join('\n')) }),
  'numbers of an unknown field': (count) => chat({ extra: items(count, (n) => n) }),
  'keys of an unknown field': (count) =>
    chat({ extra: Object.fromEntries(items(count, (n) => [`key ${phone(n)}`, n])) }),
  'an object with new keys': (count) => chat({ extra: newKeys(count) }),
  'a result with new keys': (count) => chat({ messages: tool(JSON.stringify(newKeys(count))) }),
  'new unknown fields': (count) => chat(newKeys(count)),
  tools: (count) =>
    chat({
      tools: items(count, (n) => ({
        type: 'function',
        function: { name: `f${n}`, parameters: { type: 'object', properties: { [`p${n}`]: { type: 'string' } } } },
      })),
    }),
  'properties of a schema': (count) =>
    chat({
      tools: [
        {
          type: 'function',
          function: {
            name: 'f',
            parameters: { type: 'object', properties: Object.fromEntries(items(count, (n) => [`p${n}`, {}])) },
          },
        },
      ],
    }),
  'input of the Responses API': (count) =>
    responses({ input: items(count, (n) => ({ type: 'function_call_output', call_id: `c${n}`, output: phone(n) })) }),
};

const SAID = `you are MSKV1.NAME.K_HEALTHCARE.${'A'.repeat(26)}, Mary, and my note`;
const called = (n: number): JsonValue => ({
  id: `c${n}`,
  type: 'function',
  function: { name: 'f', arguments: JSON.stringify({ said: SAID.repeat(5) }) },
});

const bytesOf = (event: object): Buffer => Buffer.from(`data: ${JSON.stringify(event)}\n\n`);
function* inStretches<T>(work: Stepped<T>): Generator<undefined, T> {
  return isWork(work) ? yield* work : work;
}
const isWork = <T>(work: Stepped<T>): work is Generator<undefined, T> =>
  typeof work === 'object' && work !== null && 'next' in work;
const streamed = (delta: object): Generator<undefined, unknown> =>
  inStretches(
    new ChatStreamRehydrator(rehydrator(), { orderToolCalls: true }).pushing(
      bytesOf({ choices: [{ index: 0, delta }] }),
    ),
  );

const KEYS = new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 1) }]));
const TERMS = maskingTerms(policyOf(readFileSync('configs/mask_policy.yaml', 'utf8')));

const issuer = (): TokenIssuer =>
  createIssuer(
    KEYS,
    'vault-deterministic',
    'K_HEALTHCARE',
    'acc_01HYZ000000000000000000000',
    'sess_01HYZ000000000000000000000',
  );

/** A text of so many telephone numbers, which a session with their tokens replaces by what it has. */
function listed(count: number): { readonly text: string; readonly spans: readonly Span[] } {
  const length = phone(0).length;
  const span = (n: number): Span => ({
    start: n * (length + 1),
    end: n * (length + 1) + length,
    kind: 'PHONE',
    pass: 'regex',
    confidence: 1,
    validated: false,
    recogniser: 'phone.nanp',
  });
  return { text: items(count, (n) => phone(n % 10)).join(' '), spans: items(count, span) };
}

function replacing(): TextReplacing {
  const memory = new MaskingMemory();
  const nonPersonal = new NonPersonalText(false, memory.personsDays());
  return new TextReplacing(
    TERMS.policy,
    new TurnValues(memory, nonPersonal, TERMS.policy),
    new TurnIssuing(memory, issuer()),
  );
}

/** A masked turn of one message of so many parts. */
function maskedTurn(count: number): TurnMasking {
  const masking = new TurnMasking(new MaskingMemory(), TERMS, issuer());
  masking.beginPass();
  for (let n = 0; n < count; n += 1)
    maskerOf(masking)(`part ${n}`, { pointer: `/extra/${n}`, speaker: null, key: null });
  masking.endHistory();
  return masking;
}

/** The same on record. */
function recorded(count: number): TurnMasking {
  const masking = maskedTurn(count);
  masking.commit();
  return masking;
}

function* lookingAt(all: Iterator<unknown>): Generator<undefined, void> {
  while (all.next().done !== true) yield;
}

/** The head of its last request is kept for the next one. */
function keeping(count: number): Generator<undefined, void> {
  const history = runAtOnce(recorded(count).readingHistory());
  if (history === null) throw new Error('the end of the history was not seen');
  const raw = Buffer.from(
    JSON.stringify({ messages: [user(items(count, (n) => ({ type: 'text', text: `part ${n}` })))] }),
  );
  const request = { raw, field: 'messages', items: 1, model: 'm' } as const;
  const head = new RequestHead(request);
  const end = head.endIn(request);
  if (end === null) throw new Error('the head cannot be kept');
  return head.extending(request, end, history, { body: raw, historyEnd: end, binaryParts: 0 });
}

const AS_IT_IS = stepped({ text: (text) => text, number: (source) => source, key: (key) => key });

/** Other work of a turn, with so many values. */
const WORK: Readonly<Record<string, (count: number) => Generator<undefined, unknown>>> = {
  'the search of the outgoing bytes': (count) => {
    const search = new EgressSearch();
    search.add('maria gonzalez of oak street', 'NAME');
    runAtOnce(search.ready());
    return search.searching(Buffer.from('maria gonzalez of oak lane. '.repeat(50 * count)));
  },
  'a cut JSON text that is completed': (count) => rewritingCutJson(`[${'true,'.repeat(100 * count)}`, AS_IT_IS),
  'lines of JSON': (count) => rewritingJsonLines(`[${'true,'.repeat(100 * count)}0]\n[4]`, AS_IT_IS),
  'a frame of Retell that is read': (count) => {
    const transcript = items(20 * count, (n) => ({ role: n % 2 === 0 ? 'user' : 'agent', content: ` ${n}` }));
    const frame = { interaction_type: 'response_required', response_id: 1, transcript };
    const work = readingEvent(Buffer.from(JSON.stringify(frame)));
    // The parsing of JSON is one step.
    work.next();
    return work;
  },
  'a request made of a transcript': (count) => {
    const transcript = items(20 * count, (n) => ({ role: 'user' as const, content: ` ${n}` }));
    return makingRequest({ type: 'response_required', responseId: 1, transcript }, null);
  },
  'what is noted of a text of many values': (count) => {
    const { text, spans } = listed(20 * count);
    return notingPassed(text, { spans }, TERMS.policy, new Set());
  },
  'the reading of a large body': (count) =>
    parsingJsonBytes(Buffer.from(JSON.stringify({ a: items(100 * count, (n) => ({ [`k${n}`]: n })) }))),
  'the writing of a large body': (count) =>
    writingBody('messages', { messages: items(100 * count, (n) => ({ role: 'user', content: phone(n) })) }),
  'the writing of a body with one long list': (count) =>
    writingBody('messages', { messages: [{ role: 'user', content: items(100 * count, (n) => n) }] }),
  'the search of a list of numbers for a value in pieces': (count) =>
    readingRuns(
      items(20 * count, (n) => n),
      null,
    ),
  'the search of a list of objects for a value in pieces': (count) =>
    readingRuns(
      items(20 * count, (n) => ({ word: `w${n}`, name: `n${n}` })),
      'words',
    ),
  'the surrogates of many tokens': (count) =>
    new TurnIssuing(new MaskingMemory(), issuer()).readingSurrogates(items(20 * count, (n) => `MSK_${n}`)),
  'new tokens that join a session': (count) => {
    const memory = new MaskingMemory();
    const issuing = new TurnIssuing(memory, issuer());
    for (let n = 0; n < count; n += 1) issuing.token('PHONE', phone(n));
    return issuing.committing();
  },
  'packing of values': (count) => {
    const values = items(count, (n): readonly [string, EntityKind] => [phone(n), 'PHONE']);
    return packing([values], 0, count);
  },
  'marks of a session that is read': (count) =>
    new RecordedDigests(Buffer.alloc(32)).loading(Buffer.alloc(8 * count, 'marks')),
  'marks of tokens that came back': (count) =>
    recordingReturned(new RecordedDigests(Buffer.alloc(32)).draft(), {
      exact: new Set(items(count, phone)),
      repaired: new Set(items(count, String)),
    }),
  'the history of a request that is kept': (count) => recorded(count).readingHistory(),
  'the head of a request that is kept': keeping,
  'the redactions of texts without values': (count) => lookingAt(maskedTurn(count).eachRedaction(null)),
  'dates that are nobody’s': (count) => recorded(count).countingKeptDates(),
  'a whole answer of one text': (count) => rehydrator().restoringWhole(`${SAID} `.repeat(20 * count), SPEECH),
  'a whole answer of many calls': (count) =>
    rehydratingChatResponse(
      { choices: [{ index: 0, message: { role: 'assistant', tool_calls: items(count, called) } }] },
      rehydrator(),
    ),
  'a whole answer of many items': (count) =>
    new ResponsesAnswer(rehydrator()).body({
      object: 'response',
      output: items(count, (n) => ({ type: 'function_call', name: 'f', arguments: `{"n":${n}}` })),
    }),
  'the writing of a large document': (count) =>
    writingJson({ bundle: { entries: items(20 * count, (n) => ({ seq: n })) } }),
  'a bundle': (count) => {
    const rows = items(count, (n) => ({
      seq: n,
      body: JSON.stringify({ kind: 'x', seq: n }),
      leafHash: Buffer.alloc(32),
    }));
    const signer = new Signer(Buffer.alloc(32, 1));
    return writingBundle({ report: null, rows, seals: [], heads: [], logged: [], compared: [] }, signer);
  },
  'days of values': (count) => {
    const memory = new MaskingMemory();
    for (let n = 0; n < count; n += 1) memory.known.set(`March ${1 + (n % 28)}, ${1900 + n}`, 'DOB');
    return memory.readingDays();
  },
};

const EVENTS: Readonly<Record<string, (count: number) => Generator<undefined, unknown>>> = {
  'a streamed event of one text': (count) => streamed({ content: `${SAID} `.repeat(5 * count) }),
  'a streamed event of many calls': (count) => streamed({ tool_calls: items(count, called) }),
  'a streamed event of one call': (count) =>
    streamed({ tool_calls: [{ function: { name: 'f', arguments: JSON.stringify(items(10 * count, () => SAID)) } }] }),
  'a streamed event of a whole response': (count) => {
    const output = items(count, (n) => ({ type: 'function_call', name: 'f', arguments: JSON.stringify([n, SAID]) }));
    const event = { type: 'response.completed', response: { object: 'response', output } };
    return inStretches(new ResponsesStreamRehydrator(rehydrator()).pushing(bytesOf(event)));
  },
};

describe('the longest step of the walk over a request', () => {
  it.each(Object.entries(REQUESTS))('is a small share of the walk over %s', (_, walk) => {
    expect(share(walk)).toBeLessThanOrEqual(MOST_SHARE);
  });
});

describe('the longest step of', () => {
  it.each(Object.entries(WORK))('%s is a small share of it', (_, work) => {
    expect(share(work)).toBeLessThanOrEqual(MOST_SHARE);
  });
});

describe('the walk over a request with twice as many', () => {
  it.each([
    ['unknown fields', (fields: object) => chat({ messages: [user('hi')], ...fields })],
    ['unknown fields of a message', (fields: object) => chat({ messages: [{ ...user('hi'), ...fields }] })],
  ])('%s takes at most 2.3 times the steps', (_, walk) => {
    const steps = (count: number): number => {
      const fields = Object.fromEntries(items(count, (n) => [`k${n}`, n]));
      return countSteps(() => {
        runAtOnce(walk(fields));
      });
    };
    steps(2000);
    expect(steps(2000)).toBeLessThanOrEqual(2.3 * steps(1000));
  });
});

it('a text of many values is put together in steps that do not grow with them', () => {
  const longest = (count: number): number => {
    const { text, spans } = listed(count);
    return Math.max(...countEachStep(replacing().replaced(text, spans, new Set())));
  };
  expect(longest(20_000)).toBeLessThanOrEqual(1.5 * longest(5000));
});

it('the words of a transcript are written back in steps that grow with them', () => {
  const steps = (count: number): number => {
    const pieces = items(count, (n) => ({ path: String(n), text: n % 5 < 2 ? phone(n) : `w${n % 3}` }));
    // Of two words that are one value the first is masked, and the second is empty.
    const masked = pieces.flatMap(({ text }, n) => (n % 5 === 0 ? ['[T]'] : n % 5 === 1 ? [] : [text])).join(' ');
    return countSteps(() => {
      runAtOnce(writingPieces({ pieces, joint: ' ', isPressed: false, isWhole: false }, masked));
    });
  };
  expect(steps(8000)).toBeLessThanOrEqual(2.3 * steps(4000));
});

it('sees work that is one step', () => {
  const oneStep = share(function* (count) {
    for (const text of items(count, String)) text.charCodeAt(0);
    yield;
  });
  expect(oneStep).toBeGreaterThan(0.9);
});

describe('the longest step of the restoring of a streamed event', () => {
  it.each(Object.entries(EVENTS))('is a small share for %s', (_, work) => {
    expect(share(work)).toBeLessThanOrEqual(MOST_OF_EVENT);
  });
});
