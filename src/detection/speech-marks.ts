/**
 * What speech platforms write between the parts of one value: SSML and TwiML elements ("9 <break time="300ms"/> 1"), and
 * the labels of keypad digits ("[keypad: 4][keypad: 1]"). Detection reads a text without them.
 */

/** A text without speech marks, with the way back. */
export interface Unmarked {
  readonly text: string;
  /** The span of the text as it is that the units `start` to `end` (UTF-16, end exclusive, start < end) came from. */
  toOriginal(start: number, end: number): { readonly start: number; readonly end: number };
}

// Elements that change how a text is spoken and say nothing themselves.
const ELEMENT =
  'break|say-as|prosody|emphasis|speak|voice|phoneme|lang|spell|pause|silence|wait|amazon:[a-z-]{1,24}|google:[a-z-]{1,24}|mstts:[a-z-]{1,24}|' +
  'say|gather|play|p|s|sentence|paragraph|mark|audio|dtmf|digits?|keypad|keypress|tone|strong|em|b|i|u|w|span|br|wbr';
// Attributes that may say something (alias, ph, src, title) are not among them: such an element is left as it is.
const ATTRIBUTE =
  '\\s{1,3}(?:xml:lang|lang|language|time|strength|rate|pitch|volume|range|contour|interpret-as|format|detail|level|type|role|name|voice|effect|loop|length|' +
  'class|style|version|id|key|xmlns|alphabet|numdigits|timeout|input)\\s{0,2}=\\s{0,2}\\\\?(?:"[^"<>]{0,64}"|\'[^\'<>]{0,64}\')';
const TAG = `<(?:/(?:${ELEMENT})\\s{0,2}|(?:${ELEMENT})(?:${ATTRIBUTE}){0,6}\\s{0,2}/?)>`;

// One pressed key: when it was pressed and by whom, what is said before it, and what closes it. The digit is no part of it.
const TIME =
  '(?:(?<![^\\n])[ \\t]{0,3}\\(?\\d{1,2}[.)]\\s{1,2})?(?:\\[?\\d{1,2}:\\d\\d(?::\\d\\d)?(?:[.,]\\d{1,3})?\\]?:?\\s{1,2})?';
const WHO = '(?:user|caller|customer|patient|member)';
const KEY = '(?:dtmf|keypad|key ?press(?:ed)?|pressed|touch-?tone|tone|digit|key|button)';
const MORE = '(?:[ _-](?:input|press(?:ed)?|entry|entered|received|event|digit|tone|key|number))?';
const LINK = '(?: ?#? ?\\d{1,2}(?= ?[:=]))?(?: ?(?::|=|->|=>) ?|\\()["\']?';
const BARE_LINK =
  '(?:(?<=dtmf|keypad|pressed|press|tone|event|received|(?:pressed|press) key|entered|dialed|typed|pushed|hit)[ _-]{1,2}|' +
  '(?<=digit|key|button) (?=[0-9*#] (?:was )?(?:pressed|entered|received|detected)\\b))';
const ONE_DIGIT = '(?=[0-9*#](?![0-9A-Za-z#/%]|\\*{1,2}\\w|[.,:]\\d))';
const LABEL =
  `(?<![\\w.])${TIME}(?:[[({<]|\\*{1,2})?\\s?(?:(?:the )?${WHO} )?${KEY}${MORE}(?:${LINK}|${BARE_LINK})${ONE_DIGIT}` +
  `|(?<![\\w.])${TIME}(?:the )?${WHO} (?:entered|dialed|typed|pushed|hit|pressed)(?: (?:key|digit|button))?(?:${LINK}|[ _-]{1,2})${ONE_DIGIT}`;
const MARK = new RegExp(`${TAG}|${LABEL}`, 'gi');
const CLOSING = /["']?\s?[)\]}>]|\*{1,2}(?!\w)|\s(?:was )?(?:pressed|entered|received|detected)\b[.;,]?/y;

/** "key 4, key 8, key 0, key 5": the same word before each digit. */
const ROW =
  /\b(key|button|number|digit|press|tap|push)[ _-]{1,2}[0-9*#](?:[\s,;|/.-]{1,3}\1[ _-]{1,2}[0-9*#](?![0-9A-Za-z])){3,64}/gi;
const ROW_LABEL = /[a-z]{3,6}[ _-]{1,2}(?=[0-9*#])/gi;

/** Rules out nearly all texts at once. */
const MAY_HOLD =
  /<|dtmf|keypad|press|tone|digit|number [0-9]|\b(?:key|tap|push)\b|button|entered|dialed|typed|pushed|\bhit\b/i;

/** The text without its speech marks, a space for each; null where it has none. Pure, never throws, linear. */
export function unmarked(text: string): Unmarked | null {
  if (!MAY_HOLD.test(text)) return null;
  let plain = '';
  let from = 0;
  /** For each stretch that was left out: where the text goes on, in the plain text and in the text as it is. */
  const cuts: { readonly plain: number; readonly start: number; readonly end: number }[] = [];
  const cut = (start: number, end: number): void => {
    plain += text.slice(from, start);
    cuts.push({ plain: plain.length, start, end });
    plain += ' ';
    from = end;
  };
  for (const { start, end } of marksIn(text)) {
    if (start < from) continue;
    cut(start, end);
    if (text.charAt(start) === '<' && text.charAt(end - 1) === '>') continue;
    // The bracket behind the digit closes the label.
    CLOSING.lastIndex = end + 1;
    const closing = CLOSING.exec(text);
    if (closing !== null) cut(end + 1, end + 1 + closing[0].length);
  }
  if (cuts.length === 0) return null;
  plain += text.slice(from);
  return {
    text: plain,
    toOriginal: (start, end) => ({ start: originalOf(cuts, start).start, end: originalOf(cuts, end - 1).end }),
  };
}

/** Where marks stand, in order. */
function marksIn(text: string): readonly { readonly start: number; readonly end: number }[] {
  const rangesOf = (pattern: RegExp, within: string, from: number) =>
    Array.from(within.matchAll(pattern), ({ index, 0: found }) => ({
      start: from + index,
      end: from + index + found.length,
    }));
  const marks = rangesOf(MARK, text, 0);
  const labels = rangesOf(ROW, text, 0).flatMap(({ start, end }) => rangesOf(ROW_LABEL, text.slice(start, end), start));
  return labels.length === 0 ? marks : [...marks, ...labels].sort((a, b) => a.start - b.start);
}

type Cuts = readonly { readonly plain: number; readonly start: number; readonly end: number }[];

/** The unit of the text as it is, or the stretch, that one unit of the plain text stands for; by bisection. */
function originalOf(cuts: Cuts, unit: number): { readonly start: number; readonly end: number } {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cuts[middle]?.plain ?? 0) <= unit) low = middle + 1;
    else high = middle;
  }
  const before = cuts[low - 1];
  if (before === undefined) return { start: unit, end: unit + 1 };
  if (before.plain === unit) return { start: before.start, end: before.end };
  const start = before.end + unit - before.plain - 1;
  return { start, end: start + 1 };
}
