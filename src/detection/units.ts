/**
 * What makes a number a quantity and not an identifier: units after it, currency before it.
 */

const UNITS: ReadonlySet<string> = new Set(
  (
    'mg mgs milligram milligrams mcg microgram micrograms g gram grams kg kgs kilo kilos kilogram kilograms lb lbs pound pounds oz ounce ounces ml mls ' +
    'milliliter milliliters millilitres cc liter liters litres unit units iu meq mmol mmhg bpm beats tablet tablets pill pills capsule capsules puff puffs ' +
    'drop drops dose doses spray sprays refill refills cup cups teaspoon teaspoons tablespoon tablespoons percent degrees degree celsius fahrenheit f ' +
    'dollar dollars bucks cents usd euro euros k million millions billion trillion hour hours hr hrs minute minutes min mins second seconds sec secs ms ' +
    'day days week weeks wk wks month months mo year years yr yrs yo decade decades time times x am pm oclock tokens token characters words chars ' +
    'inch inches in ft foot feet mile miles km kilometers meter meters cm mm people patients callers steps calories hz khz mb gb kb px μg µg u'
  ).split(' '),
);

// As words of their own these are too common to be units; glued to a number (5x, 10in) they are.
const ONLY_GLUED: ReadonlySet<string> = new Set(['f', 'k', 'x', 'in', 'g', 'ms', 'u']);

/** Whether the word names a unit that makes the number before it a quantity. */
export function isUnit(lower: string, glued: boolean): boolean {
  return UNITS.has(lower) && (glued || !ONLY_GLUED.has(lower));
}

/** Currency signs, which make the number after them a price. */
export function isCurrencySign(text: string): boolean {
  return text === '$' || text === '€' || text === '£' || text === '¥';
}
