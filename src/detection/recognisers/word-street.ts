/** Streets without a number or kind, whose names are words: "live on pleasant", "right off main and third", "over on cherry". */
import { readOrdinal } from '../spoken/numbers.ts';
import { WORD_STREETS } from '../vocabulary/places.ts';
import { isCapitalised, type Word } from '../words.ts';
import { wordsFinding } from './ranges.ts';
import type { Trigger } from './trigger.ts';

const DWELL = /^(?:live|lives|lived|living|reside|resides|stay|stays|staying|moved)$/;
const WHEREABOUTS = /^(?:right|over|out|just|down|up|house|home|place|apartment|condo|i'm|we're|one|it|'s)$/;
const LANDMARK = /^(?:near|by|across|past|behind|between|beside|around|next)$/;
const AFTER_STREETS =
  /^(?:near|by|across|past|behind|between|in|at|with|and|it|it's|its|right|now|for|if|so|but|next|since|please)$/;
/** What is named beside trees and first days where no street is meant. */
const OTHER_TALK = /^(?:allerg\w*|pollen|test\w*|react\w*|dose|doses|wood|trees?|page|channel)$/;
const REACH = 6;

/** Found where "on", "off", "at" or "near" stands before the street. */
export const wordStreet: Trigger = {
  words: ['on', 'off', 'at', 'near', 'of'],
  find(reading, at) {
    const { words } = reading;
    const last = crossingEnd(words, at + 1) ?? (isPlaced(words, at) ? at + 1 : null);
    if (last === null || words.slice(Math.max(0, at - REACH), at).some(({ lower }) => OTHER_TALK.test(lower)))
      return null;
    return wordsFinding(reading, at + 1, last, 'ADDRESS', 'address.word_street', 0.7);
  },
};

function isStreet(word: Word | undefined): boolean {
  return word?.type === 'letters' && !word.newLine && WORD_STREETS.has(word.lower);
}

/** "main and third", "chestnut and broad", and nothing but a preposition or an end behind them. */
function crossingEnd(words: readonly Word[], first: number): number | null {
  const ordinal = readOrdinal(words, first);
  const joint = ordinal === null ? first + 1 : ordinal.next;
  if ((ordinal === null && !isStreet(words[first])) || words[joint]?.lower !== 'and') return null;
  const second = readOrdinal(words, joint + 1);
  if (second === null && !isStreet(words[joint + 1])) return null;
  if (ordinal !== null && second !== null) return null;
  const last = second === null ? joint + 1 : second.next - 1;
  return isFollowed(words[last + 1]) ? last : null;
}

function isFollowed(next: Word | undefined): boolean {
  return next === undefined || next.newLine || next.type === 'mark' || AFTER_STREETS.test(next.lower);
}

/** "live on pleasant", "over on washington", "on jefferson near the park". */
function isPlaced(words: readonly Word[], at: number): boolean {
  const [preposition, street, next] = words.slice(at, at + 3);
  if (!isStreet(street) || !/^(?:on|off|of)$/.test(preposition?.lower ?? '') || !isFollowed(next)) return false;
  // "off of main"
  const before = words[preposition?.lower === 'of' ? at - 2 : at - 1]?.lower ?? '';
  if (preposition?.lower === 'of' && words[at - 1]?.lower !== 'off') return false;
  if (DWELL.test(before) || WHEREABOUTS.test(before)) return true;
  if (preposition?.lower !== 'on' || !LANDMARK.test(next?.lower ?? '')) return false;
  return next?.lower !== 'by' || isCapitalised(street ?? preposition);
}
