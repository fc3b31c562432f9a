/**
 * Follows a text as a reader of Markdown or HTML does, and tells what it takes for part of a URL: a value there would go
 * where the URL leads. CommonMark 0.31, sections 4.7, 6.3, 6.5; GFM, autolinks; HTML, attributes; CSS, `url()`. Says yes too
 * often rather than too rarely.
 */

/** Characters looked back at: the longest name of an attribute and what may stand around it, or a scheme. */
export const LINK_TAIL = 40;

/** Attributes whose values are fetched, opened or submitted to; frameworks write a prefix before them (`data-src`, `v-bind:href`). */
const ATTRIBUTE =
  /(?:^|[\s"'/<:-])(?:href|src|srcset|srcdoc|imagesrcset|action|formaction|data|poster|background|cite|ping|manifest|longdesc|codebase|archive|lowsrc|dynsrc|profile|usemap|content|icon|classid|attributionsrc)$/i;
const CSS_URL = /(?:^|[^a-z0-9_-])(?:url|src|image|(?:-webkit-)?image-set)$/i;
/** A host without a scheme, as readers that link it want it before a path, a query or a fragment. */
const HOST = /(?:[\p{L}\p{N}-]\.(?:\p{L}{2,24}|xn--[a-z0-9-]{2,20})|\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/iu;
const ANGLED_SCHEME = /<[a-z][a-z0-9+.-]{1,31}$/i;
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
/** ASCII white space and control characters: no other space ends a URL for these readers, a no-break one does not. */
const isBlank = (code: number): boolean => code <= 0x20 || code === 0x7f;

/** `@import` of CSS, of which the string is a URL. */
const CSS_IMPORT = /@import$/i;

/** What a URL stands in: what ends it. */
type Enclosure =
  /** The target of a Markdown link, or of a reference definition. */
  | 'target'
  | 'definition'
  /** Angle brackets. */
  | 'angled'
  /** An attribute without quotes. */
  | 'attribute'
  /** `url(...)` without quotes. */
  | 'css'
  /** A string without its quotes. */
  | 'string';

interface OpenLink {
  enclosure: Enclosure;
  /** The quote that ends it; none is empty. */
  quote: string;
  /** Nothing but white space has come yet. */
  isPending: boolean;
  /** Unbalanced parentheses. */
  depth: number;
  /** Whether every reader takes what comes for its content, so that a URL in it ends with it. */
  readonly isSure: boolean;
}

/** A URL by itself, up to white space: readers of GFM take quotes and brackets into it. */
interface BareUrl {
  /** What ends it sooner: the link that it is in, or the end of a tag. */
  within: OpenLink | 'tag' | null;
}

/** Links that are open at once. What would open more is no text that a person reads, and all that follows counts as a URL. */
const MOST_OPEN = 16;
/** Opening brackets that are told apart. Of the text behind more of them, none counts as that of a link. */
const MOST_BRACKETS = 64;

const tail = (text: string, at: number): string => text.slice(Math.max(0, at - LINK_TAIL), at);

/** The links that a text is in. Readers differ in what they take for one, so several may be open at a place. */
export class LinkReader {
  #open: OpenLink[] = [];
  #bare: BareUrl | null = null;
  /** Whether more links were open than are followed. */
  #isLost = false;
  readonly #brackets = new LinkBrackets();
  /** Between the angle brackets of what may be a tag. */
  #isInTag = false;
  /** What stands before the white space that is read now: any amount of it may stand behind the name of an attribute. */
  #beforeBlanks = '';

  /**
   * Goes on by the UTF-16 code unit at `at` of `text`, in which the {@link LINK_TAIL} units before it stand. `beginsUrl`: with
   * it a URL begins that is recognised by itself.
   */
  feed(text: string, at: number, beginsUrl: boolean): void {
    const code = text.charCodeAt(at);
    if (this.#open.length > 0) this.#open = this.#open.filter((open) => this.#continues(open, text, at));
    if (this.#bare !== null && (isBlank(code) || code === LESS_THAN)) this.#bare = null;
    this.#follow(text, at, code);
    this.#opener(text, at, code);
    if (beginsUrl) this.#beginBare();
    if (isBlank(code) && !isBlank(text.charCodeAt(at - 1))) this.#beforeBlanks = tail(text, at);
  }

  /** A string of JSON begins or ends. */
  reset(): void {
    this.#open = [];
    this.#bare = null;
    this.#isLost = this.#isInTag = false;
    this.#brackets.clear();
    this.#beforeBlanks = '';
  }

  get isInUrl(): boolean {
    return this.#isLost || this.#bare !== null || this.#open.length > 0;
  }

  /** Follows tags and brackets, which tell a link from what only looks like one. */
  #follow(text: string, at: number, code: number): void {
    if (code === GREATER_THAN) {
      if (this.#isInTag && this.#bare?.within === 'tag') this.#bare = null;
      this.#isInTag = false;
    } else if (text[at - 1] === '<' && text[at - 2] !== '\\') this.#isInTag = /[a-z]/i.test(text.charAt(at));
    this.#brackets.feed(text, at);
  }

  #opener(text: string, at: number, code: number): void {
    switch (code) {
      case 0x28:
        if (text[at - 1] === ']') this.#begin('target', this.#brackets.isLink);
        else if (CSS_URL.test(tail(text, at))) this.#begin('css', false);
        break;
      case 0x3a:
        if (text[at - 1] === ']') this.#begin('definition', false);
        else if (ANGLED_SCHEME.test(tail(text, at))) this.#begin('angled', this.#isInTag);
        break;
      case 0x3d:
        if (ATTRIBUTE.test(this.#before(text, at))) this.#begin('attribute', this.#isInTag);
        break;
      case 0x22:
      case 0x27:
        if (CSS_IMPORT.test(this.#before(text, at))) this.#begin('string', false, text.charAt(at));
        break;
      case 0x2f:
      case 0x3f:
      case 0x23:
        if (this.#bare === null && HOST.test(tail(text, at))) this.#beginBare();
        break;
      default:
    }
  }

  /** What stands before a place, without the white space there. */
  #before(text: string, at: number): string {
    return isBlank(text.charCodeAt(at - 1)) ? this.#beforeBlanks : tail(text, at);
  }

  #begin(enclosure: Enclosure, isSure: boolean, quote = ''): void {
    this.#isLost ||= this.#open.length === MOST_OPEN;
    if (this.#isLost) return;
    const isPending = enclosure !== 'angled' && enclosure !== 'string';
    this.#open.push({ enclosure, quote, isPending, depth: 0, isSure });
  }

  #beginBare(): void {
    this.#bare ??= { within: this.#open.findLast(({ isSure }) => isSure) ?? null };
  }

  /** Whether the link goes on behind the place. */
  #continues(open: OpenLink, text: string, at: number): boolean {
    const char = text.charAt(at);
    const code = text.charCodeAt(at);
    if (open.isPending) {
      if (isBlank(code)) return true;
      open.isPending = false;
      if (char === '<' && (open.enclosure === 'target' || open.enclosure === 'definition')) {
        open.enclosure = 'angled';
        return true;
      }
      if ((char === '"' || char === "'") && (open.enclosure === 'attribute' || open.enclosure === 'css')) {
        open.quote = char;
        return true;
      }
    }
    if (!ends(open, char, code, tail(text, at))) return true;
    if (this.#bare?.within === open) this.#bare = open.enclosure === 'attribute' ? { within: 'tag' } : null;
    return false;
  }
}

function ends(open: OpenLink, char: string, code: number, before: string): boolean {
  const isEscaped = before.endsWith('\\');
  switch (open.enclosure) {
    case 'attribute':
      return open.quote === '' ? isBlank(code) || char === '>' : char === open.quote;
    case 'angled':
      return (char === '>' && !isEscaped) || char === '\n';
    case 'css':
      return open.quote === '' ? char === ')' && !isEscaped : char === open.quote && !isEscaped;
    case 'string':
      return char === open.quote && !isEscaped;
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

/**
 * Decides whether `](` ends the text of a Markdown link (CommonMark 0.31, section 6.3). The opening bracket must be in the same
 * paragraph and outside code. No link may have ended since, because links hold no links. In doubt the answer is no.
 */
class LinkBrackets {
  /** The opening brackets: of an image, or of a link. */
  #open: ('image' | 'link')[] = [];
  /** What the bracket of the last character closed; null where it closed nothing. */
  #closed: 'image' | 'link' | null = null;
  #isLink = false;

  /** Whether the last character is the parenthesis behind the text of a link or an image. */
  get isLink(): boolean {
    return this.#isLink;
  }

  clear(): void {
    this.#open = [];
    this.#closed = null;
    this.#isLink = false;
  }

  feed(text: string, at: number): void {
    const closed = this.#closed;
    this.#closed = null;
    this.#isLink = false;
    switch (text.charAt(at)) {
      case '[':
        if (text[at - 1] === '\\') break;
        if (this.#open.length === MOST_BRACKETS) this.#open = [];
        this.#open.push(text[at - 1] === '!' ? 'image' : 'link');
        break;
      case ']':
        if (text[at - 1] === '\\') this.#open = [];
        else this.#closed = this.#open.pop() ?? null;
        break;
      case '(':
        this.#isLink = closed !== null;
        if (closed === 'link') this.#open = [];
        break;
      // Code, tags, cells of tables and lines: no bracket before them begins a link behind them for sure.
      case '`':
      case '<':
      case '>':
      case '|':
      case '\n':
      case '\r':
        this.#open = [];
        break;
      default:
    }
  }
}
