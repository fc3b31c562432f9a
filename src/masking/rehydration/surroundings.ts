/**
 * What stands before a place in a text: whether a word goes on there, and whether it is inside a URL. Follows the text
 * in pieces and keeps of it only a few characters.
 */
import { LINK_TAIL, LinkReader } from './link-reader.ts';

/**
 * How a place joins what stands before it: `clear` of any word; `joined` to one by a mark ("a.m", "get_m"); `inside` one.
 */
export type WordEdge = 'clear' | 'joined' | 'inside';

/** A URL that goes on. `isBare` says that nothing stands in it yet but how URLs begin: what follows may be all of it. */
export interface OpenUrl {
  readonly scheme: 'tel' | 'mailto' | 'other';
  readonly isBare: boolean;
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
/** What a URL ends at, in a text: white space and what RFC 3986 has no place for. Too few rather than too many. */
const URL_END = /[\s\p{Cc}"<>`]/u;
/** A fetch takes `https:x.example` and `https:\\x.example` for what they mean (WHATWG URL), so the colon is enough. */
const SCHEME = /(?:^|[^a-z0-9])(mailto|tel|sms|https?|wss?|ftp)$/i;
const WWW = /(?:^|[^a-z0-9])www$/i;
const IGNORED = /[\t\n\r]/;
/** All that stands in a string that has just begun as a URL. */
const ONLY_BEGINNING = /^(?:(?:[a-z]{2,6}:)?(?:\/\/)?|www\.)$/i;
/** A beginning of a URL by which such a string is known, whatever line breaks were in it. */
const URL_HEAD = /^(?:(?:mailto|tel|sms|https?|wss?|ftp):|\/\/|www\.)$/i;
/** The longest of these: `https://`. */
const BEGINNING = 8;

/** How a place joins the two characters before it. */
export function edgeBehind(two: string): WordEdge {
  const before = two.at(-1);
  if (before === undefined) return 'clear';
  if (LETTER_OR_DIGIT.test(before)) return 'inside';
  const further = two.at(-2);
  if (further === undefined || !LETTER_OR_DIGIT.test(further)) return 'clear';
  if (before === "'" || before === '\u2019') return 'inside';
  return before === '.' || before === '_' || before === '-' ? 'joined' : 'clear';
}

/** Follows one text. */
export class Surroundings {
  #tail = '';
  #scheme: OpenUrl['scheme'] | null = null;
  #isBare = false;
  /** The target of a Markdown link, which ends at its parenthesis; in angle brackets it ends with these. */
  #target: 'none' | 'plain' | 'angled' = 'none';
  #parentheses = 0;
  /** What the string of JSON begins with; null once it is longer than any beginning of a URL, and outside strings. */
  #head: string | null = null;
  #isUrlString = false;
  readonly #links = new LinkReader();

  /** Goes on by `text`. */
  feed(text: string): void {
    const all = this.#tail + text;
    for (let at = this.#tail.length; at < all.length; at++) {
      const code = all.charCodeAt(at);
      if (this.#head !== null) this.#extendHead(this.#head, all.charAt(at));
      // Most text is outside URLs, and most characters begin none.
      if (this.#scheme !== null) this.#inUrl(all, at);
      const mayBegin = code === 0x2e || code === 0x2f || code === 0x3a || code === 0x28;
      this.#links.feed(all, at, mayBegin && this.#opener(all, at));
    }
    this.#tail = all.slice(-LINK_TAIL);
  }

  /** A string of JSON begins or ends: nothing stands before. */
  reset(): void {
    this.#tail = '';
    this.#head = '';
    this.#isUrlString = false;
    this.#links.reset();
    this.#close();
  }

  get edge(): WordEdge {
    return edgeBehind(this.last);
  }

  /** The last two characters, or as many as there are. */
  get last(): string {
    return this.#tail.slice(-2);
  }

  /** The URL that the next character would be in; null outside of any. */
  get url(): OpenUrl | null {
    return this.#scheme === null ? null : { scheme: this.#scheme, isBare: this.#isBare };
  }

  /**
   * Whether what follows would go where a URL leads. A tool takes a whole string for a URL, and drops or encodes what may
   * not be in one: white space and quotes do not end a string of JSON that begins as a URL.
   */
  get isInUrl(): boolean {
    return this.#scheme !== null || this.#isUrlString || this.#links.isInUrl;
  }

  #extendHead(head: string, char: string): void {
    // A URL parser ignores tabs and line breaks at any place (WHATWG URL).
    if ((head === '' && URL_END.test(char)) || IGNORED.test(char)) return;
    this.#head = head.length < BEGINNING ? head + char : null;
    this.#isUrlString ||= URL_HEAD.test(this.#head ?? '');
  }

  /** Returns whether a URL begins that is recognised by itself, as the target of a link is not. */
  #opener(all: string, at: number): boolean {
    switch (all.charAt(at)) {
      case '/':
        // `//host` alone is a URL too, where no word stands before it.
        return all[at - 1] === '/' && !LETTER_OR_DIGIT.test(all[at - 2] ?? '') && this.#begin('other');
      case '.':
        return WWW.test(all.slice(Math.max(0, at - 4), at)) && this.#begin('other');
      case ':': {
        const scheme = SCHEME.exec(all.slice(Math.max(0, at - 7), at))?.[1]?.toLowerCase();
        if (scheme === undefined) return false;
        return this.#begin(scheme === 'mailto' ? 'mailto' : scheme === 'tel' || scheme === 'sms' ? 'tel' : 'other');
      }
      case '(':
        if (all[at - 1] !== ']') return false;
        this.#begin('other');
        this.#target = 'plain';
        this.#parentheses = 0;
        return false;
      default:
        return false;
    }
  }

  #inUrl(all: string, at: number): void {
    const char = all.charAt(at);
    if (this.#target === 'angled') {
      if (char === '>' || char === '\n') this.#close();
    } else if (char === '<' && this.#target === 'plain' && this.#isBare) {
      this.#target = 'angled';
      return;
    } else if (URL_END.test(char)) {
      // White space may stand before the target of a link.
      if (this.#target === 'plain' && this.#isBare) return;
      this.#close();
    } else if (this.#target === 'plain' && all[at - 1] === '\\') {
      // Whatever is escaped ends nothing.
    } else if (this.#target === 'plain' && char === '(') {
      this.#parentheses++;
    } else if (this.#target === 'plain' && char === ')' && this.#parentheses-- === 0) {
      this.#close();
    }
    this.#isBare = false;
  }

  #begin(scheme: OpenUrl['scheme']): true {
    this.#scheme = scheme;
    this.#isBare = true;
    if (this.#head !== null) this.#isUrlString ||= ONLY_BEGINNING.test(this.#head);
    return true;
  }

  #close(): void {
    this.#scheme = null;
    this.#target = 'none';
  }
}

/** `value` as it may stand in `url`: nothing in it ends the URL or begins another part of it. RFC 3986, RFC 6068. */
export function insideUrl(value: string, { scheme, isBare }: OpenUrl, isUrl: boolean): string {
  // A URL that is all there is keeps its own parts.
  const encoded = isUrl && isBare ? encodeURI(value.toWellFormed()) : encodeURIComponent(value.toWellFormed());
  const safe = encoded.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  switch (scheme) {
    case 'tel':
      return safe.replaceAll('%2B', '+');
    case 'mailto':
      return safe.replaceAll('%40', '@');
    case 'other':
      return safe;
  }
}
