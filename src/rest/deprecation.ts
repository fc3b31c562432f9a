/** Routes that will go: the headers Deprecation (RFC 9745) and Sunset (RFC 8594), from one mark at the route. */

export interface Deprecation {
  /** Since when it is deprecated: a day, `2027-01-31`. */
  readonly since: string;
  /** When it may stop to answer; null where that is not decided. */
  readonly sunset: string | null;
  /** What to use instead, in a sentence. */
  readonly instead: string;
}

const moment = (day: string): Date => new Date(`${day}T00:00:00Z`);

/** Returns the headers of every answer of the route, errors included. */
export function deprecationHeaders({ since, sunset }: Deprecation): Readonly<Record<string, string>> {
  return {
    Deprecation: `@${moment(since).getTime() / 1000}`,
    ...(sunset === null ? {} : { Sunset: moment(sunset).toUTCString() }),
  };
}

/** Returns what the OpenAPI document says of the route. */
export function deprecationText({ since, sunset, instead }: Deprecation): string {
  const end = sunset === null ? '' : ` It may stop to answer on ${sunset}.`;
  return `Deprecated since ${since}.${end} ${instead}`;
}
