/** Words for what made a redaction: the pass, the settings of the policy, and what is known of the recogniser. */
import { kindWords } from '../../parts/kinds.ts';
import type { RedactionOriginQuery, RedactionSettingsQuery } from './queries.generated.ts';
import type { Redaction } from './session-view.ts';

export type Setting = NonNullable<NonNullable<RedactionSettingsQuery['session']>['explanation']>['settings'][number];
export type Origin = NonNullable<NonNullable<RedactionOriginQuery['session']>['explanation']>['origin'];

/** What decided on one line of the policy. */
export interface PolicyLine {
  /** Null for settings that the text does not write. */
  readonly line: number | null;
  readonly text: string | null;
  readonly settings: readonly Setting[];
}

/** Groups settings by their line: lines in the order of the text, and what is not written behind them. */
export function policyLines(settings: readonly Setting[]): readonly PolicyLine[] {
  const lines = new Map<number | null, Setting[]>();
  for (const setting of settings) lines.set(setting.line, [...(lines.get(setting.line) ?? []), setting]);
  return [...lines]
    .sort(([one], [other]) => (one ?? Infinity) - (other ?? Infinity))
    .map(([line, group]) => ({ line, text: group[0]?.text ?? null, settings: group }));
}

const PASSES: Readonly<Record<string, string>> = {
  regex: 'Recognisers of forms and cues',
  ner: 'The tagger of names and places',
  gemma: 'The LLM detector',
  known: 'The values that the call already knew',
};

/** Says which pass of detection found it. */
export function passWords(pass: string): string {
  return PASSES[pass] ?? pass;
}

/** Says what was done with the value. */
export function doneWords({ action, tokenKind, kid }: Pick<Redaction, 'action' | 'tokenKind' | 'kid'>): string {
  switch (action) {
    case 'tokenize':
      return `Token ${tokenKind ?? ''}${kid === null ? '' : `, key ${kid}`}`;
    case 'redact':
      return 'Removed for good';
    case 'passthrough':
      return 'Not masked: the policy lets it pass';
    default:
      return action;
  }
}

/** Says what a setting decided. */
export function settingWords({ role, value, key }: Setting, { pass, confidence }: Redaction): string {
  const kind = kindWords(key.split('.')[1] ?? '').label;
  switch (role) {
    case 'looked_for':
      return `${kind} is searched for in the pass ${pass}`;
    case 'counts_as':
      return `The pass ${pass} does not report ${kind}, so the value counts as another ID`;
    case 'threshold':
      return `${kind} needs a confidence of ${value}, and this had ${confidence.toFixed(3)}`;
    case 'action':
      return value === 'tokenize'
        ? 'The value becomes a token'
        : value === 'redact'
          ? 'The value is removed for good'
          : 'The value passes unmasked';
    case 'pattern':
      return 'This recogniser of the account found it';
    case 'text_kept':
      return value === 'true' ? 'The text of the turn is kept for a time' : 'The text of the turn is not kept';
  }
}

/** Says what is known of the recogniser where no search of the text can tell more; null where one can. */
export function settledOrigin(pass: string, settings: readonly Setting[]): string | null {
  if (pass === 'known') return originWords('known_value');
  if (pass === 'gemma') return originWords('llm_detector');
  const kept = settings.find(({ role }) => role === 'text_kept');
  return kept?.value === 'false' ? originWords('not_kept') : null;
}

/** Says why there is no recogniser; what it was, where there is one, is shown beside. */
export function originWords(state: Origin['state']): string {
  switch (state) {
    case 'found':
      return 'The search of the kept text found the same span again.';
    case 'known_value':
      return 'No recogniser: the value was known in the call already, and was found by comparing.';
    case 'llm_detector':
      return 'No recogniser: the LLM detector reported it. It gives no reason.';
    case 'not_permitted':
      return 'Your role may not read kept texts.';
    case 'not_kept':
      return 'The text is not kept, so recogniser and cue cannot be found again. Kind, pass, confidence and policy are all that is known.';
    case 'no_text':
      return 'The kept request has no plain text at this place, so recogniser and cue cannot be found again.';
    case 'not_found_again':
      return 'The text alone does not give this span again. What was said before it counted, or detection has changed since.';
    case 'policy_invalid':
      return 'The policy of the session does not hold on this server any more, so the text cannot be searched by it.';
  }
}
