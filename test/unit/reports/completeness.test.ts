import { describe, expect, test } from 'vitest';
import type { RecordedComparison } from '../../../src/completeness/comparisons.ts';
import type { SessionId } from '../../../src/platform/ids.ts';
import { generationTime } from '../../../src/reports/build-report.ts';
import { reportedCompleteness } from '../../../src/reports/completeness.ts';

describe('comparisons with the record of a platform', () => {
  const SESSION: SessionId = 'sess_01HYZ000000000000000000000';
  const OTHER: SessionId = 'sess_01HYZ000000000000000000001';
  const THIRD: SessionId = 'sess_01HYZ000000000000000000002';
  const compared = (session_id: SessionId, call_session: SessionId): RecordedComparison => ({
    eventId: `evt_${session_id.slice(5)}`,
    at: '2026-05-03T21:16:00.000Z',
    subject: {
      session_id,
      call_session,
      platform: 'vapi',
      source: 'end-of-call-report',
      turns: 4,
      matched: 9,
      unseen: 3,
      unseen_at_end: 1,
      only_ours: 2,
      excluded: 5,
      unknown: 7,
      models: null,
    },
  });

  test('are summed up once for each call, and each is stated', () => {
    const comparisons = [compared(SESSION, SESSION), compared(OTHER, SESSION)];
    const { statement: _statement, sessions, ...sums } = reportedCompleteness(3, comparisons);
    expect(sums).toEqual({
      matched: 9,
      unseen: 3,
      unseen_at_end: 1,
      only_ours: 2,
      excluded: 5,
      unknown: 7,
      sessions_compared: 2,
      sessions_not_compared: 1,
    });
    expect(sessions.map(({ event_id: id, compared_at: at }) => [id, at])).toEqual(
      comparisons.map(({ eventId, at }) => [eventId, at]),
    );
    expect(reportedCompleteness(3, [...comparisons, compared(THIRD, THIRD)])).toMatchObject({ matched: 18 });
  });

  test('make a report of a sealed session younger: it is of after them', () => {
    expect(generationTime(Date.UTC(2026, 4, 3, 21, 15), [], [compared(SESSION, SESSION)])).toBe(
      '2026-05-03T21:16:00.000Z',
    );
  });
});
