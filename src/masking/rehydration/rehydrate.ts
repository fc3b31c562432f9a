/**
 * Puts values back where their tokens stand, for one answer: with the tokens of its turn, by the rules of its agent,
 * into the same counts. See docs/proxy.md, Restoring values.
 */
import { RESTORE_ALL, type Destination, type RestoreRules } from './destination.ts';
import type { TokenIndex } from './issued-tokens.ts';
import { RehydrationCounts } from './rehydration-counts.ts';
import type { Restoring } from './restoring.ts';
import type { ArgumentSlots } from './written-form/tool-schemas.ts';
import { pushing } from './long-text.ts';
import { TextLane, type TextForm } from './text-lane.ts';
import type { Stepped } from '../../platform/steps.ts';

/** Restores the texts of one answer. */
export class Rehydrator implements Restoring {
  readonly index: TokenIndex;
  readonly restore: RestoreRules;
  readonly counts: RehydrationCounts;
  readonly slots: ArgumentSlots | undefined;

  constructor({ index, restore, counts, slots }: Restoring) {
    this.index = index;
    this.restore = restore;
    this.counts = counts;
    this.slots = slots;
  }

  /** One by other rules and into other counts, for texts of the same answer. */
  beside({ restore, counts }: Pick<Restoring, 'restore' | 'counts'>): Rehydrator {
    return new Rehydrator({ index: this.index, restore, counts, slots: this.slots });
  }

  /** A whole text, restored. What comes in pieces goes through `TextLanes`. */
  text(text: string, destination: Destination, form: TextForm = 'plain'): string {
    return new TextLane(this, form).push(text, destination, true);
  }

  /** The same of a text that may be long: then it returns the work. */
  restoring(text: string, destination: Destination, form: TextForm = 'plain'): Stepped<string> {
    return pushing(new TextLane(this, form), text, destination, true);
  }

  /** Does the same in stretches. */
  *restoringWhole(text: string, destination: Destination, form: TextForm = 'plain'): Generator<undefined, string> {
    const restored = this.restoring(text, destination, form);
    return typeof restored === 'string' ? restored : yield* restored;
  }

  /** Texts and arguments of a call go to the tool of this name, given as the answer has it; null where none came yet. */
  tool(name: string | null): Destination {
    // Rules name tools as the client does, and a name in which something was masked came back as a token.
    if (name === null || this.restore.tools === 'all') return { to: 'tool', name };
    const unmasked = new Rehydrator({ index: this.index, restore: RESTORE_ALL, counts: new RehydrationCounts() });
    return { to: 'tool', name: unmasked.text(name, { to: 'tool', name: null }) };
  }
}
