import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSameDay, type CalendarDay } from '../../../../src/detection/calendar/calendar-day.ts';
import { DayIndex } from '../../../../src/detection/calendar/day-index.ts';

const day: fc.Arbitrary<CalendarDay> = fc.record({
  year: fc.constantFrom(null, 2024, 2025),
  month: fc.constantFrom(null, 1, 2),
  day: fc.constantFrom(1, 2),
});

it('a day index finds the items whose days may be the same day, each once', () => {
  fc.assert(
    fc.property(fc.array(day), day, (days, asked) => {
      const index = new DayIndex<number>();
      days.forEach((one, n) => {
        index.add(one, n);
      });
      const same = days.flatMap((one, n) => (isSameDay(one, asked) ? [n] : []));
      expect(index.matching(asked).sort((a, b) => a - b)).toEqual(same);
      expect(index.has(asked)).toBe(same.length > 0);
      index.clear();
      expect(index.has(asked)).toBe(false);
    }),
  );
});
