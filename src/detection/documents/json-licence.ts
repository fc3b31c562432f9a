/** Licences of AAMVA as JSON: `{"DCS": "TVEDT", "DAC": "SOLVEIG", "DBB": "07221958"}`. */
import { isLicenceId, licenceContent } from './aamva.ts';
import type { JsonPlace } from './json-place.ts';
import { CODE, PLAIN_TEXT, valueOf, type JsonSense } from './json-sense.ts';
import { isFields } from './json-value.ts';

/** Elements that make a licence of an object. */
const FEWEST = 2;

/** What the element of a licence holds at the place; null outside of licences. */
export function licenceSense(place: JsonPlace, source: string): JsonSense | null {
  const { key } = place;
  const fields = place.holder?.value;
  if (key === null || !isLicenceId(key) || !isFields(fields)) return null;
  if (Object.keys(fields).filter(isLicenceId).length < FEWEST) return null;
  const content = licenceContent(key, source.trim());
  return content === 'keep' ? CODE : content === 'text' ? PLAIN_TEXT : valueOf(content);
}
