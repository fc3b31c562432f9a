/** Which logs and which witnesses must have signed a checkpoint. C2SP tlog-policy. */
import { utf8 } from './bytes.ts';
import { FormatError } from './format-error.ts';
import { KEY_TYPES, parseNoteKey, type NoteKey } from './note-key.ts';
import { LONGEST_INPUT, textOf } from './strict-text.ts';

/** A log whose checkpoints are accepted. */
export interface PolicyLog {
  /** Of type 1, or 6, whose signatures cannot be checked here. The key name is the origin of the log. */
  readonly key: NoteKey;
  readonly url: string | null;
}

/** A witness, under the name that it has in the policy. */
export interface PolicyWitness {
  readonly name: string;
  /** Of type 4, or 6, whose signatures cannot be checked here. */
  readonly key: NoteKey;
  readonly url: string | null;
}

/** A group of witnesses and groups: it has cosigned where `threshold` of its members have. */
export interface PolicyGroup {
  readonly name: string;
  /** From 1 to the number of members; `any` is 1, `all` is that number. */
  readonly threshold: number;
  /** Names of witnesses and of groups before this one. */
  readonly members: readonly string[];
}

/** A policy, in the order of its lines. */
export interface WitnessPolicy {
  /** Empty where the log is known from elsewhere. */
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: readonly PolicyGroup[];
  /** Name of the witness or group that must have cosigned, or `none`. */
  readonly quorum: string;
}

/** Most logs, witnesses and groups of each kind; the format asks for at least 32. */
const MOST_LINES = 256;

/**
 * A witness policy from its text. Throws FormatError: `malformed_policy`, with the number of the line; `input_too_large`; and,
 * for a key in it, `malformed_key`, `unsupported_key` or `wrong_key_id`.
 *
 * Names are compared octet by octet. Each octet of a name that is not UTF-8 becomes one character; two names of one text are
 * refused.
 */
export function parsePolicy(input: string | Uint8Array): WitnessPolicy {
  const reader = new PolicyReader();
  octetsOf(input)
    .split('\n')
    .forEach((line, index) => {
      reader.read(line, index + 1);
    });
  return reader.finish();
}

/** Each octet of the input as one character. */
function octetsOf(input: string | Uint8Array): string {
  if (input.length > LONGEST_INPUT)
    throw new FormatError('input_too_large', `the policy is longer than ${LONGEST_INPUT} bytes`);
  const bytes = typeof input === 'string' ? utf8(textOf(input, 'malformed_policy')) : input;
  const octets = Array.from(bytes, (octet) => String.fromCharCode(octet)).join('');
  // eslint-disable-next-line no-control-regex -- the only controls that the format allows are tab and newline
  if (/[\x00-\x08\x0b-\x1f\x7f]/.test(octets))
    throw new FormatError('malformed_policy', 'the policy holds a control character other than tab and newline');
  return octets;
}

/** The text that octets spell in UTF-8; the octets themselves where they spell none. */
function textOfOctets(octets: string): string {
  try {
    const bytes = Uint8Array.from(octets, (octet) => octet.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return octets;
  }
}

/** Reads a policy line by line. Names are kept as octets here. */
class PolicyReader {
  private readonly logs: PolicyLog[] = [];
  private readonly witnesses: PolicyWitness[] = [];
  private readonly groups: PolicyGroup[] = [];
  private quorum: string | null = null;
  private readonly defined = new Set<string>();
  private readonly texts = new Set<string>();
  private readonly grouped = new Set<string>();
  private line = 0;

  read(text: string, line: number): void {
    this.line = line;
    const [keyword, ...items] = text.split(/[ \t]+/).filter((item) => item !== '');
    if (keyword === undefined || keyword.startsWith('#')) return;
    if (keyword === 'log') this.readLog(items);
    else if (keyword === 'witness') this.readWitness(items);
    else if (keyword === 'group') this.readGroup(items);
    else if (keyword === 'quorum') this.readQuorum(items);
    else throw this.fault('must begin with log, witness, group, quorum or #');
    for (const { length } of [this.logs, this.witnesses, this.groups]) {
      if (length > MOST_LINES)
        throw new FormatError('input_too_large', `the policy has more than ${MOST_LINES} logs, witnesses or groups`);
    }
  }

  finish(): WitnessPolicy {
    if (this.quorum === null) throw new FormatError('malformed_policy', 'the policy has no quorum line');
    const { logs, witnesses, groups, quorum } = this;
    return { logs, witnesses, groups, quorum };
  }

  private readLog([vkey, url, ...rest]: readonly string[]): void {
    if (vkey === undefined || rest.length > 0) throw this.fault('must be: log, key, and a URL or nothing');
    const key = this.readKey(vkey, KEY_TYPES.ed25519, this.logs);
    this.logs.push({ key, url: url === undefined ? null : textOfOctets(url) });
  }

  private readWitness([name, vkey, url, ...rest]: readonly string[]): void {
    if (name === undefined || vkey === undefined || rest.length > 0)
      throw this.fault('must be: witness, name, key, and a URL or nothing');
    this.define(name);
    const key = this.readKey(vkey, KEY_TYPES.cosignature, this.witnesses);
    this.witnesses.push({ name: textOfOctets(name), key, url: url === undefined ? null : textOfOctets(url) });
  }

  private readGroup([name, count, ...members]: readonly string[]): void {
    if (name === undefined || count === undefined || members.length === 0)
      throw this.fault('must be: group, name, a number or any or all, and members');
    for (const member of members) {
      if (!this.defined.has(member)) throw this.fault('names a member that no line before it defines');
      if (this.grouped.has(member)) throw this.fault('names a member for the second time');
      this.grouped.add(member);
    }
    this.define(name);
    const threshold = this.threshold(count, members.length);
    this.groups.push({ name: textOfOctets(name), threshold, members: members.map(textOfOctets) });
  }

  private threshold(count: string, members: number): number {
    if (count === 'any') return 1;
    if (count === 'all') return members;
    const threshold = /^[1-9][0-9]{0,8}$/.test(count) ? Number(count) : 0;
    if (threshold < 1 || threshold > members)
      throw this.fault(`must have a threshold of any, all, or from 1 to ${members}`);
    return threshold;
  }

  private readQuorum([name, ...rest]: readonly string[]): void {
    if (name === undefined || rest.length > 0) throw this.fault('must be: quorum, name');
    if (this.quorum !== null) throw this.fault('is a second quorum line');
    if (name !== 'none' && !this.defined.has(name)) throw this.fault('names a quorum that no line before it defines');
    this.quorum = textOfOctets(name);
  }

  /** Notes a new name. Witnesses and groups share one set of names. */
  private define(name: string): void {
    if (name === 'none') throw this.fault('defines the name none, which is reserved');
    const text = textOfOctets(name);
    if (this.texts.has(text)) throw this.fault('defines a name for the second time');
    this.defined.add(name);
    this.texts.add(text);
  }

  private readKey(vkey: string, type: NoteKey['type'], others: readonly { key: NoteKey }[]): NoteKey {
    const key = parseNoteKey(textOfOctets(vkey));
    if (key.type !== type && key.type !== KEY_TYPES.mlDsa44)
      throw new FormatError(
        'unsupported_key',
        `line ${this.line} needs a key of type ${type}; this one is of type ${key.type}`,
      );
    const sameKey = others.some((other) => other.key.publicKey.join() === key.publicKey.join());
    if (sameKey) throw this.fault('has the public key of another line');
    return key;
  }

  private fault(what: string): FormatError {
    return new FormatError('malformed_policy', `line ${this.line} of the policy ${what}`);
  }
}
