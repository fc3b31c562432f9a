/**
 * Restores values in what the Responses API answers: a whole response, the items and parts that it is made of, an error.
 * An answer is not limited to known fields: every string in it is a text, but for those that name or number something.
 * See docs/proxy.md, Restoring values.
 */
import { RESTORE_ALL, SPEECH, type Destination } from './destination.ts';
import type { RehydrationOptions } from './chat-response.ts';
import { isJsonList, mappingFields, mappingItems } from '../../json/json-map.ts';
import { isJsonObject, own, type JsonObject, type JsonValue } from '../../json/json-text.ts';
import type { Rehydrator } from './rehydrate.ts';
import type { AnswerWalk } from './response-walk.ts';
import { RehydrationCounts } from './rehydration-counts.ts';
import { OPENAI_RESPONSES_FIELDS } from '../request/responses-fields.ts';
import type { TextForm } from './text-lane.ts';

/** Where a text stands. */
interface Place {
  readonly rehydrator: Rehydrator;
  readonly destination: Destination;
  readonly form: TextForm;
}

/** Strings that name, number or encode something: the API's own words and ids, never the model's text. */
const VERBATIM: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'status',
  'phase',
  'object',
  'model',
  'service_tier',
  'call_id',
  'caller_id',
  'item_id',
  'response_id',
  'previous_response_id',
  'approval_request_id',
  'file_id',
  'container_id',
  'encrypted_content',
  'fingerprint',
  'partial_image_b64',
]);

/** Fields of items that hold what the model wrote as data, not what the API wrote: nothing in them is taken for an id. */
const DATA: ReadonlySet<string> = new Set(['arguments', 'action', 'actions', 'attributes', 'env', 'operation']);

/** Fields of items that hold what came of a tool: it goes to the caller, and may be JSON. */
const RESULTS: ReadonlySet<string> = new Set(['output', 'outputs', 'results', 'result', 'error']);

/** Items by which the model calls a tool. */
const CALL = /_call$|^program$|^mcp_approval_request$/;

/** Nothing of use is nested so deep in an answer; what is deeper is left out rather than passed on unread. */
const MAX_DEPTH = 128;

/** An id of an answer is no longer than this; what is longer names nothing. */
const LONGEST_ID = 1024;

/** The id of a response, by which `previous_response_id` refers to it; null for anything else, an error say. */
export function responseId(answer: JsonValue): string | null {
  if (!isJsonObject(answer) || (own(answer, 'object') !== 'response' && !isJsonList(own(answer, 'output'))))
    return null;
  const id = own(answer, 'id');
  return typeof id === 'string' && id !== '' && id.length <= LONGEST_ID ? id : null;
}

/** Where the texts of an item go: to the tool that it calls, by its name or by what kind of call it is, or to the caller. */
export function destinationOf(item: JsonValue, rehydrator: Rehydrator): Destination {
  const type = isJsonObject(item) ? own(item, 'type') : undefined;
  if (!isJsonObject(item) || typeof type !== 'string' || !CALL.test(type)) return SPEECH;
  const name = own(item, 'name');
  return rehydrator.tool(typeof name === 'string' ? name : type.replace(/_call$/, ''));
}

/**
 * Restores the parts of one answer. What nothing is to be done about is the very same object. Yields wherever it may be
 * interrupted.
 */
export class ResponsesAnswer {
  readonly #rehydrator: Rehydrator;
  readonly #results: Rehydrator;
  readonly #echo: Rehydrator;
  readonly #again: Rehydrator;
  readonly #textForm: TextForm;

  /** `results` restores what came of tools, where that is counted apart. */
  constructor(rehydrator: Rehydrator, { jsonContent = false }: RehydrationOptions = {}, results = rehydrator) {
    this.#rehydrator = rehydrator;
    this.#results = results;
    const { restore } = rehydrator;
    // The caller reads its own request again: no rule keeps that from it, and no token of it is one that a model returned.
    this.#echo = rehydrator.beside({ restore: RESTORE_ALL, counts: new RehydrationCounts() });
    this.#again = rehydrator.beside({ restore, counts: new RehydrationCounts() });
    this.#textForm = jsonContent ? 'json' : 'plain';
  }

  /** How the text of a message is written. */
  get textForm(): TextForm {
    return this.#textForm;
  }

  /** The body of an answer that was not streamed: a response, or an error. */
  body(body: JsonValue): AnswerWalk {
    return isJsonObject(body) && isJsonList(own(body, 'output')) ? this.response(body) : this.other(body);
  }

  /** A response; `item` restores its items. */
  response(
    response: JsonObject,
    item: (item: JsonValue, at: number) => AnswerWalk = (each) => this.item(each),
  ): Generator<undefined, JsonObject> {
    const hasOutput = isJsonList(own(response, 'output'));
    return mappingFields(response, (key, member) => {
      if (key === 'output' && isJsonList(member)) return mappingItems(member, item);
      // All texts of the output once more, as some servers add it.
      if (key === 'output_text' && typeof member === 'string')
        return (hasOutput ? this.#again : this.#rehydrator).restoring(member, SPEECH, this.#textForm);
      if (VERBATIM.has(key)) return member;
      if (Object.hasOwn(OPENAI_RESPONSES_FIELDS, key)) return restoringData(member, this.#echo, SPEECH);
      return this.other(member, key);
    });
  }

  /** One item of the output. */
  *item(item: JsonValue): AnswerWalk {
    if (!isJsonObject(item)) return yield* this.other(item);
    const type = own(item, 'type');
    const destination = destinationOf(item, this.#rehydrator);
    return yield* mappingFields(item, (key, member) => {
      if (key === 'result' && type === 'image_generation_call') return member;
      if (RESULTS.has(key))
        return this.#walk(member, key, { rehydrator: this.#results, destination: SPEECH, form: 'arguments' });
      if (DATA.has(key)) return restoringData(member, this.#rehydrator, destination);
      return this.#walk(member, key, { rehydrator: this.#rehydrator, destination, form: 'plain' });
    });
  }

  /** Anything else that goes to the caller: a part of a message, an annotation, an error. `key` is what it stands under. */
  other(value: JsonValue, key: string | null = null): AnswerWalk {
    return this.#walk(value, key, { rehydrator: this.#rehydrator, destination: SPEECH, form: 'plain' });
  }

  *#walk(value: JsonValue, key: string | null, place: Place, depth = 0): AnswerWalk {
    if (typeof value === 'string')
      return key !== null && VERBATIM.has(key)
        ? value
        : yield* place.rehydrator.restoringWhole(value, place.destination, place.form);
    if (typeof value !== 'object' || value === null) return value;
    if (depth === MAX_DEPTH) return null;
    if (isJsonList(value)) return yield* mappingItems(value, (item) => this.#walk(item, key, place, depth + 1));
    if (!isJsonObject(value)) return value;
    const isText = own(value, 'type') === 'output_text';
    const walked = yield* mappingFields(value, (inner, member) => {
      if (inner === 'logprobs' && isJsonList(member)) return member;
      const form = isText && inner === 'text' ? this.#textForm : place.form;
      return this.#walk(member, inner, { ...place, form }, depth + 1);
    });
    return walked === value ? value : withoutLogprobs(walked);
  }
}

/** They spell out the text as it was before. */
export function withoutLogprobs(object: JsonObject): JsonObject {
  return isJsonList(own(object, 'logprobs')) ? { ...object, logprobs: [] } : object;
}

/** Data of the caller's or the model's: every string and key of it is a text, which may be JSON. */
function* restoringData(value: JsonValue, rehydrator: Rehydrator, destination: Destination, depth = 0): AnswerWalk {
  if (typeof value === 'string') return yield* rehydrator.restoringWhole(value, destination, 'arguments');
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_DEPTH) return null;
  if (isJsonList(value))
    return yield* mappingItems(value, (item) => restoringData(item, rehydrator, destination, depth + 1));
  if (!isJsonObject(value)) return value;
  const restored: [string, JsonValue][] = [];
  let isSame = true;
  for (const [key, member] of Object.entries(value)) {
    const name = rehydrator.text(key, destination);
    const made = yield* restoringData(member, rehydrator, destination, depth + 1);
    isSame &&= name === key && made === member;
    restored.push([name, made]);
    yield;
  }
  return isSame ? value : Object.fromEntries(restored);
}
