import { expect, test } from 'vitest';
import { SPEECH } from '../../../../src/masking/rehydration/destination.ts';
import { pushing } from '../../../../src/masking/rehydration/long-text.ts';
import { RehydrationCounts } from '../../../../src/masking/rehydration/rehydration-counts.ts';
import { TextLane } from '../../../../src/masking/rehydration/text-lane.ts';
import { isWork, runAtOnce } from '../../../../src/platform/steps.ts';
import { FOREIGN, NAME, rehydrator, SEALED } from './answers.ts';

const PIECE = 8192;

test('pushing restores a text of one piece at once, and returns work for a longer one', () => {
  expect(pushing(new TextLane(rehydrator(), 'plain'), `${' '.repeat(PIECE - NAME.length)}${NAME}`, SPEECH, true)).toBe(
    `${' '.repeat(PIECE - NAME.length)}Maria Müller`,
  );
  expect(isWork(pushing(new TextLane(rehydrator(), 'plain'), ' '.repeat(PIECE + 1), SPEECH, true))).toBe(true);
});

test.each([0, 1, 9, 40])(
  'pushing restores tokens that two pieces cut, as restoring at once does: shifted by %d',
  (shift) => {
    const text = `${'x '.repeat((PIECE - 2 * shift) / 2)}${NAME} ${'\u{1f600}'.repeat(PIECE)} ${FOREIGN} ${SEALED}`;
    const counts = [new RehydrationCounts(), new RehydrationCounts()] as const;
    const whole = new TextLane(rehydrator(counts[0]), 'plain').push(text, SPEECH, true);
    const work = pushing(new TextLane(rehydrator(counts[1]), 'plain'), text, SPEECH, true);
    expect(isWork(work) && runAtOnce(work)).toBe(whole);
    expect(whole).toContain('Maria Müller');
    expect([...counts[1].exact, counts[1].refused]).toEqual([...counts[0].exact, counts[0].refused]);
  },
);

test('pushing holds back what may be the beginning of a token unless the text is final', () => {
  const text = `${' '.repeat(PIECE)}${NAME.slice(0, 20)}`;
  for (const final of [false, true]) {
    const lane = new TextLane(rehydrator(), 'plain');
    const work = pushing(lane, text, SPEECH, final);
    expect(isWork(work) && runAtOnce(work)).toBe(final ? text : ' '.repeat(PIECE));
  }
});

test('pushing may be interrupted once a piece', () => {
  const work = pushing(new TextLane(rehydrator(), 'plain'), ' '.repeat(3 * PIECE), SPEECH, true);
  expect(isWork(work) ? [...work].length : 0).toBeGreaterThanOrEqual(3);
});
