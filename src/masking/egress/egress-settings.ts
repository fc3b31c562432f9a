/**
 * Numbers of a request that set how it is answered, for the egress check: `seed`, `max_tokens`, and the bounds in the
 * schemas of tools. They may equal a number that the caller said. Text and every other number are not settings.
 */
import { stringEnd } from '../../json/json-text.ts';
import { SCHEMA_BOUNDS, SCHEMA_VALUES } from '../request/request-fields.ts';

export interface NumberRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

const ROOT_SETTINGS: ReadonlySet<string> = new Set([
  'seed',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'max_tool_calls',
  'n',
  'top_logprobs',
]);
/** Members of the root below which schemas stand. */
const SCHEMA_ROOTS: ReadonlySet<string> = new Set(['tools', 'functions', 'response_format', 'text']);
/** One object or list that is open at a place of the text. */
interface Level {
  readonly isList: boolean;
  /** Whether schemas may stand in here. */
  readonly isSchema: boolean;
  key: string;
}

const NUMBER = /-?\d[\d.eE+-]*/y;

/** Returns the settings of a JSON text, in order. Linear in the text. Never throws. */
export function settingNumbers(text: string): NumberRange[] {
  const found: NumberRange[] = [];
  const levels: Level[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    const level = levels.at(-1);
    if (char === '"') {
      const end = stringEnd(text, at);
      if (level?.isList === false && /^\s*:/.test(text.slice(end + 1, end + 20))) level.key = text.slice(at + 1, end);
      at = end;
    } else if (char === '{' || char === '[') {
      levels.push({ isList: char === '[', isSchema: opensSchema(levels), key: level?.key ?? '' });
    } else if (char === '}' || char === ']') {
      levels.pop();
    } else if (char === '-' || (char >= '0' && char <= '9')) {
      NUMBER.lastIndex = at;
      const end = NUMBER.test(text) ? NUMBER.lastIndex : at + 1;
      if (level !== undefined && isSetting(level, levels.length)) found.push({ start: at, end });
      at = end - 1;
    }
  }
  return found;
}

/** Whether an object or list that begins as the value of the innermost key may hold schemas. */
function opensSchema(levels: readonly Level[]): boolean {
  const level = levels.at(-1);
  if (level === undefined) return false;
  if (level.isList) return level.isSchema;
  return levels.length === 1 ? SCHEMA_ROOTS.has(level.key) : level.isSchema && !SCHEMA_VALUES.has(level.key);
}

function isSetting({ isList, isSchema, key }: Level, depth: number): boolean {
  if (isList) return false;
  return depth === 1 ? ROOT_SETTINGS.has(key) : isSchema && SCHEMA_BOUNDS.has(key);
}
