/**
 * Finds the texts in the answer of a model, whole or a chunk of a stream. An answer is not limited to known fields:
 * every string in it is a text, but for those that name or number something. See docs/proxy.md, Restoring values.
 */
import { isJsonList, mapFields, mappingFields, mappingItems } from '../../json/json-map.ts';
import { isJsonObject, own, type JsonValue } from '../../json/json-text.ts';
import type { TextForm } from './text-lane.ts';
import { isWork, type Stepped } from '../../platform/steps.ts';

/**
 * How a text is written: see {@link TextForm}. In a stream these grow from chunk to chunk; a `whole` text is always sent
 * at once, and so are arguments that an answer has as JSON itself.
 */
export type AnswerForm = TextForm | 'whole' | 'whole arguments';

/** The forms of texts that are sent at once. */
export const WHOLE_FORMS = { whole: 'plain', 'whole arguments': 'arguments' } as const satisfies Record<
  Exclude<AnswerForm, TextForm>,
  TextForm
>;

/** Keys and list positions from the choice to the text. An item of a list is named by its `index`, if it has one. */
export type TextPath = readonly (string | number)[];

/** A tool call, or the function call of old. */
export interface ToolCall {
  readonly path: TextPath;
  /** As the answer has it; null where this part of the answer does not say. */
  readonly name: string | null;
}

/** Where a text stands in an answer. */
export interface AnswerPlace {
  readonly form: AnswerForm;
  readonly path: TextPath;
  /** The call that the text is part of; null for all else. */
  readonly tool: ToolCall | null;
}

/** Returns what to write instead of the text; of a long text, the work that does. */
export type VisitText = (text: string, place: AnswerPlace) => Stepped<string>;

/** A walk through an answer, or a part of it: yields wherever it may be interrupted. */
export type AnswerWalk = Generator<undefined, JsonValue>;

/** Fields that name, number or count something: the API's own words and ids, never the model's text. */
const VERBATIM: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'index',
  'object',
  'model',
  'created',
  'finish_reason',
  'native_finish_reason',
  'stop_reason',
  'system_fingerprint',
  'service_tier',
  'usage',
  'call_id',
  'tool_call_id',
  'expires_at',
]);

/** Fields whose texts a stream never cuts: a client takes each as complete. */
const WHOLE: ReadonlySet<string> = new Set(['name', 'annotations', 'citations']);

/** Nothing of use is nested so deep in an answer; what is deeper is left out rather than passed on unread. */
const MAX_DEPTH = 128;

/** The body with `choice` applied to each of its choices and every other text visited as `whole`; `obfuscation` is left out. */
export function* walkingAnswer(
  body: JsonValue,
  choice: (choice: JsonValue) => AnswerWalk,
  visit: VisitText,
): AnswerWalk {
  if (!isJsonObject(body)) return yield* walkingWhole(body, visit);
  return yield* mappingFields(body, (key, member) => {
    if (key === 'obfuscation') return undefined;
    if (key === 'choices' && isJsonList(member)) return mappingItems(member, choice);
    return VERBATIM.has(key) ? member : walking(member, { ...TOP, path: [key] }, visit);
  });
}

const TOP: AnswerPlace = { form: 'whole', path: [], tool: null };

/**
 * The choice with its texts visited. Where that changed any, or `touched` says so afterwards, its `logprobs` are null:
 * they spell out the text before. `jsonContent` says that the content is JSON.
 */
export function* walkingChoice(
  choice: JsonValue,
  jsonContent: boolean,
  visit: VisitText,
  touched: () => boolean = () => false,
): AnswerWalk {
  if (!isJsonObject(choice)) return yield* walkingWhole(choice, visit);
  const visitText = visitContent(jsonContent, visit);
  const walked = yield* mappingFields(choice, (key, member) =>
    key === 'logprobs' || VERBATIM.has(key)
      ? member
      : walking(member, { form: 'plain', path: [key], tool: null }, visitText),
  );
  const isSame = walked === choice && !touched();
  if (isSame || (own(choice, 'logprobs') ?? null) === null) return walked;
  return mapFields(walked, (key, member) => (key === 'logprobs' ? null : member));
}

function visitContent(jsonContent: boolean, visit: VisitText): VisitText {
  if (!jsonContent) return visit;
  // ['message' or 'delta', 'content', ...]
  return (text, place) =>
    visit(text, place.form === 'plain' && place.path[1] === 'content' ? { ...place, form: 'json' } : place);
}

function* walkingWhole(value: JsonValue, visit: VisitText): AnswerWalk {
  const walked = walking(value, TOP, visit);
  return isWork(walked) ? yield* walked : walked;
}

/** Returns the value with its texts visited, or the work that visits them: a stream has many small values. */
function walking(value: JsonValue, place: AnswerPlace, visit: VisitText): Stepped<JsonValue> {
  if (typeof value === 'string') return visit(value, place);
  if (typeof value !== 'object' || value === null) return value;
  const { form, path } = place;
  if (path.length === MAX_DEPTH) return null;
  if (isJsonList(value)) {
    return mappingItems(value, (item, at) => {
      const itemPath = [...path, indexOf(item) ?? at];
      // Bare texts in a list have nothing that tells their continuation from a new item.
      const itemForm = typeof item === 'string' ? 'whole' : form;
      const tool = path.at(-1) === 'tool_calls' ? { path: itemPath, name: calledName(item) } : place.tool;
      return walking(item, { form: itemForm, path: itemPath, tool }, visit);
    });
  }
  return mappingFields(value, (key, member) => {
    if (VERBATIM.has(key)) return member;
    // Encoded sound.
    if (key === 'data' && path.at(-1) === 'audio') return member;
    const memberPath = [...path, key];
    if (key === 'arguments' && typeof member === 'object' && member !== null)
      return walkingArguments(member, { ...place, path: memberPath }, visit);
    const tool = key === 'function_call' ? { path: memberPath, name: calledName({ function: member }) } : place.tool;
    return walking(member, { form: formOf(key, form), path: memberPath, tool }, visit);
  });
}

/**
 * Arguments that are JSON and no text of it, as some servers send them, all at once: restored like the text. All in them is the
 * model's, the keys too. What could not be written as JSON is left out.
 */
function* walkingArguments(value: JsonValue, place: AnswerPlace, visit: VisitText): AnswerWalk {
  const text = JSON.stringify(value);
  const visited = visit(text, { ...place, form: 'whole arguments' });
  const restored = isWork(visited) ? yield* visited : visited;
  if (restored === text) return value;
  try {
    return JSON.parse(restored) as JsonValue;
  } catch {
    return null;
  }
}

/**
 * The name in a tool call: of its function, or of the custom tool. A call that names two tools is a call of neither: which of
 * them a client runs is not known here.
 */
function calledName(call: JsonValue): string | null {
  if (!isJsonObject(call)) return null;
  const called = [own(call, 'function'), own(call, 'custom'), call];
  const names = called
    .flatMap((each) => (isJsonObject(each) ? [own(each, 'name')] : []))
    .filter((name) => typeof name === 'string');
  return names.length === 0 ? null : [...new Set(names)].join(' ');
}

function formOf(key: string, above: AnswerForm): AnswerForm {
  if (above === 'whole' || WHOLE.has(key)) return 'whole';
  return key === 'arguments' ? 'arguments' : above;
}

function indexOf(item: JsonValue): number | null {
  const index = isJsonObject(item) ? own(item, 'index') : undefined;
  return typeof index === 'number' ? index : null;
}
