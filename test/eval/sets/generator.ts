/** Makes generated-b.jsonl: single turns of people who dictate personal data, from templates of its own and a seed. */
import { seededRandom } from './generator/random.ts';
import type { Random } from './generator/random.ts';
import { pickScene } from './generator/scene.ts';
import { HARMLESS_TEMPLATES, PERSONAL_TEMPLATES } from './generator/templates.ts';
import { VALUES } from './generator/values.ts';
import { cased, pickVoice } from './generator/voice.ts';
import type { Voice } from './generator/voice.ts';
import { parseMarks } from './marks.ts';
import type { GoldSpan, Style } from './marks.ts';

export interface GeneratedRow {
  readonly id: string;
  readonly template: string;
  readonly style: Style;
  readonly text: string;
  readonly spans: readonly GoldSpan[];
}

/** What stands in generated-b.jsonl. */
export const GENERATED_B = { seed: 20_241_104, count: 3000 } as const;

/** Every fifth row holds no personal data. */
const HARMLESS_EVERY = 5;

/** Text between braces as the engine writes it: raw text has neither capitals nor punctuation. */
function plain(voice: Voice, text: string): string {
  return voice.punctuated ? text : cased(voice, text.replace(/[?!;:"]/g, '').replace(/-/g, ' '));
}

/** Fills a template in. @throws RangeError for a word in braces that values.ts does not have */
export function fill(template: string, random: Random): { readonly source: string; readonly style: Style } {
  const voice = pickVoice(random);
  const scene = pickScene(random);
  const source = template.split(/(\{\w+\})/).map((part) => {
    if (!part.startsWith('{')) return plain(voice, part);
    const value = VALUES[part.slice(1, -1)];
    if (value === undefined) throw new RangeError(`no value ${part}`);
    return value(voice, scene);
  }).join('');
  return { source, style: voice.form === 'formatted' ? 'written' : 'spoken' };
}

/** The rows of a seed, always the same ones; no text twice. */
export function generate({ seed, count }: { readonly seed: number; readonly count: number }): GeneratedRow[] {
  const random = seededRandom(seed);
  const rows: GeneratedRow[] = [];
  const seen = new Set<string>();
  let next = { personal: 0, harmless: 0 };
  while (rows.length < count) {
    const harmless = rows.length % HARMLESS_EVERY === HARMLESS_EVERY - 1;
    const templates = harmless ? HARMLESS_TEMPLATES : PERSONAL_TEMPLATES;
    const at = harmless ? next.harmless : next.personal;
    next = harmless ? { ...next, harmless: at + 1 } : { ...next, personal: at + 1 };
    const template = templates[at % templates.length] ?? '';
    const { source, style } = fill(template, random);
    const { text, spans } = parseMarks(source);
    if (seen.has(text)) continue;
    seen.add(text);
    rows.push({ id: `generated-b/${rows.length + 1}`, template, style, text, spans });
  }
  return rows;
}
