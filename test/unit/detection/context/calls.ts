import { detectInCall, newCallContext } from '../../../../src/detection/context/call-context.ts';
import type { Voice } from '../../../../src/detection/context/conversation.ts';
import { DEFAULT_RULES } from '../../../../src/detection/rules.ts';
import type { DetectionRules } from '../../../../src/detection/span.ts';
import { mark, readMarked } from '../marked.ts';

/** A line of a call: `A: your zip?`, `C: it's [ADDRESS:55311]`. A is the agent, C the caller, anything else unknown. */
export function spoken(line: string): { readonly speaker: Voice; readonly said: string } {
  const [, who = '', said = ''] = /^(\w): (.*)$/s.exec(line) ?? [];
  return { speaker: who === 'A' ? 'agent' : who === 'C' ? 'caller' : 'unknown', said };
}

/** The deterministic passes: what the tagger sees in a word is none of these tests' business. */
export const BY_RULE: DetectionRules = { ...DEFAULT_RULES, passes: ['regex', 'known'] };

/** The call with the marks of what is found in it, turn by turn. */
export function markCall(lines: readonly string[], rules: DetectionRules = BY_RULE): string[] {
  const call = newCallContext();
  return lines.map((line) => {
    const { speaker, said } = spoken(line);
    const { text } = readMarked(said);
    return `${line.slice(0, 3)}${mark(text, detectInCall(call, { speaker, text }, rules))}`;
  });
}
