/**
 * A number that somebody has, as people write it: nine to eleven digits in one piece or in groups, or a day. Neither letters nor
 * digits stand right before or behind it. Ids, keys and encoded bytes hold one by chance in one case of many millions.
 */
export const GROUPED_NUMBER =
  /(?<![A-Za-z0-9])(?:\+?1[-.]?)?(?:\d{3}[-.]?\d{2,3}[-.]?\d{4}|\d{4}-\d{2}-\d{2})(?![A-Za-z0-9])/;

/** The same form, which is to begin with `^`, without strings that such a number stands in. */
export function withoutNumber(form: RegExp): RegExp {
  return new RegExp(`^(?!.*${GROUPED_NUMBER.source})${form.source.slice(1)}`);
}
