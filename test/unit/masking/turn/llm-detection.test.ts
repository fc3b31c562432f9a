import { beforeEach, describe, expect, test } from 'vitest';
import { LlmDetector } from '../../../../src/detection/llm-detector/llm-detector.ts';
import type { ServerAnswer } from '../../../../src/detection/llm-detector/llm-server.ts';
import { systemTimer } from '../../../../src/platform/clock.ts';
import { LlmMemory, LlmDetection } from '../../../../src/masking/turn/llm-detection.ts';
import { SearchPool } from '../../../../src/masking/turn/long-texts/search-pool.ts';
import { MaskingMemory } from '../../../../src/masking/turn/masking-memory.ts';
import { maskingTerms } from '../../../../src/masking/turn/masking-terms.ts';
import { TurnMasking } from '../../../../src/masking/turn/turn-masking.ts';
import { prepareRead } from '../../../../src/masking/turn/turn-preparing.ts';
import type { Preparing } from '../../../../src/masking/turn/turn-preparing.ts';
import type { TurnRequest } from '../../../../src/sessions/turn.ts';
import { TokenKeys, createIssuer } from '../../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../../src/tokens/key-ring.ts';
import { policyOf } from '../../policy/policies.ts';

const POLICY = policyOf('name: p\nentities:\n  PHONE: { action: tokenize }\n');
const TERMS = maskingTerms(POLICY);
const KEYS = new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 1) }]));

let asked: string[][];
let answer: ServerAnswer | 'throws';
let pass: LlmDetector;
let memory: LlmMemory;

beforeEach(() => {
  asked = [];
  answer = { ok: true, entities: [], dropped: 0 };
  const server = {
    find: (texts: readonly string[]) => {
      asked.push([...texts]);
      return answer === 'throws' ? Promise.reject(new TypeError('a bug')) : Promise.resolve(answer);
    },
  };
  pass = new LlmDetector({
    server,
    timer: systemTimer,
    timeoutMs: 60_000,
    onCircuit: () => undefined,
    onDropped: () => undefined,
  });
  memory = new LlmMemory();
});

const names = (value: string): ServerAnswer => ({ ok: true, entities: [{ kind: 'NAME', value }], dropped: 0 });
const BROKEN: ServerAnswer = { ok: false, fault: 'refused' };

/** A request of messages, of which the body is the masked texts. */
function saying(...texts: readonly string[]): TurnRequest<string> {
  return {
    provider: 'stub',
    model: 'stub',
    streamed: false,
    credential: 'none',
    kept: null,
    receivedAt: 0,
    *walking() {
      const masked: string[] = [];
      for (const [n, text] of texts.entries())
        masked.push(yield { text, position: { pointer: `/messages/${n}/content`, speaker: 'user', key: null } });
      return { ok: true, body: Buffer.from(JSON.stringify(masked)), binaryParts: 0 };
    },
  };
}

function reading(): LlmDetection {
  const made = LlmDetection.of(pass, TERMS);
  if (made === null) throw new Error('the pass is wanted');
  return made;
}

async function read(request: TurnRequest<string>, by = reading()): Promise<LlmDetection> {
  await by.begin(request, memory);
  await by.finish();
  return by;
}

describe('a session', () => {
  test('sends a text once, however often it comes back', async () => {
    for (const texts of [['one'], ['one', 'two'], ['one', 'two', 'one']]) (await read(saying(...texts))).commit(memory);
    expect(asked).toEqual([['one'], ['two']]);
  });

  test('sends it again where it was not read, or the turn was given up', async () => {
    answer = BROKEN;
    (await read(saying('one'))).commit(memory);
    answer = names('nobody');
    await read(saying('one'));
    (await read(saying('one', 'two'))).commit(memory);
    await read(saying('one', 'two'));
    expect(asked).toEqual([['one'], ['one'], ['one', 'two']]);
  });

  test('does not send it again for another attempt at the same turn, and knows what was found', async () => {
    answer = names('garden kettle');
    const turn = await read(saying('the garden kettle'));
    await read(saying('the garden kettle'), turn);
    expect(asked).toHaveLength(1);
    expect([...turn.found.keys()]).toEqual(['the garden kettle']);
  });

  test('has one entry for an outage, once that is on record', async () => {
    answer = BROKEN;
    const told: number[] = [];
    for (const commits of [false, true, true]) {
      const turn = await read(saying('one'));
      told.push(turn.facts(7, memory).length);
      if (commits) turn.commit(memory);
    }
    expect(told).toEqual([1, 1, 0]);
    answer = names('nobody');
    const well = await read(saying('one'));
    expect([well.degraded, well.facts(8, memory)]).toEqual([null, []]);
    well.commit(memory);
    answer = BROKEN;
    expect((await read(saying('two'))).facts(9, memory)).toEqual([
      { turn: 9, fact: { kind: 'detector_degraded', pass: 'gemma', reason: 'refused' } },
    ]);
  });
});

test('a policy without the pass, or an instance without a server, has no reading', () => {
  expect(LlmDetection.of(null, TERMS)).toBeNull();
  expect(LlmDetection.of(pass, maskingTerms(policyOf('name: p\npasses: [regex]')))).toBeNull();
});

test('words of speakers that the policy leaves alone are sent to no server', async () => {
  const terms = maskingTerms(policyOf('name: p\npasses: [regex, ner, diarize]\nspeakers: [user]\n'));
  const request: TurnRequest<string> = {
    ...saying(),
    *walking() {
      for (const speaker of ['user', 'assistant', null] as const)
        yield { text: `of ${speaker ?? 'nobody'}`, position: { pointer: '/messages/0/content', speaker, key: null } };
      return { ok: true, body: Buffer.alloc(0), binaryParts: 0 };
    },
  };
  const made = LlmDetection.of(pass, terms);
  if (made === null) throw new Error('the pass is wanted');
  await read(request, made);
  expect(asked).toEqual([['of user', 'of nobody']]);
});

test('a request that is refused is sent to no server', async () => {
  const refused: TurnRequest<string> = {
    ...saying(),
    *walking() {
      yield { text: 'one', position: { pointer: '', speaker: null, key: null } };
      return { ok: false, problem: 'bad' };
    },
  };
  await read(refused);
  expect(asked).toEqual([]);
});

describe('a prepared request', () => {
  const masks = (known = new MaskingMemory()): TurnMasking =>
    new TurnMasking(
      known,
      TERMS,
      createIssuer(
        KEYS,
        'vault-deterministic',
        'K_HEALTHCARE',
        'acc_01HYZ000000000000000000000',
        'sess_01HYZ000000000000000000000',
      ),
    );

  const preparing = (masking: TurnMasking): Preparing => ({
    masking,
    rules: TERMS.rules,
    searcher: new SearchPool(),
    maxTextLength: 10_000,
  });

  async function prepared(masking: TurnMasking, ...texts: readonly string[]): Promise<string[]> {
    const result = await prepareRead(preparing(masking), saying(...texts), reading(), memory);
    if (!result.ok) throw new Error(result.problem);
    const kinds = Buffer.from(result.body)
      .toString()
      .replace(/MSKV?1\.([A-Z_]+)\.K_HEALTHCARE\.[A-Z2-7]+/g, '<$1>');
    return JSON.parse(kinds) as string[];
  }

  test('has what either found: the union, where they differ and where they overlap', async () => {
    answer = {
      ok: true,
      dropped: 0,
      entities: [
        { kind: 'NAME', value: 'garden kettle' },
        { kind: 'PHONE', value: 'on 415-555-0142' },
      ],
    };
    expect(await prepared(masks(), 'garden kettle is on 415-555-0142 or a@example.com')).toEqual([
      '<NAME> is <PHONE> or <EMAIL>',
    ]);
  });

  test('has all that the built-in passes find, whatever the server says', async () => {
    const text = 'call 415-555-0142';
    for (const each of [{ ok: true, entities: [], dropped: 9 }, BROKEN, names('call')] as const) {
      answer = each;
      expect((await prepared(masks(), text)).join()).toContain('<PHONE>');
      expect((await prepared(masks(), text)).join()).not.toContain('0142');
    }
  });

  test('has a found value in every text, also those of turns before', async () => {
    const known = new MaskingMemory();
    answer = BROKEN;
    const first = masks(known);
    expect(await prepared(first, 'garden kettle sleeps late')).toEqual(['garden kettle sleeps late']);
    first.commit();
    answer = names('garden kettle');
    const second = masks(known);
    expect(await prepared(second, 'garden kettle sleeps late', 'a GARDEN kettle?')).toEqual([
      '<NAME> sleeps late',
      'a <NAME>?',
    ]);
    expect(
      second
        .redactions(null)
        .map(({ path, pass: by }) => `${path} ${by}`)
        .sort(),
    ).toEqual(['/messages/0/content gemma', '/messages/1/content known']);
    second.commit();
    answer = { ok: true, entities: [], dropped: 0 };
    const third = masks(known);
    expect(await prepared(third, 'garden kettle sleeps late', 'and garden kettle?')).toEqual([
      '<NAME> sleeps late',
      'and <NAME>?',
    ]);
    expect(third.redactions(null).map(({ path, pass: by }) => `${path} ${by}`)).toEqual(['/messages/1/content known']);
  });

  test('a server that throws is a bug that reaches the caller, and one that nobody waits for harms nothing', async () => {
    answer = 'throws';
    await expect(prepared(masks(), 'hello')).rejects.toThrow('a bug');
    let calls = 0;
    const choking: TurnRequest<string> = {
      ...saying('hello'),
      *walking() {
        calls += 1;
        if (calls > 1) throw new RangeError('a detector that chokes');
        return yield* saying('hello').walking();
      },
    };
    await expect(prepareRead(preparing(masks()), choking, reading(), memory)).rejects.toThrow('a detector that chokes');
  });
});
