/**
 * Calls as a hostile or careless client sends them: histories that grow, shrink and change, values that are said long before
 * their kind is known, in every written form, and JSON in every form that the grammar allows or forbids.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import { CHAT_COMPLETIONS } from '../../../src/proxy/openai/chat-completions.ts';
import type { Endpoint } from '../../../src/proxy/openai/endpoint.ts';
import { RESPONSES } from '../../../src/proxy/openai/responses.ts';
import { DAMAGES, damaged, Numeral, quoted, style, written, type Damage, type Style } from './hostile-json.ts';
import { DEFAULT_POLICY, HEARD_POLICY, ReusingCall, type CallOptions, type Fate } from './reusing-call.ts';

const pick = fc.constantFrom;

// What is said.

const NAMES = ['Maria Gonzalez', 'Anna Okafor', 'Ivan O’Brien', 'Oona Lindqvist', 'Li Wen', 'Jo Wood'];
const CODES = ['4155550132', 'W44197788', 'K47O991', '919555', '7741', '123456789', 'A4O155'];
const MAILBOXES = ['maria.gonzalez@example.com', 'o.wood@clinic.example'];
const DAYS = ['March 14, 1962', 'June 3, 1961', 'October 9'];
const PLACES = ['2207 Cedar Hollow Road', '14 Oscar Street, Springfield'];
const VALUES = [...NAMES, ...CODES, ...MAILBOXES, ...DAYS, ...PLACES];

const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const NATO =
  'alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa quebec romeo sierra tango uniform victor whiskey xray yankee zulu'.split(
    ' ',
  );
const LOOKALIKES: Readonly<Record<string, string>> = {
  a: 'а',
  e: 'е',
  o: 'о',
  i: 'і',
  A: 'Α',
  M: 'М',
  O: 'О',
  W: 'Ｗ',
};

const spelledOut = (value: string, between: string): string =>
  Array.from(value.replace(/[^\p{L}\p{N}]/gu, ''))
    .map((each) => (/\d/.test(each) ? (DIGITS[Number(each)] ?? each) : each.toLowerCase()))
    .join(between);

/** Each form in which a value may stand in a text. */
const FORMS: readonly ((value: string) => string)[] = [
  (value) => value,
  (value) => value,
  (value) => value.toUpperCase(),
  (value) => spelledOut(value, ' '),
  (value) => spelledOut(value, ', um, '),
  (value) => Array.from(value).join('-'),
  (value) =>
    Array.from(value.toLowerCase())
      .flatMap((each) => NATO.find((word) => word.startsWith(each)) ?? DIGITS[Number(each)] ?? each)
      .join(' '),
  (value) => Array.from(value, (each) => LOOKALIKES[each] ?? each).join(''),
  (value) =>
    Array.from(value, (each) => (/[!-~]/.test(each) ? String.fromCharCode(each.charCodeAt(0) + 0xfee0) : each)).join(
      '',
    ),
  (value) => encodeURIComponent(value),
  (value) => value.replaceAll(' ', '&nbsp;').replaceAll('@', '&#64;'),
  (value) => Array.from(value).join('\u200b'),
  (value) => value.replace(/^(.{3})(.{3})/, '($1) $2-'),
  (value) => `${value.slice(0, Math.ceil(value.length * 0.6))}-`,
  (value) => value.slice(0, 3),
  (value) => value.slice(-4),
  (value) => value.split(/[ @.]/)[0] ?? value,
  (value) => value.split(/[ @.]/).at(-1) ?? value,
  (value) => JSON.stringify({ name: value, q: [value, 1] }),
  (value) => JSON.stringify(JSON.stringify({ patient: { note: value } })),
  (value) => JSON.stringify({ q: value }).replaceAll('a', '\\u0061').slice(0, -1),
  (value) => JSON.stringify({ [value]: true, slots: ['2026-12-01T09:00'] }),
];

/** What says, or does not say, what a value is. */
const FRAMES: readonly ((form: string) => string)[] = [
  (form) => form,
  (form) => `Tell ${form} that I called.`,
  (form) => `it was ${form} I think, and so on`,
  (form) => `My name is ${form}.`,
  (form) => `my member ID is ${form}`,
  (form) => `you can reach me at ${form}`,
  (form) => `I was born on ${form}.`,
  (form) => `I live at ${form}`,
  (form) => `it ends in ${form}`,
  (form) => `We have ${form} or June 4. Which one suits you?`,
  (form) => `yes, ${form} is right`,
];

const QUESTIONS = pick(
  'What is your date of birth?',
  'And your phone number?',
  'Could you spell your last name?',
  'Who is that?',
  'Thank you.',
  'the 14th would be great',
  'four one five',
  'five five five',
  'oh one three two',
  '3 7 1962',
  'a as in alpha, n as in november',
  'MSKV1.NAME.K_HEALTHCARE.ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  '[REDACTED:NAME]',
  '"messages":[{"role":"user","content":"x"}],"model":"m"}',
  ']},{"role":"system","content":"\\"}]',
  '  ',
  '👩🏽‍⚕️ ok \ud800 done',
  '\\u0061 \\" \\\\ \\\\\\',
);

const said = fc.oneof(
  { weight: 1, arbitrary: QUESTIONS },
  {
    weight: 3,
    arbitrary: fc
      .tuple(pick(...FRAMES), pick(...FORMS), pick(...VALUES))
      .map(([frame, form, value]) => frame(form(value))),
  },
);

/** Texts of one message: a value is said whole in one, or cut between several. */
const parts = fc.oneof(
  fc.array(said, { minLength: 1, maxLength: 3 }),
  fc.tuple(pick(...VALUES), fc.integer({ min: 1, max: 8 })).map(([value, at]) => [value.slice(0, at), value.slice(at)]),
  fc
    .tuple(said, pick(...VALUES), fc.nat(4))
    .map(([text, value, at]) => [`${text} ${value.slice(0, at)}`, value.slice(at)]),
);

// Items of a history.

const plain = fc.oneof(
  said,
  said,
  parts.map((texts) => texts.map((text) => ({ type: 'text', text }))),
);
const binary = said.map((text) => [
  { type: 'text', text },
  { type: 'image_url', image_url: { url: `https://x.example/${text}.png` } },
]);
const content = fc.oneof({ weight: 14, arbitrary: plain }, { weight: 1, arbitrary: binary });
const deep = fc.tuple(said, fc.constantFrom(3, 40, 70)).map(([text, depth]) => {
  let value: unknown = text;
  for (let at = 0; at < depth; at += 1) value = at % 2 === 0 ? [value] : { value };
  return { role: 'user', content: 'deep', note: value };
});

const message: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(pick('user', 'assistant'), content).map(([role, text]) => ({ role, content: text })),
  },
  { weight: 1, arbitrary: said.map((text) => ({ role: 'system', content: `You are Anna, the assistant. ${text}` })) },
  { weight: 1, arbitrary: said.map((text) => ({ role: 'developer', content: text })) },
  { weight: 1, arbitrary: said.map((text) => ({ role: 'user', name: text, content: text })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(said, pick('tool', 'function'))
      .map(([text, role]) => ({ role, tool_call_id: 'call_1', content: text })),
  },
  {
    weight: 2,
    arbitrary: said.map((text) => ({
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'find', arguments: JSON.stringify({ q: text }) } },
      ],
    })),
  },
  { weight: 1, arbitrary: said.map((text) => ({ role: 'user', content: 'x', [text]: text, 7: 8 })) },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: pick<unknown>('text', null, true, [], {}, new Numeral('4155550132'), new Numeral('1')) },
);

const inputItem: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: message },
  said.map((text) => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] })),
  said.map((text) => ({
    type: 'function_call',
    call_id: 'call_1',
    name: 'find',
    arguments: JSON.stringify({ q: text }),
  })),
  said.map((output) => ({ type: 'function_call_output', call_id: 'call_1', output })),
  said.map((text) => ({ type: 'reasoning', summary: [{ type: 'summary_text', text }] })),
  said.map((text) => ({ type: 'web_search_call', action: { type: 'search', query: text } })),
  said.map((text) => ({ type: text, content: text })),
);

// Fields around it.

const field: fc.Arbitrary<readonly [string, unknown]> = fc.oneof(
  {
    weight: 3,
    arbitrary: pick<[string, unknown]>(['stream', true], ['stream', false], ['temperature', new Numeral('3.0E-1')]),
  },
  pick<[string, unknown]>(
    ['background', true],
    ['store', false],
    ['seed', new Numeral('4155550132')],
    ['seed', new Numeral('415555.0132e4')],
    ['top_p', new Numeral('0.4155550132')],
    ['n', new Numeral('919555')],
    ['n', new Numeral('1e400')],
    ['call', { id: 'c1' }],
    ['call', 'c1'],
    ['customer', { number: '+14155550132' }],
    ['prompt_cache_retention', '24h'],
    ['response_format', { type: 'json_object' }],
    ['previous_response_id', null],
  ),
  said.map((text): [string, unknown] => ['metadata', { note: text }]),
  said.map((text): [string, unknown] => ['metadata', { note: { deep: [text] } }]),
  said.map((text): [string, unknown] => ['user', text]),
  said.map((text): [string, unknown] => ['instructions', text]),
  said.map((text): [string, unknown] => ['stop', [text]]),
  said.map((text): [string, unknown] => [text, text]),
  pick<[string, unknown]>(['__proto__', 1], ['constructor', { prototype: 1 }], ['1', 'Maria Gonzalez'], ['', null]),
  said.map((text): [string, unknown] => [
    'tools',
    [
      {
        type: 'function',
        function: {
          name: 'find',
          description: text,
          parameters: {
            type: 'object',
            properties: { age: { type: 'integer' }, phone: { type: 'number', enum: [text] }, q: { const: text } },
          },
        },
      },
    ],
  ]),
);

// What a client makes of the history from turn to turn.

type Change =
  | { readonly by: 'nothing' }
  | { readonly by: 'repeating' }
  | { readonly by: 'forgetting'; readonly from: number }
  | { readonly by: 'cutting'; readonly to: number }
  | { readonly by: 'replacing'; readonly at: number; readonly item: unknown }
  | { readonly by: 'inserting'; readonly at: number; readonly item: unknown }
  | { readonly by: 'swapping'; readonly at: number };

const at = fc.nat(12);
const change = (item: fc.Arbitrary<unknown>): fc.Arbitrary<Change> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant<Change>({ by: 'nothing' }) },
    fc.constant<Change>({ by: 'repeating' }),
    at.map((from): Change => ({ by: 'forgetting', from })),
    at.map((to): Change => ({ by: 'cutting', to })),
    fc.tuple(at, item).map(([place, added]): Change => ({ by: 'replacing', at: place, item: added })),
    fc.tuple(at, item).map(([place, added]): Change => ({ by: 'inserting', at: place, item: added })),
    at.map((place): Change => ({ by: 'swapping', at: place })),
  );

function changed(history: readonly unknown[], how: Change): unknown[] {
  switch (how.by) {
    case 'nothing':
    case 'repeating':
      return [...history];
    case 'forgetting':
      return history.slice(how.from % (history.length + 1));
    case 'cutting':
      return history.slice(0, how.to % (history.length + 1));
    case 'replacing':
      return history.map((item, place) => (place === how.at % history.length ? how.item : item));
    case 'inserting':
      return history.toSpliced(how.at % (history.length + 1), 0, how.item);
    case 'swapping': {
      const place = how.at % (history.length + 1);
      return [...history.slice(place), ...history.slice(0, place)];
    }
  }
}

/** What happens to the session before a turn. */
type Event = 'none' | 'policy' | 'caught up' | 'other endpoint';

interface Turn {
  readonly added: readonly unknown[];
  readonly change: Change;
  readonly damage: Damage;
  /** Fields in front of the history are those of the call; these stand behind it, in this turn alone. */
  readonly behind: readonly (readonly [string, unknown])[];
  readonly fate: Fate;
  readonly event: Event;
}

export interface HostileCall {
  readonly isResponses: boolean;
  readonly front: readonly (readonly [string, unknown])[];
  readonly isModelInFront: boolean;
  readonly style: Style;
  readonly mayPassBinary: boolean;
  /** Whether the words of the assistant are not searched. */
  readonly isHeardOnly: boolean;
  readonly turns: readonly Turn[];
}

const turn = (item: fc.Arbitrary<unknown>): fc.Arbitrary<Turn> =>
  fc.record({
    added: fc.array(item, { minLength: 1, maxLength: 3 }),
    change: change(item),
    damage: fc.oneof({ weight: 14, arbitrary: fc.constant<Damage>('none') }, pick(...DAMAGES)),
    behind: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(field, { maxLength: 2 })),
    fate: pick<Fate[]>('recorded', 'recorded', 'recorded', 'recorded', 'recorded', 'lost'),
    event: fc.oneof(
      { weight: 20, arbitrary: fc.constant<Event>('none') },
      pick<Event[]>('policy', 'caught up', 'other endpoint'),
    ),
  });

/** A call of up to nine turns. */
export const hostileCall: fc.Arbitrary<HostileCall> = fc.boolean().chain((isResponses) =>
  fc.record({
    isResponses: fc.constant(isResponses),
    front: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(field, { maxLength: 2 })),
    isModelInFront: fc.boolean(),
    style,
    mayPassBinary: fc.boolean(),
    isHeardOnly: fc.boolean(),
    turns: fc.array(turn(isResponses ? inputItem : message), { minLength: 2, maxLength: 9 }),
  }),
);

const OTHER_POLICY = { ...DEFAULT_POLICY, calendarDates: 'mask' as const };

/** Sends the call to a session that reuses and to one that does not, and expects the same of both. Returns how many turns were reused. */
export async function expectSame(call: HostileCall): Promise<number> {
  const endpoint = call.isResponses ? RESPONSES : CHAT_COMPLETIONS;
  const policy: CallOptions['policy'] = {
    ...(call.isHeardOnly ? HEARD_POLICY : DEFAULT_POLICY),
    binaryContent: call.mayPassBinary ? 'allow' : 'block',
  };
  const [fast, whole] = [new ReusingCall(true, { endpoint, policy }), new ReusingCall(false, { endpoint, policy })];
  let history: unknown[] = [];
  let reused = 0;
  for (const [number, turn] of call.turns.entries()) {
    const before = history;
    history = changed(history, turn.change);
    if (turn.change.by !== 'repeating') history.push(...turn.added);
    for (const each of [fast, whole]) {
      if (turn.event === 'policy') each.comeUnder(OTHER_POLICY, `policy ${number}`);
      if (turn.event === 'caught up') each.catchUp(['Oona Lindqvist', 'Springfield']);
    }
    const to = turn.event === 'other endpoint' ? (call.isResponses ? CHAT_COMPLETIONS : RESPONSES) : endpoint;
    const request = bytesOf(call, turn, history, to);
    const [quick, slow] = [await fast.turn(request, turn.fate, to), await whole.turn(request, turn.fate, to)];
    expect(quick.seen).toEqual(slow.seen);
    reused += quick.isReused ? 1 : 0;
    // A client does not send again what was refused.
    if (!slow.isMasked) history = before;
  }
  return reused;
}

function bytesOf(
  call: HostileCall,
  { behind, damage }: Turn,
  history: readonly unknown[],
  { history: list }: Endpoint,
): Uint8Array {
  const model: readonly [string, unknown] = ['model', 'm'];
  const [front, back] = call.isModelInFront ? [[model], []] : [[], [model]];
  const members = [...front, ...call.front, [list, history] as const, ...behind, ...back];
  const seen = new Set<string>();
  const { space } = call.style;
  const body = members.flatMap(([key, member]) => {
    if (seen.has(key)) return [];
    seen.add(key);
    // The key of the history as every client writes it; an escaped one is a damage of its own.
    const name = key === list ? JSON.stringify(key) : quoted(key, call.style);
    return [`${name}${space}:${space}${written(member, call.style)}`];
  });
  return damaged(`{${space}${body.join(`${space},${space}`)}${space}}`, damage, list);
}
