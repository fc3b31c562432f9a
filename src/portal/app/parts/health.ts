/** The health of the server as /health says it. What it does not say, or was never tried, is not known, and never good. */
import { counted } from './format.ts';
import { isRecord } from './records.ts';

export type HealthTone = 'good' | 'warn' | 'bad' | 'unknown';

/** One part of the server and how it is. */
export interface HealthRow {
  readonly name: string;
  readonly words: string;
  readonly tone: HealthTone;
}
type Words = Omit<HealthRow, 'name'>;

/** Parts that the server tries whenever it is asked. */
const CHECKED = [
  ['db', 'Database'],
  ['vault', 'Vault'],
  ['audit_log', 'Journal'],
] as const;
/** Parts of which it only knows how the last calls went, if there were any. */
const SEEN = [
  ['upstream', 'Model providers'],
  ['ner_model', 'LLM detector'],
] as const;

/** Reads the answer of /health. Null, or another form, gives rows that say that nothing is known. */
export function healthRows(answer: unknown): readonly HealthRow[] {
  const components = membersOf(answer, 'components');
  return [
    ...CHECKED.map(([key, name]) => ({ name, ...wordsOf(components[key], WORKS) })),
    ...SEEN.map(([key, name]) => ({ name, ...wordsOf(components[key], NO_FAILURE) })),
    ...Object.entries(membersOf(answer, 'upstreams')).map(([name, state]) => ({
      name: `Provider ${name}`,
      ...upstreamWords(state),
    })),
    ...Object.entries(membersOf(answer, 'checkpoint_sinks')).map(([name, state]) => ({
      name: `Checkpoints to ${name}`,
      ...wordsOf(state, { words: 'Last one written', tone: 'good' }),
    })),
    ...timestampRows(answer),
    { name: 'Keys', ...rotationWords(answer) },
  ];
}

/** The time-stamping authority, where the server has one. An earlier version of the server names none. */
function timestampRows(answer: unknown): readonly HealthRow[] {
  const state = isRecord(answer) ? answer['timestamps'] : undefined;
  if (state === undefined || state === 'disabled') return [];
  return [{ name: 'Time stamps', ...wordsOf(state, NO_FAILURE) }];
}

/** Says whether an old version of a key is in use for longer than the operator allows. */
export function rotationWords(answer: unknown): Words {
  const old = membersOf(answer, 'keys')['old_in_use'];
  if (!Array.isArray(old)) return { words: 'Not known', tone: 'unknown' };
  const names = old.filter((name) => typeof name === 'string');
  if (names.length > 0) return { words: `Old version of ${names.join(', ')} still in use`, tone: 'warn' };
  return { words: 'Rotated in time', tone: 'good' };
}

const WORKS: Words = { words: 'Works', tone: 'good' };
/** A provider that was never called looks like one that works. */
const NO_FAILURE: Words = { words: 'No failure seen', tone: 'unknown' };

function upstreamWords(state: unknown): Words {
  const refused = isRecord(state) ? state['agents_refused'] : undefined;
  const words = wordsOf(isRecord(state) ? state['state'] : undefined, NO_FAILURE);
  if (words !== NO_FAILURE || typeof refused !== 'number' || refused === 0) return words;
  return { words: `Answers ${counted(refused, 'agent')} with errors`, tone: 'warn' };
}

function wordsOf(state: unknown, ok: Words): Words {
  switch (state) {
    case 'ok':
      return ok;
    case 'degraded':
      return { words: 'Degraded', tone: 'warn' };
    case 'down':
      return { words: 'Down', tone: 'bad' };
    case 'disabled':
      return { words: 'Not set up', tone: 'unknown' };
    default:
      return { words: 'Not known', tone: 'unknown' };
  }
}

function membersOf(answer: unknown, name: string): Readonly<Record<string, unknown>> {
  const found = isRecord(answer) ? answer[name] : null;
  return isRecord(found) ? found : {};
}
