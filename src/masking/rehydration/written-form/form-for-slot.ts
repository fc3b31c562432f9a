/** Chooses the form in which a value returns into the argument of a tool. */
import type { EntityKind } from '../../../detection/kinds.ts';
import { constrains, fits, type ArgumentSlot } from './argument-slot.ts';
import { NONE } from './said.ts';
import { writtenForms } from './written-forms.ts';

/** Kinds whose forms are tried where the value's own kind has none. */
const READABLE: readonly EntityKind[] = ['DATE', 'EMAIL', 'PHONE', 'NAME'];

/**
 * The value as the argument needs it: the option of an `enum` that it names; else the first of its written forms that
 * fits format, pattern and lengths; else, of a spoken value, its usual written form. As said where no form is
 * unambiguous, and where the schema asks nothing of a value that was written. `slot` is null where nothing is known
 * of the argument.
 */
export function formForSlot(kind: EntityKind, value: string, slot: ArgumentSlot | null): string {
  const hints = slot?.hints ?? '';
  // A detector may have taken a number for another kind of number: what it can be read as counts.
  const likely: readonly EntityKind[] = /name/i.test(hints) ? ['NAME', kind] : [kind];
  const readings = [...likely, ...READABLE].map((each) => writtenForms(each, value, hints));
  const { spoken, asked, forms } = readings.find((reading) => reading.forms.length > 0) ?? NONE;
  const usual = asked ?? forms[0] ?? value;
  if (slot === null) return spoken ? usual : value;
  const all = readings.flatMap((reading) =>
    reading.asked === null ? reading.forms : [reading.asked, ...reading.forms],
  );
  const option = slot.enum?.find((each) => [value, ...all].some((form) => form.toLowerCase() === each.toLowerCase()));
  if (option !== undefined) return option;
  if (constrains(slot)) {
    if (!spoken && asked === null && fits(value, slot)) return value;
    const fitting = [...all, ...lastFour(kind, forms, slot)].find((form) => fits(form, slot));
    if (fitting !== undefined) return fitting;
  }
  return spoken || asked !== null ? usual : value;
}

/** An integer that every reader of JSON takes for the same number. */
const JSON_INTEGER = /^(?:0|[1-9]\d{0,14})$/;

/** The value as a JSON number; null where it is none, or has leading zeros that a number would lose. */
export function numberForSlot(kind: EntityKind, value: string, { hints }: ArgumentSlot): string | null {
  const { forms } = writtenForms(kind, value, hints);
  return [value, ...forms].find((form) => JSON_INTEGER.test(form)) ?? null;
}

/** An argument for the last four of a number gets these. */
function lastFour(kind: EntityKind, forms: readonly string[], { hints }: ArgumentSlot): string[] {
  const digits = forms[0]?.replace(/\D/g, '') ?? '';
  const asks = /last[\s_-]?(?:four|4)/i.test(hints) && (kind === 'SSN' || kind === 'CREDIT_CARD' || kind === 'PHONE');
  return asks && digits.length > 4 ? [digits.slice(-4)] : [];
}
