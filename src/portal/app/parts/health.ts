/** The health of the server as /health says it. What it does not say is not known, and never good. */
import { isRecord } from '../../parts/records.ts';

export type HealthTone = 'good' | 'warn' | 'bad' | 'unknown';

/** One part of the server and how it is. */
export interface HealthRow {
  readonly name: string;
  readonly words: string;
  readonly tone: HealthTone;
}

const PARTS = [
  ['db', 'Database'],
  ['vault', 'Vault'],
  ['audit_log', 'Journal'],
  ['upstream', 'Model providers'],
  ['ner_model', 'LLM detector'],
] as const;

/** Reads the answer of /health. Null, or another form, gives rows that say that nothing is known. */
export function healthRows(answer: unknown): readonly HealthRow[] {
  const components = isRecord(answer) && isRecord(answer['components']) ? answer['components'] : {};
  const upstreams = isRecord(answer) && isRecord(answer['upstreams']) ? answer['upstreams'] : {};
  return [
    ...PARTS.map(([key, name]) => ({ name, ...wordsOf(components[key]) })),
    ...Object.entries(upstreams).map(([name, state]) => ({
      name: `Provider ${name}`,
      ...wordsOf(isRecord(state) ? state['state'] : undefined),
    })),
  ];
}

function wordsOf(state: unknown): Omit<HealthRow, 'name'> {
  switch (state) {
    case 'ok':
      return { words: 'Works', tone: 'good' };
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
