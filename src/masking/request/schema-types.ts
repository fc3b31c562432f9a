/** Types of tool parameters: a token is a string, so a number that carries an identifier must be allowed to be one upstream. */
import { keyFacts } from '../../detection/documents/json-words.ts';
import { own, type JsonObject, type JsonValue } from '../../json/json-text.ts';

const NUMBERS: readonly JsonValue[] = ['integer', 'number'];

/** The schema of the property, which takes a string, too, where it takes numbers that are values of a person. */
export function takingTokens(schema: JsonObject, property: string): JsonObject {
  const type = own(schema, 'type');
  const types: readonly JsonValue[] = Array.isArray(type) ? (type as readonly JsonValue[]) : [type ?? null];
  if (!types.some((one) => NUMBERS.includes(one)) || types.includes('string') || Object.hasOwn(schema, 'enum'))
    return schema;
  return carriesValues(property) ? { ...schema, type: [...types, 'string'] } : schema;
}

function carriesValues(property: string): boolean {
  const { isAge, meaning } = keyFacts(property);
  return isAge || (meaning !== null && meaning !== 'keep' && meaning.sure);
}
