/** Every position of a table of fields, so that a test can plant something at each. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src/json/json-text.ts';
import { PART_FIELDS } from '../../../../src/masking/request/request-fields.ts';
import type { Fields, Treatment } from '../../../../src/masking/request/treatment.ts';

export interface Position {
  readonly path: string;
  readonly treatment: Treatment;
  /** A body with the value at this position. */
  readonly plant: (value: JsonValue) => JsonObject;
}

/** The position of a treatment, and all positions below it. */
export function* positions(path: string, treatment: Treatment, plant: Position['plant']): Generator<Position> {
  yield { path, treatment, plant };
  switch (treatment.as) {
    case 'object':
      yield* positionsOf(treatment.fields, path, plant);
      return;
    case 'message':
      for (const [key, inner] of Object.entries(treatment.fields)) {
        for (const role of ['user', 'assistant', 'tool']) {
          yield* positions(`${path}[${role}].${key}`, inner, (value) => plant({ role, [key]: value }));
        }
      }
      return;
    case 'list':
      yield* positions(`${path}[]`, treatment.of, (value) => plant([value]));
      return;
    case 'keyword':
    case 'form':
      if (treatment.other.as !== 'deep') yield* positions(path, treatment.other, plant);
      return;
    case 'content':
      for (const [key, inner] of Object.entries(treatment.parts ?? PART_FIELDS)) {
        yield* positions(`${path}[].${key}`, inner, (value) => plant([{ [key]: value }]));
      }
      return;
    case 'spoken':
      yield* positions(path, treatment.of, plant);
      return;
    case 'map':
      yield* positions(`${path}.*`, treatment.of, (value) => plant({ any: value }));
      return;
    case 'variant':
      for (const [type, inner] of Object.entries(treatment.of)) {
        const typed = (value: JsonValue): JsonObject => plant(withType(type, value));
        yield* positions(`${path}<${type}>`, inner, typed);
      }
      yield* positions(`${path}<>`, treatment.absent, plant);
      yield* positions(`${path}<?>`, treatment.other, (value) => plant(withType('of_tomorrow', value)));
      return;
    default:
  }
}

/** What is planted below an item must be planted in an item of its type. */
function withType(type: string, value: JsonValue): JsonValue {
  return isJsonObject(value) && !('type' in value) ? { type, ...value } : value;
}

/** The positions of the fields of an object. */
export function* positionsOf(
  fields: Fields,
  path: string,
  plant: (value: JsonObject) => JsonObject,
): Generator<Position> {
  for (const [key, inner] of Object.entries(fields)) {
    yield* positions(path === '' ? key : `${path}.${key}`, inner, (value) => plant({ [key]: value }));
  }
}

/** Whether a number of any length may stand there and stay. */
export function keepsNumbers(treatment: Treatment): boolean {
  if (treatment.as === 'spoken') return keepsNumbers(treatment.of);
  return treatment.as === 'setting' && treatment.below === Infinity;
}
