/** Which texts of a turn are searched on the loop, and which in threads. */
import { expect, it } from 'vitest';
import { TurnSearches } from '../../../../../src/masking/turn/long-texts/turn-searches.ts';
import { maskingTerms } from '../../../../../src/masking/turn/masking-terms.ts';
import { MUCH_TEXT, type Masking } from '../../../../../src/masking/turn/text-masking.ts';
import { LOOK_AT_CLOCK } from '../../../../../src/platform/steps.ts';
import { policyOf } from '../../../policy/policies.ts';

const { rules } = maskingTerms(policyOf('name: p\npasses: [regex]\n'));

/** What a search yields until it ends: `pause` for each place to interrupt it. */
function stepsOf(work: Masking<unknown>): string[] {
  const steps: string[] = [];
  for (let step = work.next([]); step.done !== true; step = work.next([])) {
    if (step.value === undefined) steps.push('pause');
    else steps.push(step.value === MUCH_TEXT ? 'much' : step.value.for);
  }
  return steps;
}

const text = (length: number, n = 0): string => `${n} `.padEnd(length, 'note ');
const onLoop = Array.from({ length: LOOK_AT_CLOCK }, () => 'pause');

it('searches a text of 4096 characters on the loop, and has the clock looked at behind it', () => {
  expect(stepsOf(new TurnSearches(rules).identifiers(text(4096)))).toEqual(onLoop);
});

it('searches a longer text in a thread, and behind it all texts of the pass but the smallest', () => {
  const searches = new TurnSearches(rules);
  const steps = [4097, 65, 64].map((length) => stepsOf(searches.identifiers(text(length))));
  expect(steps).toEqual([['identifiers'], ['identifiers'], onLoop]);
  searches.beginPass();
  expect(stepsOf(searches.identifiers(text(66)))).toEqual(onLoop);
});

it('searches no text in a thread twice', () => {
  const searches = new TurnSearches(rules);
  expect([1, 2].map(() => stepsOf(searches.identifiers(text(5000))))).toEqual([['identifiers'], []]);
  expect([1, 2].map(() => stepsOf(searches.identifiersOfLong(text(9000), 'mrn: ')))).toEqual([['identifiers'], []]);
});

it('says once in a pass that there is more text than in a usual turn', () => {
  const searches = new TurnSearches(rules);
  const steps = (from: number): string[] =>
    Array.from({ length: 200 }, (_, n) => stepsOf(searches.identifiers(text(60, from + n)))).flat();
  expect(steps(0).flatMap((step, at) => (step === 'pause' ? [] : [[step, at]]))).toEqual([
    ['much', Math.floor(8192 / 60) * LOOK_AT_CLOCK],
  ]);
  searches.beginPass();
  expect(steps(200).filter((step) => step !== 'pause')).toEqual(['much']);
});

it('searches a short text on the loop once in a turn, as often as it is asked for', () => {
  const searches = new TurnSearches(rules);
  expect([1, 2].map(() => stepsOf(searches.identifiers(text(512))))).toEqual([onLoop, []]);
  expect([1, 2].map(() => stepsOf(searches.identifiers(text(513))))).toEqual([onLoop, onLoop]);
});
