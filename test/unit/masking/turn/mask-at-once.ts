/** Masks the texts of a turn at once: none is searched in a thread. */
import { MUCH_TEXT, type Masking } from '../../../../src/masking/turn/text-masking.ts';
import type { TurnMasking } from '../../../../src/masking/turn/turn-masking.ts';
import type { MaskText } from '../request/mask-request.ts';

/** Runs masking to its end. Throws where it needs a search in a thread. */
export function atOnce<T>(work: Masking<T>): T {
  for (;;) {
    const step = work.next([]);
    if (step.done === true) return step.value;
    if (step.value !== undefined && step.value !== MUCH_TEXT)
      throw new Error(`a text is searched in a thread: ${step.value.for}`);
  }
}

export const maskerOf =
  (masking: TurnMasking): MaskText =>
  (text, position, beside) =>
    atOnce(masking.mask({ text, position, beside }));
