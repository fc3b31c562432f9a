/** Surrogates of e-mail addresses, URLs and IP addresses: in the names and numbers that are kept for documents. */
import { readCode, writeCode } from './code-pieces.ts';
import { sameClasses, sameClassesInCase } from './code-values.ts';
import type { Drawing } from './drawing.ts';
import type { Draws } from './draws.ts';
import { isNumberWord } from '../detection/spoken/numbers.ts';
import { scanWords } from '../detection/words.ts';
import type { Word } from '../detection/words.ts';
import type { NameSurrogates } from './name-surrogates.ts';
import { inventedName } from './people.ts';
import { readSpelled, spellOut } from './spelled-words.ts';
import { digitWord, inCaseOf } from './spoken-forms.ts';

/** RFC 2606. */
const EXAMPLE_ENDINGS = ['com', 'org', 'net'];
/** RFC 5737. */
const DOCUMENT_NETWORKS = ['192.0.2', '198.51.100', '203.0.113'];
const HEX = '0123456789abcdef';
const HOSTS = 'maple cedar harbor canyon summit garden meadow orchard prairie willow'.split(' ');

/** Marks of a mailbox as they are said. */
const MAILBOX_MARKS: ReadonlySet<string> = new Set('dot period point dash hyphen underscore plus'.split(' '));
const IPV4 = /(?:\d{1,3}\.){3}\d{1,3}/;
const IPV6 = /(?<![0-9a-f])[0-9a-f]*:[0-9a-f:]*:[0-9a-f.]*/i;

export class OnlineSurrogates {
  readonly #drawing: Drawing;
  readonly #names: NameSurrogates;

  constructor(drawing: Drawing, names: NameSurrogates) {
    this.#drawing = drawing;
    this.#names = names;
  }

  /** Returns the surrogate of an e-mail address as it is written or said. */
  email(text: string): string {
    const written = text.lastIndexOf('@');
    if (written >= 0) return `${this.#mailbox(text.slice(0, written))}@${exampleHost(text.slice(written + 1))}`;
    const spoken = /\sat\s/i.exec(text);
    if (spoken === null) return this.#mailbox(text);
    const [before, at] = [text.slice(0, spoken.index), spoken[0]];
    return `${this.#mailbox(before)}${at}${inCaseOf(text, `example dot ${endingOf(text)}`)}`;
  }

  /** Names of the text become their surrogates: "maria.gonzalez" follows "Maria Gonzalez". */
  #mailbox(text: string): string {
    return this.#drawing.distinct(`MAILBOX\0${text.toLowerCase()}`, () => this.#words(text), inventedName);
  }

  #words(text: string): string {
    const words = scanWords(text);
    let out = '';
    let from = 0;
    for (let at = 0; at < words.length;) {
      const word = words[at];
      if (word === undefined || word.type === 'mark' || MAILBOX_MARKS.has(word.lower)) {
        at++;
        continue;
      }
      const spelled = readSpelled(text, words, at);
      const next = spelled?.next ?? endOfNumber(words, at);
      const end = words[next - 1]?.end ?? word.end;
      const by =
        spelled === null
          ? this.#word(word, text.slice(word.start, end))
          : spellOut(this.#names.word(spelled.letters), spelled, word.text);
      out += text.slice(from, word.start) + by;
      from = end;
      at = next;
    }
    return out + text.slice(from);
  }

  #word({ type, lower }: Word, surface: string): string {
    if (type !== 'letters') return this.#number(surface);
    if (isNumberWord(lower)) {
      const code = readCode(surface);
      return writeCode(code, this.#number(code.chars));
    }
    const name = lower.length === 1 ? this.#names.initial(lower) : this.#names.word(lower);
    return inCaseOf(surface, name.replace(/ /g, ''));
  }

  #number(text: string): string {
    return this.#drawing.other(`MAILBOX DIGITS\0${text}`, text, (draws) => sameClasses(text, draws));
  }

  /** Returns the surrogate of a URL. The scheme and the form of the path stay. */
  url(text: string): string {
    return this.#drawing.distinct(
      `URL\0${text.toLowerCase()}`,
      (draws) => urlLike(text, draws),
      (draws) => `https://${inventedName(draws)}.example.com`,
    );
  }

  /** Returns the surrogate of an IP address with its port, zone or prefix length, written or said. */
  ipAddress(text: string): string {
    return this.#drawing.distinct(
      `IP\0${text.toLowerCase()}`,
      (draws) => ipLike(text, draws),
      (draws) => `2001:db8:${hex(4, draws)}:${hex(4, draws)}::${hex(4, draws)}`,
    );
  }
}

/** Number words that are said together are one number. */
function endOfNumber(words: readonly Word[], from: number): number {
  let at = from + 1;
  if (isNumberWord(words[from]?.lower ?? '')) while (isNumberWord(words[at]?.lower ?? '')) at++;
  return at;
}

const endingOf = (host: string): string =>
  EXAMPLE_ENDINGS.find((ending) => host.trim().toLowerCase().endsWith(ending)) ?? 'com';

const exampleHost = (host: string): string => `example.${endingOf(host)}`;

const hex = (count: number, draws: Draws): string => Array.from({ length: count }, () => draws.character(HEX)).join('');

function urlLike(text: string, draws: Draws): string {
  const host = draws.pick(HOSTS);
  if (/\s(?:dot|slash)\s/i.test(text) && !text.includes('/')) {
    const isOfWeb = /^(?:w w w|www)\b/i.exec(text)?.[0];
    return `${isOfWeb === undefined ? '' : `${isOfWeb} dot `}${host} dot example dot ${endingOf(text)}`;
  }
  const [, scheme = '', web = '', authority = '', rest = ''] =
    /^([a-z][a-z0-9+.-]*:\/\/)?(www\.)?([^/?#]*)([^]*)/i.exec(text) ?? [];
  const port = /:\d+$/.exec(authority)?.[0] ?? '';
  return `${scheme}${web}${host}.${exampleHost(authority.slice(0, authority.length - port.length))}${port}${pathLike(rest, draws)}`;
}

/** The marks, the escapes and the ending of a file's name stay. */
function pathLike(rest: string, draws: Draws): string {
  return rest.replace(/%[0-9a-f]{2}|\.[a-z]{2,4}$|[\p{L}\p{N}]+/giu, (run) =>
    run.startsWith('%') || run.startsWith('.') ? run : sameClassesInCase(run, draws),
  );
}

function ipLike(text: string, draws: Draws): string {
  const octets = `${draws.pick(DOCUMENT_NETWORKS)}.${1 + draws.below(254)}`;
  if (IPV4.test(text)) return text.replace(IPV4, octets);
  // RFC 3849.
  if (IPV6.test(text)) return text.replace(IPV6, `2001:db8:${hex(4, draws)}:${hex(4, draws)}::${hex(4, draws)}`);
  return octets
    .split('.')
    .map((octet) => Array.from(octet, (digit) => digitWord(digit, 'zero')).join(' '))
    .join(/\bpoint\b/i.test(text) ? ' point ' : ' dot ');
}
