/** What the place of a text in a request says of it. */
import type { DateSource } from '../../detection/calendar/public-dates.ts';
import type { Voice } from '../../detection/context/conversation.ts';
import type { TextPosition } from '../request/chat-request.ts';

/**
 * What the key of a value inside JSON text says of it: `{"patient_name":"maria gonzalez"}` reads "patient name: maria
 * gonzalez". The pointer stops at the string that the JSON stands in, so a key that is not its end is of the inside;
 * the fields of the request itself (content, name, ...) are no cues. Empty where there is none.
 */
export function cueOf({ pointer, key, sense }: TextPosition): string {
  if (key === null || sense !== undefined || pointer.endsWith(`/${key}`) || !/^[A-Za-z][\w -]{0,39}$/.test(key))
    return '';
  return `${key
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .replace(/[_-]/g, ' ')
    .toLowerCase()}: `;
}

const SAID = /^\/(?:(?:messages|input)\/\d+\/content(?:\/\d+(?:\/text)?)?|input)$/;

/** Who says a text that is a part of the conversation; null for instructions, tools and all other fields. */
export function voiceOf({ pointer, speaker }: TextPosition): Voice | null {
  if ((speaker !== 'user' && speaker !== 'assistant') || !SAID.test(pointer)) return null;
  return speaker === 'user' ? 'caller' : 'agent';
}

/** Fields of a request that the developer writes. */
const DEVELOPERS = /^\/(?:tools|functions|response_format|instructions|text)(?:\/|$)/;

/** A variable of a call that says which day it is: `metadata.today`. */
const TODAY = /\/(?:today|now|today_?s?_?date|current_?(?:date|day|time|date_?time))$/i;

/** Who writes a text, as far as it tells whose its dates are; null where they are a person's. */
export function dateSourceOf(position: TextPosition): DateSource | null {
  if (position.isPersons === true) return null;
  const voice = voiceOf(position);
  if (voice !== null) return voice === 'caller' ? 'caller' : 'agent';
  switch (position.speaker) {
    case 'system':
    case 'developer':
      return 'instructions';
    case 'tool':
    case 'function':
      return 'tool';
    case 'user':
      return null;
    case 'assistant':
      // Days that a tool is asked for are as the days that it answers with.
      return position.isSlot === true ? 'tool' : null;
    case null:
      return DEVELOPERS.test(position.pointer) || TODAY.test(position.pointer) ? 'instructions' : null;
  }
}

/** The keys above a text, as words: what stands under `slots` or `examples` is read so. */
export function keysAbove({ pointer, speaker, key, isSlot }: TextPosition): string {
  if (isSlot === true) return 'slots:';
  if (speaker === null) return pointer.replace(/[/_]/g, ' ');
  return key === null ? '' : `${key.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').replace(/[_-]/g, ' ')}:`;
}
