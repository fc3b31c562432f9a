/**
 * The RFC 8785 text of an entry, in the parts between which its hashes stand. An entry's members are sorted when the first
 * of its kind is written and not again: a third of the time that sorting takes each time.
 */
import { canonicalJson } from './canonical.ts';
import type { Json } from './canonical.ts';
import type { Entry, EntryKind } from './entry.ts';

type Members = Readonly<Record<string, object | Json | undefined>>;

/** The names of an entry's members, sorted: those before `prev_hash`, those before `this_hash`, and the rest. */
interface Order {
  readonly names: readonly string[];
  readonly beforePrevious: readonly string[];
  readonly beforeThis: readonly string[];
  readonly last: readonly string[];
}

/** The order of the entry that was written last, by kind: nearly all entries of a kind have the same members. */
const orders = new Map<EntryKind, Order>();

function orderOf(kind: EntryKind, members: Members): Order {
  const present = Object.keys(members);
  const known = orders.get(kind);
  if (known?.names.length === present.length && known.names.every((name) => Object.hasOwn(members, name))) return known;
  const names = present.sort();
  const order = {
    names,
    beforePrevious: names.filter((name) => name < 'prev_hash'),
    beforeThis: names.filter((name) => name > 'prev_hash' && name < 'this_hash'),
    last: names.filter((name) => name > 'this_hash'),
  };
  orders.set(kind, order);
  return order;
}

const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);

/** Texts, numbers and words, and lists of numbers, are the same in JSON.stringify's form. */
function valueText(value: object | Json): string {
  const hasOneForm = typeof value !== 'object' || value === null || (Array.isArray(value) && value.every(isNumber));
  return hasOneForm ? JSON.stringify(value) : canonicalJson(value);
}

/** Each member with a comma before it. */
function membersText(members: Members, names: readonly string[]): string {
  let text = '';
  for (const name of names) {
    const value = members[name];
    if (value !== undefined) text += `,"${name}":${valueText(value)}`;
  }
  return text;
}

/** The text of an entry without its hashes, and with them. */
export interface EntryText {
  readonly bare: string;
  /** `previous` and `own` are the hashes in lower-case hex. */
  readonly with: (previous: string, own: string) => string;
}

/** Writes an entry, which has neither `prev_hash` nor `this_hash` yet. */
export function entryText(entry: Entry): EntryText {
  const members: Members = { ...entry };
  const order = orderOf(entry.kind, members);
  // Every entry has an agent_id: the first comma is always one too many.
  const first = membersText(members, order.beforePrevious).slice(1);
  const second = membersText(members, order.beforeThis);
  const third = membersText(members, order.last);
  return {
    bare: `{${first}${second}${third}}`,
    with: (previous, own) => `{${first},"prev_hash":"${previous}"${second},"this_hash":"${own}"${third}}`,
  };
}
