/** Reads what the model wrote. It may be led astray by the texts that it reads, so nothing in its answer is trusted. */
import type { EntityKind } from '../kinds.ts';
import { ASKED_KINDS, LONGEST_VALUE } from './prompt.ts';

/** Something that the model calls an identifier. Whether it stands in any text is not known yet. */
export interface Entity {
  readonly kind: EntityKind;
  /** Without white space at its ends, 2 to 256 UTF-16 code units. */
  readonly value: string;
}

export interface Answer {
  /** Each once, in the order of the answer. */
  readonly entities: readonly Entity[];
  /** Members that are no entity: other fields, an unknown kind, a value too short or too long, or one too many. */
  readonly dropped: number;
}

/** A request holds at most some four thousand bytes of text: what names more values than this is no answer to it. */
const MOST_ENTITIES = 200;
const SHORTEST_VALUE = 2;

const KINDS: ReadonlyMap<string, EntityKind> = new Map(ASKED_KINDS.map((kind) => [kind, kind]));

/** The entities of an answer; null where it is not JSON of the schema's outer form. Never throws. */
export function parseAnswer(content: string): Answer | null {
  const whole = parseJson(content);
  if (!isObject(whole) || !hasExactly(whole, ['entities'])) return null;
  const listed = whole['entities'];
  if (!Array.isArray(listed)) return null;
  const entities = new Map<string, Entity>();
  let dropped = 0;
  for (const member of listed as readonly unknown[]) {
    const entity = entities.size < MOST_ENTITIES ? readEntity(member) : null;
    if (entity === null) dropped += 1;
    else entities.set(`${entity.kind} ${entity.value}`, entity);
  }
  return { entities: [...entities.values()], dropped };
}

function readEntity(member: unknown): Entity | null {
  if (!isObject(member) || !hasExactly(member, ['kind', 'value'])) return null;
  const { kind, value } = member;
  const known = typeof kind === 'string' ? KINDS.get(kind) : undefined;
  if (known === undefined || typeof value !== 'string') return null;
  const trimmed = value.trim();
  return trimmed.length < SHORTEST_VALUE || trimmed.length > LONGEST_VALUE ? null : { kind: known, value: trimmed };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Whether the value is a JSON object: neither null nor an array. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasExactly(object: object, keys: readonly string[]): boolean {
  return Object.keys(object).length === keys.length && keys.every((key) => Object.hasOwn(object, key));
}
