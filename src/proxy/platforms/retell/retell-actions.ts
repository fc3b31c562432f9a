/** What a model may have Retell do: functions that it calls, as fields of an answer (see `CALL_FUNCTIONS`). */
import { parseJsonBytes } from '../../../json/json-bytes.ts';
import { isJsonObject, own } from '../../../json/json-text.ts';
import type { JsonObject } from '../../../json/json-text.ts';
import type { CallAction } from './retell-frames.ts';

/** A function as the model called it, put together from its pieces. */
export interface CalledFunction {
  readonly name: string;
  /** JSON, if the model kept to it. */
  readonly arguments: string;
}

/** What is left to be done, and said before it. */
export interface SpokenAction extends CallAction {
  readonly message?: string;
}

/** Digits, and what a dialling string may hold besides. Retell would drop the whole answer for anything else. */
const NUMBER = /^\+?[\d\s().-]{2,40}$/;
const DIGITS = /^[\d*#]{1,32}$/;

/** Retell does one thing at a time: to hang up comes first, then a transfer, then keys. Nothing for other functions. */
export function actionOf(called: readonly CalledFunction[]): SpokenAction {
  const order = ['end_call', 'transfer_call', 'press_digit'];
  for (const name of order) {
    const call = called.find((each) => each.name === name);
    if (call === undefined) continue;
    const given = readArguments(call.arguments);
    const message = text(given, 'message');
    const action = actionFor(name, given);
    if (action !== null) return { ...action, ...(message === '' ? {} : { message }) };
  }
  return {};
}

function actionFor(name: string, given: JsonObject): CallAction | null {
  if (name === 'end_call') return { end_call: true };
  if (name === 'transfer_call') {
    const number = text(given, 'transfer_number', 'number');
    return NUMBER.test(number) ? { transfer_number: number } : null;
  }
  const digits = text(given, 'digit_to_press', 'digit');
  return DIGITS.test(digits) ? { digit_to_press: digits } : null;
}

function readArguments(json: string): JsonObject {
  const parsed = parseJsonBytes(Buffer.from(json, 'utf8'));
  return parsed.ok && isJsonObject(parsed.value) ? parsed.value : {};
}

/** The first of these members that is a text, or a number. */
function text(given: JsonObject, ...names: readonly string[]): string {
  for (const name of names) {
    const value = own(given, name);
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
  }
  return '';
}
