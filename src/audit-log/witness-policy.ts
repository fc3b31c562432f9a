/**
 * The policy on witnesses (C2SP tlog-policy): whose cosignatures count, and which of them make a checkpoint a witnessed one.
 * One file for all accounts: the `log` lines, each for one log, are checked for their form only.
 */
import { parseVerifierKey } from './note.ts';
import type { NoteKey } from './note.ts';

export interface Witness {
  readonly name: string;
  readonly key: NoteKey;
}

interface Group {
  readonly threshold: number;
  readonly members: readonly string[];
}

export interface WitnessPolicy {
  readonly witnesses: readonly Witness[];
  /** Whether the witnesses of these names make the quorum. */
  readonly hasQuorum: (cosigned: ReadonlySet<string>) => boolean;
}

/** What is wrong with a policy file, by its line from 1. */
export interface PolicyProblem {
  readonly line: number;
  readonly message: string;
}

export type WitnessPolicyResult =
  { readonly ok: true; readonly policy: WitnessPolicy } | { readonly ok: false; readonly problem: PolicyProblem };

class Wrong extends Error {}

class Reading {
  readonly witnesses = new Map<string, Witness>();
  readonly groups = new Map<string, Group>();
  readonly #keys = new Set<string>();
  readonly #members = new Set<string>();
  quorum: string | null = null;

  line(items: readonly string[]): void {
    const [keyword, ...rest] = items;
    switch (keyword) {
      case 'log':
        this.#log(rest);
        break;
      case 'witness':
        this.#witness(rest);
        break;
      case 'group':
        this.#group(rest);
        break;
      case 'quorum':
        this.#quorum(rest);
        break;
      default:
        throw new Wrong('A line begins with log, witness, group or quorum.');
    }
  }

  #log([text, , ...more]: readonly string[]): void {
    if (text === undefined || more.length > 0) throw new Wrong('The form is: log <vkey> [<url>].');
    this.#key('log', text, ['ed25519']);
  }

  #witness([name, text, , ...more]: readonly string[]): void {
    if (name === undefined || text === undefined || more.length > 0)
      throw new Wrong('The form is: witness <name> <vkey> [<url>].');
    this.#fresh(name);
    this.witnesses.set(name, { name, key: this.#key('witness', text, ['cosignature', 'mlDsa44']) });
  }

  #group([name, threshold, ...members]: readonly string[]): void {
    if (name === undefined || threshold === undefined || members.length === 0)
      throw new Wrong('The form is: group <name> all|any|<k> <name>...');
    this.#fresh(name);
    for (const member of members) {
      if (!this.#isDefined(member)) throw new Wrong('A member of a group must be defined on a line before.');
      if (this.#members.has(member)) throw new Wrong('A name can be a member once.');
      this.#members.add(member);
    }
    const count = threshold === 'all' ? members.length : threshold === 'any' ? 1 : decimal(threshold);
    if (!(count >= 1 && count <= members.length)) throw new Wrong('The threshold is from 1 to the number of members.');
    this.groups.set(name, { threshold: count, members });
  }

  #quorum([name, ...more]: readonly string[]): void {
    if (name === undefined || more.length > 0) throw new Wrong('The form is: quorum <name>.');
    if (this.quorum !== null) throw new Wrong('There is one quorum line.');
    if (name !== 'none' && !this.#isDefined(name)) throw new Wrong('The quorum must be defined on a line before.');
    this.quorum = name;
  }

  #isDefined(name: string): boolean {
    return this.witnesses.has(name) || this.groups.has(name);
  }

  #fresh(name: string): void {
    if (name === 'none' || this.#isDefined(name)) throw new Wrong('The name is taken.');
  }

  #key(role: string, text: string, types: readonly NoteKey['type'][]): NoteKey {
    const key = parseVerifierKey(text);
    if (key === null || !types.includes(key.type)) throw new Wrong(`The key must be a vkey of a ${role}.`);
    const bytes = `${role} ${key.publicKey.toString('hex')}`;
    if (this.#keys.has(bytes)) throw new Wrong('The key is that of another line.');
    this.#keys.add(bytes);
    return key;
  }
}

function decimal(text: string): number {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 0;
}

// eslint-disable-next-line no-control-regex -- the specification forbids them by number
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/** Reads a policy. Stops at the first line that is not as the format says. Never throws. */
export function parseWitnessPolicy(text: string): WitnessPolicyResult {
  const reading = new Reading();
  const lines = text.split('\n');
  for (const [at, line] of lines.entries()) {
    const fault = lineFault(reading, line);
    if (fault !== null) return { ok: false, problem: { line: at + 1, message: fault } };
  }
  const { quorum, witnesses, groups } = reading;
  if (quorum === null) return { ok: false, problem: { line: lines.length, message: 'There is no quorum line.' } };
  const reaches = (name: string, cosigned: ReadonlySet<string>): boolean => {
    const group = groups.get(name);
    if (group === undefined) return cosigned.has(name);
    return group.members.filter((member) => reaches(member, cosigned)).length >= group.threshold;
  };
  const hasQuorum = (cosigned: ReadonlySet<string>): boolean => quorum === 'none' || reaches(quorum, cosigned);
  return { ok: true, policy: { witnesses: [...witnesses.values()], hasQuorum } };
}

function lineFault(reading: Reading, line: string): string | null {
  if (FORBIDDEN.test(line)) return 'A line has no control character but the tab.';
  const items = line.split(/[ \t]+/).filter((item) => item !== '');
  if (items.length === 0 || items[0]?.startsWith('#') === true) return null;
  try {
    reading.line(items);
    return null;
  } catch (error) {
    if (error instanceof Wrong) return error.message;
    throw error;
  }
}
