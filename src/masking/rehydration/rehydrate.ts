/**
 * Puts values back where their tokens stand, for one answer: with the tokens of its turn, by the rules of its agent,
 * into one account. See docs/proxy.md, Restoring values.
 */
import { RESTORE_ALL, type Destination, type RestoreRules } from './destination.ts';
import type { TokenIndex } from './issued-tokens.ts';
import { RehydrationAccount } from './rehydration-account.ts';
import type { Restoring } from './restoring.ts';
import type { ArgumentSlots } from './written-form/tool-schemas.ts';
import { TextLane, type TextForm } from './text-lane.ts';

/** UTF-16 units of a long text that are restored before the work may be interrupted. */
const PIECE = 8192;

/** A text of an answer, with what it is restored with. */
interface AskedText {
  readonly restoring: Restoring;
  readonly text: string;
  readonly destination: Destination;
  readonly form: TextForm;
}

/** Returns what to write instead of a text. */
type RestoreText = (asked: AskedText) => string;

const atOnce: RestoreText = ({ restoring, text, destination, form }) =>
  new TextLane(restoring, form).push(text, destination, true);

/** Does the same piece by piece, which comes to the same. Yields wherever it may be interrupted. */
function* restoringText({ restoring, text, destination, form }: AskedText): Generator<undefined, string> {
  const lane = new TextLane(restoring, form);
  const parts: string[] = [];
  let at = 0;
  for (; at + PIECE < text.length; at += PIECE) {
    parts.push(lane.push(text.slice(at, at + PIECE), destination, false));
    yield;
  }
  parts.push(lane.push(text.slice(at), destination, true));
  yield;
  return parts.join('');
}

/**
 * Restores an answer in stretches: `restore` walks over it twice, the second time with its texts restored. It must ask for
 * the same texts each time, independent of the answers. Yields wherever it may be interrupted.
 */
export function* restoringAnswer<T>(rehydrator: Rehydrator, restore: (by: Rehydrator) => T): Generator<undefined, T> {
  const asked: AskedText[] = [];
  restore(
    rehydrator.by((text) => {
      asked.push(text);
      return text.text;
    }),
  );
  yield;
  const restored: string[] = [];
  for (const text of asked) restored.push(yield* restoringText(text));
  const texts = restored.values();
  return restore(
    rehydrator.by(() => {
      const { value, done } = texts.next();
      if (done === true) throw new Error('an answer has more texts when it is walked again');
      return value;
    }),
  );
}

/** Restores the texts of one answer. */
export class Rehydrator implements Restoring {
  readonly index: TokenIndex;
  readonly restore: RestoreRules;
  readonly account: RehydrationAccount;
  readonly slots: ArgumentSlots | undefined;
  readonly #restoreText: RestoreText;

  constructor({ index, restore, account, slots }: Restoring, restoreText = atOnce) {
    this.index = index;
    this.restore = restore;
    this.account = account;
    this.slots = slots;
    this.#restoreText = restoreText;
  }

  /** The same, with each text restored by `restoreText`. */
  by(restoreText: RestoreText): Rehydrator {
    return new Rehydrator(this, restoreText);
  }

  /** One by other rules and into another account, for texts of the same answer. */
  beside({ restore, account }: Pick<Restoring, 'restore' | 'account'>): Rehydrator {
    return new Rehydrator({ index: this.index, restore, account }, this.#restoreText);
  }

  /** A whole text, restored. What comes in pieces goes through `TextLanes`. */
  text(text: string, destination: Destination, form: TextForm = 'plain'): string {
    return this.#restoreText({ restoring: this, text, destination, form });
  }

  /** Texts and arguments of a call go to the tool of this name, given as the answer has it; null where none came yet. */
  tool(name: string | null): Destination {
    // Rules name tools as the client does, and a name in which something was masked came back as a token.
    if (name === null || this.restore.tools === 'all') return { to: 'tool', name };
    const unmasked = new Rehydrator({ index: this.index, restore: RESTORE_ALL, account: new RehydrationAccount() });
    return { to: 'tool', name: unmasked.text(name, { to: 'tool', name: null }) };
  }
}
