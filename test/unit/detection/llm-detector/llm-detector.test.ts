import { beforeEach, describe, expect, it } from 'vitest';
import { LlmDetector } from '../../../../src/detection/llm-detector/llm-detector.ts';
import type { Reading, Timer } from '../../../../src/detection/llm-detector/llm-detector.ts';
import type { CircuitState } from '../../../../src/detection/llm-detector/circuit.ts';
import type { LlmServer, ServerAnswer } from '../../../../src/detection/llm-detector/llm-server.ts';
import type { EntityKind } from '../../../../src/detection/kinds.ts';
import type { DetectionRules } from '../../../../src/detection/span.ts';
import { detectionRules } from '../../../../src/policy/policy.ts';
import { policyOf } from '../../policy/policies.ts';

const TIMEOUT = 200;

/** Time that stands still until it is told to go on. */
class StoppedTimer implements Timer {
  #now = 0;
  #alarms: { readonly at: number; readonly act: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, act: () => void): () => void {
    const alarm = { at: this.#now + ms, act };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((each) => each !== alarm);
    };
  }

  pass(ms: number): void {
    this.#now += ms;
    const due = this.#alarms.filter(({ at }) => at <= this.#now);
    this.#alarms = this.#alarms.filter(({ at }) => at > this.#now);
    for (const { act } of due) act();
  }

  get alarms(): number {
    return this.#alarms.length;
  }
}

type Answering = (texts: readonly string[], signal: AbortSignal) => ServerAnswer | Promise<ServerAnswer>;

const names = (...entities: (readonly [EntityKind, string])[]): ServerAnswer => ({
  ok: true,
  entities: entities.map(([kind, value]) => ({ kind, value })),
  dropped: 0,
});
const NOTHING = names();
const UNREACHABLE: ServerAnswer = { ok: false, fault: 'unreachable' };
const never = (): Promise<ServerAnswer> => new Promise(() => undefined);

function rules(entities = '', more = ''): DetectionRules {
  return detectionRules(policyOf(`name: p\n${more}entities:\n  PHONE: { action: tokenize }\n${entities}`));
}

let timer: StoppedTimer;
let answer: Answering;
let asked: { readonly texts: readonly string[]; readonly signal: AbortSignal }[];
let circuits: CircuitState[];
let dropped: number;
let pass: LlmDetector;

beforeEach(() => {
  timer = new StoppedTimer();
  answer = () => NOTHING;
  asked = [];
  circuits = [];
  dropped = 0;
  const server: LlmServer = {
    find: (texts, signal) => {
      asked.push({ texts, signal });
      return Promise.resolve(answer(texts, signal));
    },
  };
  pass = new LlmDetector({
    server,
    timer,
    timeoutMs: TIMEOUT,
    onCircuit: (state) => circuits.push(state),
    onDropped: (count) => {
      dropped += count;
    },
  });
});

const read = (texts: readonly string[] = ['hello'], by = rules()): Promise<Reading> => pass.read(texts, by);

/** Spans as `kind value`. */
function found({ found: spans }: Reading): string[] {
  return [...spans].flatMap(([text, each]) => each.map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`));
}

describe('a reading', () => {
  it('gives every occurrence in every text, as far as it is verbatim', async () => {
    answer = () => names(['NAME', 'Zorblax'], ['MRN', 'qq 7'], ['NAME', 'John Smith']);
    const reading = await read(['Zorblax, Zorblax', 'chart qq 7 of Zorblax', 'nothing']);
    expect(found(reading)).toEqual(['NAME Zorblax', 'NAME Zorblax', 'NAME Zorblax', 'MRN qq 7']);
    expect([...reading.read]).toEqual(['Zorblax, Zorblax', 'chart qq 7 of Zorblax', 'nothing']);
    expect(reading.degraded).toBeNull();
    expect(dropped).toBe(1);
    expect(timer.alarms).toBe(0);
  });

  it('sends each text once, and none that has nothing to read', async () => {
    const reading = await read(['hello', 'hello', '?!', '']);
    expect(asked.map(({ texts }) => texts)).toEqual([['hello']]);
    expect([...reading.read]).toEqual(['hello', '?!', '']);
    await read(['?!']);
    expect(asked).toHaveLength(1);
  });

  it('leaves out kinds that the policy does not want of it', async () => {
    answer = () => names(['NAME', 'Zorblax'], ['MRN', 'qq 7'], ['PHONE', '5550'], ['AGE', '93'], ['ORG', 'Mercy']);
    const texts = ['Zorblax qq 7 5550 93 Mercy'];
    expect(found(await read(texts))).toEqual(['NAME Zorblax', 'MRN qq 7', 'PHONE 5550', 'AGE 93']);
    const some = rules(
      '  NAME: { ner: false }\n  MRN: { enabled: false }\n  AGE: { confidence_threshold: 0.91 }\n  ORG: { action: redact }\n',
    );
    expect(found(await read(texts, some))).toEqual(['OTHER_ID Zorblax', 'PHONE 5550', 'ORG Mercy']);
    expect(found(await read(texts, { ...rules(), allow: ['zorblax'] }))).toEqual(['MRN qq 7', 'PHONE 5550', 'AGE 93']);
  });

  it('is wanted by policies with the pass, under either name', () => {
    expect(LlmDetector.wantedBy(rules())).toBe(true);
    expect(LlmDetector.wantedBy(rules('', 'passes: [gemma]\n'))).toBe(true);
    expect(LlmDetector.wantedBy(rules('', 'passes: [regex]\n'))).toBe(false);
  });

  it('of a long text is put together from its pieces', async () => {
    const long = `${'Nothing here. '.repeat(400)}I am Zorblax. ${'Nothing here. '.repeat(400)}Zorblax again.`;
    answer = (texts) => (texts.some((text) => text.includes('Zorblax')) ? names(['NAME', 'Zorblax']) : NOTHING);
    const reading = await read([long]);
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.flatMap(({ texts }) => texts).join('')).toBe(long);
    expect(found(reading)).toEqual(['NAME Zorblax', 'NAME Zorblax']);
    expect(reading.read.has(long)).toBe(true);
  });

  it('has at most eight requests under way', async () => {
    let underWay = 0;
    let most = 0;
    answer = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return NOTHING;
    };
    await read(['word '.repeat(20_000)]);
    expect(asked.length).toBeGreaterThan(20);
    expect(most).toBe(8);
  });
});

describe('a server that is slow', () => {
  it('is waited for until the limit, and the request is broken off', async () => {
    answer = never;
    const reading = read(['hello']);
    timer.pass(TIMEOUT - 1);
    expect(asked[0]?.signal.aborted).toBe(false);
    timer.pass(1);
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(await reading).toEqual({ found: new Map(), read: new Set(), degraded: { reason: 'timeout', outage: 1 } });
  });

  it('keeps what it gave in time: other texts are read, and the server counts as living', async () => {
    const slow = 'Nothing here. '.repeat(250);
    answer = (texts) => (texts.includes(slow) ? never() : names(['NAME', 'Zorblax']));
    for (let n = 0; n < 10; n += 1) {
      const reading = read(['I am Zorblax', 'b'.repeat(3000), slow]);
      await new Promise((resolve) => setImmediate(resolve));
      timer.pass(TIMEOUT);
      const { read: texts, degraded, ...rest } = await reading;
      expect(texts.has('I am Zorblax')).toBe(true);
      expect(texts.has(slow)).toBe(false);
      expect(degraded).toEqual({ reason: 'timeout', outage: 1 });
      expect(found({ ...rest, read: texts, degraded })).toEqual(['NAME Zorblax']);
    }
    expect(pass.circuit).toBe('closed');
  });

  it('adds nothing to a reading that has ended', async () => {
    const answers: ((late: ServerAnswer) => void)[] = [];
    answer = () => new Promise((resolve) => answers.push(resolve));
    const reading = read(['I am Zorblax']);
    timer.pass(TIMEOUT);
    const ended = await reading;
    answers[0]?.(names(['NAME', 'Zorblax']));
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toEqual({ found: new Map(), read: new Set(), degraded: { reason: 'timeout', outage: 1 } });
  });
});

describe('a server that fails', () => {
  it.each(['unreachable', 'refused', 'bad_answer'] as const)('is told of as %s', async (fault) => {
    answer = () => ({ ok: false, fault });
    expect(await read(['hello'])).toEqual({
      found: new Map(),
      read: new Set(),
      degraded: { reason: fault, outage: 1 },
    });
    expect(timer.alarms).toBe(0);
  });

  it('in one request of a turn and answers another is living, and the turn is degraded', async () => {
    answer = (texts) => (texts.some((text) => text.startsWith('b')) ? { ok: false, fault: 'bad_answer' } : NOTHING);
    for (let n = 0; n < 10; n += 1) {
      const { read: texts, degraded } = await read(['a'.repeat(3000), 'b'.repeat(3000)]);
      expect([...texts]).toEqual(['a'.repeat(3000)]);
      expect(degraded).toEqual({ reason: 'bad_answer', outage: 1 });
    }
    expect(pass.circuit).toBe('closed');
  });

  it('is left alone after five turns, probed by one turn after ten seconds, and used again once that succeeds', async () => {
    answer = () => UNREACHABLE;
    for (let n = 0; n < 5; n += 1) await read();
    expect(pass.circuit).toBe('open');
    expect((await read()).degraded).toEqual({ reason: 'circuit_open', outage: 1 });
    expect(asked).toHaveLength(5);

    timer.pass(9_999);
    await read();
    expect(asked).toHaveLength(5);
    timer.pass(1);
    const answers: ((late: ServerAnswer) => void)[] = [];
    answer = () => new Promise((resolve) => answers.push(resolve));
    const probe = read();
    const beside = await Promise.all([read(), read(['another'])]);
    expect(beside.map(({ degraded }) => degraded?.reason)).toEqual(['circuit_open', 'circuit_open']);
    expect(asked).toHaveLength(6);
    answers[0]?.(NOTHING);
    expect((await probe).degraded).toBeNull();
    expect(circuits).toEqual(['open', 'half_open', 'closed']);
    answer = () => NOTHING;
    expect((await read()).degraded).toBeNull();
  });

  it('is left alone again when the probe runs out of time', async () => {
    answer = () => UNREACHABLE;
    for (let n = 0; n < 5; n += 1) await read();
    timer.pass(10_000);
    answer = never;
    const probe = read();
    timer.pass(TIMEOUT);
    expect((await probe).degraded?.reason).toBe('timeout');
    expect(circuits).toEqual(['open', 'half_open', 'open']);
    expect((await read()).degraded?.reason).toBe('circuit_open');
  });

  it('is one outage until all is read again', async () => {
    const outages: (number | undefined)[] = [];
    for (const works of [false, false, true, false, true, true, false]) {
      answer = () => (works ? NOTHING : UNREACHABLE);
      outages.push((await read()).degraded?.outage);
    }
    expect(outages).toEqual([1, 1, undefined, 2, undefined, undefined, 3]);
  });

  it('is no less broken for a turn that has nothing to read', async () => {
    answer = () => UNREACHABLE;
    await read();
    expect((await read(['?'])).degraded).toBeNull();
    expect((await read()).degraded?.outage).toBe(1);
  });

  it('does not pass for a bug of ours: what throws is thrown, and the circuit counts it', async () => {
    answer = () => {
      throw new TypeError('a bug');
    };
    for (let n = 0; n < 5; n += 1) await expect(read()).rejects.toThrow('a bug');
    expect(pass.circuit).toBe('open');
    expect(timer.alarms).toBe(0);
  });
});
