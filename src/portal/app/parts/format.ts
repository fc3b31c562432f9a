/** Times, durations and counts as the portal writes them: the browser's time zone, English words. */

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const NUMBER = new Intl.NumberFormat('en-US');

/** `29 Nov 2026, 14:03:21`; today, only the time. */
export function moment(iso: string, now: Date = new Date()): string {
  const date = new Date(iso);
  const isToday = date.toDateString() === now.toDateString();
  return isToday ? `Today, ${TIME.format(date)}` : `${DAY.format(date)}, ${TIME.format(date)}`;
}

const WHOLE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });

/** `Sunday 29 November 2026 at 14:03:21 UTC`: the day and the time zone of a moment. */
export function wholeMoment(iso: string): string {
  return WHOLE.format(new Date(iso));
}

/** The time zone of all times that the portal shows, such as `Europe/Berlin`: that of the browser. */
export function timeZone(): string {
  return WHOLE.resolvedOptions().timeZone;
}

/** `14:03:21`. */
export function timeOfDay(iso: string): string {
  return TIME.format(new Date(iso));
}

/** `3 min ago`. Below ten seconds `just now`. */
export function ago(iso: string, now: number = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** Milliseconds as `0.84 ms`, `12.3 ms`, `340 ms`, `4.2 s`, `3 min 05 s`. */
export function duration(ms: number): string {
  if (ms < 10) return `${ms.toFixed(2)} ms`;
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${String(Math.floor((ms % 60_000) / 1000)).padStart(2, '0')} s`;
}

/** `12,304`. */
export function count(number: number): string {
  return NUMBER.format(number);
}

/** `1 session`, `2 sessions`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
