/**
 * Follows a text as a reader of Markdown or HTML does, and tells what it takes for part of a URL: a value there would go
 * where the URL leads. CommonMark 0.31, sections 4.7, 6.3, 6.5; GFM, autolinks; HTML, attributes; CSS, `url()`. Says yes too
 * often rather than too rarely.
 */

/** Characters looked back at: the longest name of an attribute and what may stand around it, or a scheme. */
export const LINK_TAIL = 40;

/** Attributes whose values are fetched, opened or submitted to; frameworks write a prefix before them (`data-src`, `v-bind:href`). */
const ATTRIBUTE =
  /(?:^|[\s"'/<:-])(?:href|src|srcset|srcdoc|imagesrcset|action|formaction|data|poster|background|cite|ping|manifest|longdesc|codebase|archive|lowsrc|dynsrc|profile|usemap|content|icon|classid)$/i;
const CSS_URL = /(?:^|[^a-z0-9_-])(?:url|src|image|(?:-webkit-)?image-set)$/i;
/** A host without a scheme, as readers that link it want it before a path, a query or a fragment. */
const HOST = /(?:[\p{L}\p{N}-]\.(?:\p{L}{2,24}|xn--[a-z0-9-]{2,20})|\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/iu;
const ANGLED_SCHEME = /<[a-z][a-z0-9+.-]{1,31}$/i;
/** ASCII white space and control characters: no other space ends a URL for these readers, a no-break one does not. */
const isBlank = (code: number): boolean => code <= 0x20 || code === 0x7f;

/** What a URL stands in: what ends it. */
type Enclosure =
  /** By itself, up to white space: readers of GFM take quotes and brackets into it. */
  | 'bare'
  /** The target of a Markdown link, or of a reference definition. */
  | 'target'
  | 'definition'
  /** Angle brackets. */
  | 'angled'
  /** An attribute without quotes. */
  | 'attribute'
  /** `url(...)` without quotes. */
  | 'css';

interface OpenLink {
  enclosure: Enclosure;
  /** The quote that ends it; none is empty. */
  quote: string;
  /** Nothing but white space has come yet. */
  isPending: boolean;
  /** Unbalanced parentheses. */
  depth: number;
}

const tail = (text: string, at: number): string => text.slice(Math.max(0, at - LINK_TAIL), at);

/** The links that a text is in. */
export class LinkReader {
  #open: OpenLink | null = null;
  /** What stands before the white space that is read now: any amount of it may stand behind the name of an attribute. */
  #beforeBlanks = '';

  /**
   * Goes on by the UTF-16 code unit at `at` of `text`, in which the {@link LINK_TAIL} units before it stand. `beginsUrl`: with
   * it a URL begins that is recognised by itself.
   */
  feed(text: string, at: number, beginsUrl: boolean): void {
    if (this.#open !== null) this.#step(this.#open, text, at);
    else if (beginsUrl) this.#begin('bare');
    if (this.#open === null || this.#open.enclosure === 'bare') this.#opener(text, at);
    const isAfterBlank = isBlank(text.charCodeAt(at - 1));
    if (isBlank(text.charCodeAt(at)) && !isAfterBlank) this.#beforeBlanks = tail(text, at);
  }

  /** A string of JSON begins or ends. */
  reset(): void {
    this.#open = null;
    this.#beforeBlanks = '';
  }

  get isInUrl(): boolean {
    return this.#open !== null;
  }

  #opener(text: string, at: number): void {
    switch (text.charCodeAt(at)) {
      case 0x28:
        if (text[at - 1] === ']') this.#begin('target');
        else if (CSS_URL.test(tail(text, at))) this.#begin('css');
        break;
      case 0x3a:
        if (text[at - 1] === ']') this.#begin('definition');
        else if (ANGLED_SCHEME.test(tail(text, at))) this.#begin('angled');
        break;
      case 0x3d:
        if (ATTRIBUTE.test(isBlank(text.charCodeAt(at - 1)) ? this.#beforeBlanks : tail(text, at)))
          this.#begin('attribute');
        break;
      case 0x2f:
      case 0x3f:
      case 0x23:
        if (this.#open === null && HOST.test(tail(text, at))) this.#begin('bare');
        break;
      default:
    }
  }

  #begin(enclosure: Enclosure): void {
    const isPending = enclosure !== 'bare' && enclosure !== 'angled';
    this.#open = { enclosure, quote: '', isPending, depth: 0 };
  }

  #step(open: OpenLink, text: string, at: number): void {
    const char = text.charAt(at);
    const code = text.charCodeAt(at);
    if (open.isPending) {
      if (isBlank(code)) return;
      open.isPending = false;
      if (char === '<' && (open.enclosure === 'target' || open.enclosure === 'definition')) {
        open.enclosure = 'angled';
        return;
      }
      if ((char === '"' || char === "'") && (open.enclosure === 'attribute' || open.enclosure === 'css')) {
        open.quote = char;
        return;
      }
    }
    if (this.#ends(open, char, code, tail(text, at))) this.#open = null;
  }

  #ends(open: OpenLink, char: string, code: number, before: string): boolean {
    const isEscaped = before.endsWith('\\');
    switch (open.enclosure) {
      case 'bare':
        return isBlank(code) || char === '<';
      case 'attribute':
        return open.quote === '' ? isBlank(code) || char === '>' : char === open.quote;
      case 'angled':
        return (char === '>' && !isEscaped) || char === '\n';
      case 'css':
        return open.quote === '' ? char === ')' && !isEscaped : char === open.quote && !isEscaped;
      case 'definition':
        return isBlank(code);
      case 'target':
        // Some readers take white space into it: a blank line ends the paragraph.
        if (code === 0x0a && /\n[ \t\r]*$/.test(before)) return true;
        if (isEscaped) return false;
        if (char === '(') open.depth += 1;
        return char === ')' && open.depth-- === 0;
    }
  }
}
