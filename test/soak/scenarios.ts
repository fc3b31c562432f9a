/** What callers do: each scenario is a call, or a part of one, of which the end is known beforehand. */
import type { Callers } from './caller.ts';
import type { Answer, Message, Reading } from './caller.ts';
import type { Ledger } from './ledger.ts';
import type { SoakServer } from './server.ts';
import { ASKS, LONG } from './upstream.ts';

export interface Scene {
  readonly callers: Callers;
  readonly ledger: Ledger;
  readonly server: SoakServer;
  /** Chat completions of each agent. */
  readonly paths: readonly string[];
}

const FIRST = [
  'Maria',
  'Robert',
  'Olivia',
  'James',
  'Patricia',
  'Michael',
  'Linda',
  'William',
  'Barbara',
  'David',
  'Susan',
  'Joseph',
];
const LAST = [
  'Gonzalez',
  'Chen',
  'Bennett',
  'Whitfield',
  'Kowalczyk',
  'Nakamura',
  'Okafor',
  'Petersen',
  'Delgado',
  'Fitzgerald',
];

/** Finds every value that {@link value} makes, and nothing that the product writes itself. */
export const IN_CLEAR =
  /Gonzalez|Whitfield|Kowalczyk|Nakamura|Okafor|Petersen|Delgado|Fitzgerald|\(\d{3}\) 555-01\d\d|@clinic-mail\.example/;

function pick<T>(items: readonly T[], at: number): T {
  const item = items[at % items.length];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

const any = (below: number): number => Math.floor(Math.random() * below);

/** A sentence with values of the nth caller; `turn` makes it another one. */
export function sentence(n: number, turn: number): string {
  const name = `${pick(FIRST, n)} ${pick(LAST, Math.floor(n / FIRST.length))}`;
  const phone = `(${200 + (n % 700)}) 555-01${String((n + turn) % 100).padStart(2, '0')}`;
  switch (turn % 4) {
    case 0:
      return `Hi, this is ${name}, and my number is ${phone}.`;
    case 1:
      return `You can also write to ${name.toLowerCase().replace(' ', '.')}.${n}@clinic-mail.example about the appointment.`;
    case 2:
      return 'What times do you have on Thursday?';
    default:
      return `Please call ${name} back at ${phone}.`;
  }
}

let callersSoFar = 0;

/** What is heard must be what was said. */
function check({ ledger }: Scene, kind: string, answer: Answer, expected: string): boolean {
  if (answer.text === expected) {
    ledger.count(kind);
    return true;
  }
  ledger.mishap(answer.status === 200 ? `${kind}: another answer` : `${kind}: status ${answer.status}`);
  return false;
}

function expectStatus({ ledger }: Scene, kind: string, answer: Answer, status: number): void {
  if (answer.status === status && answer.text === null) ledger.count(kind);
  else ledger.mishap(`${kind}: status ${answer.status}`);
}

const user = (content: string): Message => ({ role: 'user', content });

/** A call of one request. */
async function unkeyed(scene: Scene, reading: Reading): Promise<void> {
  const said = sentence(callersSoFar++, 0);
  const answer = await scene.callers.take({ path: pick(scene.paths, any(100)), messages: [user(said)], reading });
  check(scene, `unkeyed, ${reading}`, answer, said);
}

/** A call of many turns, each with the whole history; then it ends, is left to itself, or is taken up after its end. */
async function keyed(scene: Scene): Promise<void> {
  const n = callersSoFar++;
  const path = pick(scene.paths, n);
  const headers = { 'x-call-id': `call-${n}` };
  const messages: Message[] = [];
  let session: string | null = null;
  for (let turn = 0; turn < 2 + any(9); turn += 1) {
    const said = sentence(n, turn);
    messages.push(user(said));
    const answer: Answer = await scene.callers.take({
      path,
      messages,
      headers,
      reading: turn % 2 === 0 ? 'streamed' : 'whole',
    });
    if (!check(scene, 'turn of a call', answer, said)) return;
    if (session !== null && answer.session !== session) scene.ledger.mishap('turn of a call: another session');
    session = answer.session;
    messages.push({ role: 'assistant', content: said });
  }
  if (n % 3 === 0 || session === null) return;
  await scene.server.graphql('mutation ($id: ID!) { endSession(id: $id) { __typename } }', { id: session });
  scene.ledger.count('call ended');
  if (n % 3 === 1) return;
  const late = sentence(n, 3);
  const answer = await scene.callers.take({
    path,
    messages: [...messages, user(late)],
    headers: { 'masker-session-id': session },
    reading: 'streamed',
  });
  if (check(scene, 'late turn', answer, late) && answer.session === session)
    scene.ledger.mishap('late turn: in the sealed session');
}

async function aborted(scene: Scene): Promise<void> {
  const n = callersSoFar++;
  const keyedCall = n % 2 === 0 ? { headers: { 'x-call-id': `aborted-${n}` } } : {};
  const said = `${sentence(n, 0)} ${n % 4 < 2 ? ASKS.long : ''}`;
  const answer = await scene.callers.take({
    path: pick(scene.paths, n),
    messages: [user(said)],
    reading: 'aborted',
    ...keyedCall,
  });
  if (answer.status === 200) scene.ledger.count('aborted');
  else scene.ledger.mishap(`aborted: status ${answer.status}`);
}

async function slowReader(scene: Scene): Promise<void> {
  const n = callersSoFar++;
  const said = `${sentence(n, 0)} ${ASKS.long} `;
  const answer = await scene.callers.take({ path: pick(scene.paths, n), messages: [user(said)], reading: 'slowly' });
  check(scene, 'slow reader', answer, said.repeat(LONG));
}

async function upstreamError(scene: Scene): Promise<void> {
  const n = callersSoFar++;
  const path = pick(scene.paths, n);
  const take = (asked: string, reading: Reading): Promise<Answer> =>
    scene.callers.take({ path, messages: [user(`${sentence(n, 0)} ${asked}`)], reading });
  switch (n % 5) {
    case 0:
      expectStatus(scene, 'upstream overloaded', await take(ASKS.overload, 'streamed'), 503);
      return;
    case 1:
      expectStatus(scene, 'upstream limited', await take(ASKS.limit, 'whole'), 429);
      return;
    case 2:
      expectStatus(scene, 'upstream broke off', await take(ASKS.breakOff, 'whole'), 502);
      return;
    case 3:
      // The status is long gone: the stream ends in an error event.
      expectStatus(scene, 'upstream broke off a stream', await take(ASKS.breakOff, 'streamed'), 200);
      return;
    default:
      expectStatus(scene, 'upstream sent garbage', await take(ASKS.garble, 'whole'), 502);
  }
}

const REFUSED: readonly (readonly [string, string, number])[] = [
  ['no JSON', '{"messages": [', 400],
  ['the same key twice', '{"model":"gpt-4o-mini","model":"gpt-4o-mini","messages":[]}', 400],
  ['another model', '{"model":"gpt-4","messages":[{"role":"user","content":"hi"}]}', 422],
  [
    'an image',
    '{"model":"gpt-4o-mini","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/y.png"}}]}]}',
    422,
  ],
];

async function refused({ callers, ledger, paths }: Scene): Promise<void> {
  const n = callersSoFar++;
  const [what, body, status] = pick(REFUSED, n);
  const response = await callers.send(pick(paths, n), body);
  await response.body.dump();
  if (response.statusCode === status) ledger.count('refused');
  else ledger.mishap(`refused, ${what}: status ${response.statusCode}`);
}

/** Weights by how often each is begun; a keyed call has six requests or so. */
const MIX: readonly (readonly [number, (scene: Scene) => Promise<void>])[] = [
  [20, (scene) => unkeyed(scene, 'whole')],
  [20, (scene) => unkeyed(scene, 'streamed')],
  [30, keyed],
  [10, aborted],
  [2, slowReader],
  [12, upstreamError],
  [6, refused],
];
const TOTAL = MIX.reduce((sum, [weight]) => sum + weight, 0);

/** Plays one scenario by chance. Never rejects: what fails is a mishap. */
export async function playAny(scene: Scene): Promise<void> {
  let at = any(TOTAL);
  for (const [weight, scenario] of MIX) {
    at -= weight;
    if (at >= 0) continue;
    await scenario(scene).catch((error: unknown) => {
      scene.ledger.mishap(
        error instanceof Error
          ? `${error.name}: ${'code' in error ? String(error.code) : error.message.slice(0, 80)}`
          : 'unknown',
      );
    });
    return;
  }
}

/** One call of so many turns, never ended. Resolves with its session. */
export async function keepCall({ callers, paths }: Scene, turns: number): Promise<string> {
  const n = callersSoFar++;
  const messages: Message[] = [];
  let session: string | null = null;
  for (let turn = 0; turn < turns; turn += 1) {
    const said = sentence(n, turn);
    messages.push(user(said));
    const answer: Answer = await callers.take({
      path: pick(paths, n),
      messages,
      headers: { 'x-call-id': `kept-${n}` },
      reading: turn % 2 === 0 ? 'streamed' : 'whole',
    });
    if (answer.text !== said || answer.session === null)
      throw new Error(`turn ${turn} of call ${n}: status ${answer.status}`);
    session = answer.session;
    messages.push({ role: 'assistant', content: said });
  }
  if (session === null) throw new RangeError('a call has at least one turn');
  return session;
}
