/** Terms of machines: time zones, names of models, tags of speech markup, names of standards. */
import type { Reading } from '../reading.ts';
import { STANDARD_NAMES } from '../vocabulary/public-names.ts';
import { publicWords, type PublicWords } from './public-words.ts';

const ZONES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('timeZone'));
const ZONE =
  /\b(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US)\/[A-Z][A-Za-z_+-]{1,30}(?:\/[A-Z][A-Za-z_]{1,30})?/g;
/** Older names that a runtime may not list. */
const OLD_ZONE =
  /^(?:US\/|Canada\/|Etc\/|Brazil\/|Chile\/|Mexico\/|America\/(?:(?:Argentina|Indiana|Kentucky|North_Dakota)\/|(?:Indianapolis|Buenos_Aires|Louisville|Fort_Wayne|Nuuk|Godthab)$)|Asia\/(?:Calcutta|Kolkata|Saigon|Ho_Chi_Minh|Kathmandu|Katmandu|Yangon|Rangoon)$|Europe\/(?:Kiev|Kyiv)$)/;
/** A family of models and its release: `gpt-4o-2024-08-06`, `claude-3-5-sonnet-20241022`. */
const MODEL =
  /(?<![\w-])(?:gpt|chatgpt|claude|gemini|gemma|llama|mistral|mixtral|ministral|command|whisper|tts|text-embedding|nova|aura|eleven|sonic|deepseek|qwen|grok|sonar|phi|o[134]|dall-e|babbage|davinci|ink)[-_][\w.:-]{1,60}/gi;
const TAG = /<\/?([a-z][\w:-]{0,24})((?:\s[^<>]{0,400})?)\/?>/gi;
/** Tags of SSML, TwiML and HTML. Another tag may be anything. */
const TAGS: ReadonlySet<string> = new Set(
  'speak say say-as prosody break emphasis phoneme sub voice lang audio p s w mark amazon:effect amazon:domain mstts:express-as gather response redirect dial number pause play hangup record span div br b i strong em'.split(
    ' ',
  ),
);
/** Attributes whose values are words of the markup. The values of others (`alias`, `ph`, `action`) may be anybody's. */
const MARKUP_ATTRIBUTE =
  /(?:interpret-as|format|rate|pitch|volume|strength|time|level|xml:lang|lang|language|style|styledegree|alphabet|detail|timeout|numdigits)\s*=\s*(?:"[a-z0-9 .:%+#-]{0,24}"|'[a-z0-9 .:%+#-]{0,24}')/gi;
const ATTRIBUTE_NAME = /[a-z][\w:-]{0,24}(?=\s*=\s*["'])/gi;
/** What synthetic voices are called, behind the name of their maker or their language. */
const VOICE =
  /\b(?:Polly[. ]|[a-z]{2}-[A-Z]{2}-|(?:ElevenLabs|Eleven Labs|Cartesia|PlayHT|Play\.ht|Deepgram|Rime|Azure|OpenAI)[: ](?:voice[: ]{1,2})?)[A-Z][A-Za-z]{1,24}(?:-?(?:Neural|Generative|Multilingual|Standard|Wavenet|HD)){0,2}/g;
/** A time with its offset: `13:50:22 GMT-0600`. */
const OFFSET = /\b\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)? ?(?:GMT|UTC)[+-]\d{2}:?\d{2}\b/g;
const DATE_PATTERN = /\b(?:YYYY|YY|MM|DD|HH|hh|mm|ss|Y{2,4})(?:[-/.: T]{1,2}(?:YYYY|YY|MM|DD|HH|hh|mm|ss|sss|Z))+/g;

const STANDARDS = new RegExp(
  `(?<!\\w)(?:${STANDARD_NAMES.map((name) => name.replace('.', '\\.')).join('|')}|rfc ?\\d{3,4}|iso[ -]?\\d{4,5}(?:-\\d)?)(?!\\w)`,
  'gi',
);

/** The technical terms of the text. */
export function findTechnicalTerms(reading: Reading): PublicWords[] {
  const { text } = reading;
  const found: PublicWords[] = [];
  const add = (start: number, length: number, rule: string, explains: boolean) =>
    found.push(publicWords(reading, start, start + length, rule, explains));
  if (text.includes('/'))
    for (const { index, 0: zone } of text.matchAll(ZONE))
      if (ZONES.has(zone) || OLD_ZONE.test(zone)) add(index, zone.length, 'technical.zone', false);
  if (text.includes('-') || text.includes('_'))
    for (const { index, 0: model } of text.matchAll(MODEL))
      add(index, model.length, 'technical.model', isRelease(model));
  if (text.includes('<')) findMarkup(text, add);
  for (const { index, 0: voice } of text.matchAll(VOICE)) add(index, voice.length, 'technical.voice', false);
  if (text.includes('GMT') || text.includes('UTC'))
    for (const { index, 0: time } of text.matchAll(OFFSET)) add(index, time.length, 'technical.offset', false);
  for (const { index, 0: name } of text.matchAll(STANDARDS)) add(index, name.length, 'technical.standard', false);
  for (const { index, 0: pattern } of text.matchAll(DATE_PATTERN))
    add(index, pattern.length, 'technical.format', false);
  return found;
}

/** Releases are numbered by days: another long number may hide behind the name of a model. */
function isRelease(model: string): boolean {
  return !/\d{7}/.test(model) || /(?<!\d)20[2-3]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)/.test(model);
}

function findMarkup(text: string, add: (start: number, length: number, rule: string, explains: boolean) => void): void {
  for (const { index, 0: tag, 1: name = '', 2: attributes = '' } of text.matchAll(TAG)) {
    if (!TAGS.has(name.toLowerCase())) continue;
    add(tag.indexOf(name) + index, name.length, 'technical.markup', false);
    const from = index + tag.indexOf(name) + name.length;
    for (const attribute of attributes.matchAll(ATTRIBUTE_NAME))
      add(from + attribute.index, attribute[0].length, 'technical.markup', false);
    for (const attribute of attributes.matchAll(MARKUP_ATTRIBUTE))
      if (!/\d{4}/.test(attribute[0])) add(from + attribute.index, attribute[0].length, 'technical.markup', false);
  }
}
