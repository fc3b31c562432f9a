/**
 * What an assistant of Vapi asks of other models than its own: analysis and summaries of the call, structured outputs, knowledge
 * bases, other assistants, detection of voicemail and of the end of a turn; and who else it has listen or read: traces, live
 * listening. All of it hears or reads what was said, past the proxy. docs.vapi.ai, Create Assistant.
 */
import { isJsonObject, own } from '../../../json/json-text.ts';
import type { JsonObject, JsonValue } from '../../../json/json-text.ts';
import type { BypassChoice } from '../../../policy/policy.ts';

/** JSON Pointers into the answer to an assistant-request; never values. */
export interface BypassRecord {
  /** What was taken out of the answer. */
  readonly removed: readonly string[];
  /** What was left in it: `platform.bypass: warn`. */
  readonly kept: readonly string[];
  /** What the answer was refused for: `platform.bypass: refuse`. */
  readonly refused: readonly string[];
}

export const NO_BYPASS: BypassRecord = { removed: [], kept: [], refused: [] };

/** An answer as the policy lets it be; null where it refuses it. */
export interface GuardedAnswer {
  readonly answer: JsonObject | null;
  readonly record: BypassRecord;
}

/** More paths are not recorded. */
const MOST_PATHS = 100;
/** Settings of the older API, and of post-call analysis in `artifactPlan`. */
const SETTINGS = [
  'summaryPrompt',
  'structuredDataPrompt',
  'structuredDataSchema',
  'successEvaluationPrompt',
  'successEvaluationRubric',
] as const;
const ANALYSES = [
  'summaryPlan',
  'structuredDataPlan',
  'structuredDataMultiPlan',
  'successEvaluationPlan',
  'outcomeIds',
] as const;
const ARTIFACTS = ['structuredOutputIds', 'structuredOutputs', 'scorecardIds', 'scorecards'] as const;
/** Other models in the place of the assistant's own: never left in. */
const OTHER_MODELS = ['fallbackModels', 'numFastTurns'] as const;
const MODEL_SETTINGS = [...OTHER_MODELS, 'knowledgeBase', 'knowledgeBaseId', 'toolIds', 'toolRefs'] as const;
/** Tools that no other model works for. Types that are not listed are taken for such that one does. */
const OWN_TOOLS =
  /^(?:function|apiRequest|dtmf|endCall|sms|voicemail|transferCall|mcp|code|make|ghl|output|bash|computer|textEditor|sipRequest|google\..+|gohighlevel\..+|slack\..+)$/;
/** Detection by the carrier; the others listen or read with a model. */
const CARRIERS: ReadonlySet<string> = new Set(['twilio', 'off']);
/** How the end of a turn is found: by a model that reads, or a server that is asked. */
const END_OF_TURN = ['smartEndpointingPlan', 'smartEndpointingEnabled'] as const;
/** Vapi summarises and evaluates each call unless it is told not to. */
const NO_ANALYSIS: JsonObject = {
  summaryPlan: { enabled: false },
  structuredDataPlan: { enabled: false },
  successEvaluationPlan: { enabled: false },
};

/** Anybody with the address of a call may listen to it unless Vapi is told otherwise. */
const NOT_LISTENED_TO: JsonObject = { listenEnabled: false };

/** The answer of an assistant-request as the policy lets it be, before its model goes behind the proxy. */
export function guardedAnswer(answer: JsonObject, choice: BypassChoice): GuardedAnswer {
  const stored = typeof own(answer, 'assistantId') === 'string';
  const paths = [
    ...under('/assistant', assistantPaths(own(answer, 'assistant'))),
    ...under('/assistantOverrides', assistantPaths(own(answer, 'assistantOverrides'))),
    ...under('/destination', destinationPaths(own(answer, 'destination'))),
  ];
  switch (choice) {
    case 'strip':
      return { answer: withoutAnalysis(without(answer, paths), stored), record: recordOf({ removed: paths }) };
    case 'warn': {
      const removed = paths.filter((path) => OTHER_MODELS.some((name) => path.endsWith(`/model/${name}`)));
      const kept = paths.filter((path) => !removed.includes(path));
      return { answer: without(answer, removed), record: recordOf({ removed, kept }) };
    }
    case 'refuse': {
      // What a stored assistant asks of other models is not told.
      const refused = stored ? ['/assistantId', ...paths] : paths;
      return {
        answer: refused.length > 0 ? null : withoutAnalysis(answer, false),
        record: recordOf({ refused }),
      };
    }
  }
}

function recordOf({ removed = [], kept = [], refused = [] }: Partial<BypassRecord>): BypassRecord {
  const first = (paths: readonly string[]): readonly string[] => paths.slice(0, MOST_PATHS);
  return { removed: first(removed), kept: first(kept), refused: first(refused) };
}

function under(base: string, paths: readonly string[]): readonly string[] {
  return paths.map((path) => base + path);
}

/** Every assistant in the answer with analysis and live listening switched off; a stored one by overrides. */
function withoutAnalysis(answer: JsonObject, stored: boolean): JsonObject {
  const off = (of: JsonValue | undefined): JsonObject => {
    const monitor = isJsonObject(of) ? own(of, 'monitorPlan') : undefined;
    return {
      ...(isJsonObject(of) ? of : {}),
      analysisPlan: NO_ANALYSIS,
      monitorPlan: { ...(isJsonObject(monitor) ? monitor : {}), ...NOT_LISTENED_TO },
    };
  };
  if (stored) {
    const overrides = off(own(answer, 'assistantOverrides'));
    const artifacts = own(overrides, 'artifactPlan');
    return {
      ...answer,
      assistantOverrides: {
        ...overrides,
        artifactPlan: { ...(isJsonObject(artifacts) ? artifacts : {}), structuredOutputIds: [] },
        voicemailDetection: own(overrides, 'voicemailDetection') ?? 'off',
      },
    };
  }
  const overrides = own(answer, 'assistantOverrides');
  return {
    ...answer,
    ...(isJsonObject(own(answer, 'assistant')) ? { assistant: off(own(answer, 'assistant')) } : {}),
    ...(isJsonObject(overrides) && ['analysisPlan', 'monitorPlan'].some((plan) => Object.hasOwn(overrides, plan))
      ? { assistantOverrides: off(overrides) }
      : {}),
  };
}

function assistantPaths(assistant: JsonValue | undefined): readonly string[] {
  if (!isJsonObject(assistant)) return [];
  const detection = own(assistant, 'voicemailDetection');
  const detector = isJsonObject(detection) ? own(detection, 'provider') : detection;
  return [
    ...SETTINGS.filter((name) => isSet(own(assistant, name))).map((name) => `/${name}`),
    ...under('/analysisPlan', analysisPaths(own(assistant, 'analysisPlan'))),
    ...under('/artifactPlan', setIn(own(assistant, 'artifactPlan'), ARTIFACTS)),
    ...(!isSet(detection) || (typeof detector === 'string' && CARRIERS.has(detector)) ? [] : ['/voicemailDetection']),
    ...under('/startSpeakingPlan', setIn(own(assistant, 'startSpeakingPlan'), END_OF_TURN)),
    ...setIn(assistant, ['observabilityPlan']),
    ...under('/monitorPlan', setIn(own(assistant, 'monitorPlan'), ['listenEnabled'])),
    ...under('/hooks', each(own(assistant, 'hooks'), hookPaths)),
    ...under('/tools:append', each(own(assistant, 'tools:append'), toolPaths)),
    ...under('/model', modelPaths(own(assistant, 'model'))),
  ];
}

function modelPaths(model: JsonValue | undefined): readonly string[] {
  if (!isJsonObject(model)) return [];
  return [...setIn(model, MODEL_SETTINGS), ...under('/tools', each(own(model, 'tools'), toolPaths))];
}

/** The plans that are on; for others than these the whole of it, so that no key of the customer's is in a path. */
function analysisPaths(plan: JsonValue | undefined): readonly string[] {
  if (!isJsonObject(plan)) return [];
  const paths = ANALYSES.filter((name) => {
    const part = own(plan, name);
    const enabled = isJsonObject(part) ? own(part, 'enabled') : true;
    // Structured data is off unless it is switched on.
    return isSet(part) && enabled !== false && (name !== 'structuredDataPlan' || enabled === true);
  }).map((name) => `/${name}`);
  const isKnown = (name: string): boolean =>
    name === 'minMessagesThreshold' || ANALYSES.some((known) => known === name);
  return Object.keys(plan).every((name) => isKnown(name) || !isSet(own(plan, name))) ? paths : [...paths, ''];
}

/** What a hook does: a tool that is stored, or one that another model works for. */
function hookPaths(hook: JsonValue): readonly string[] {
  if (!isJsonObject(hook)) return [];
  return under(
    '/do',
    each(own(hook, 'do'), (act) => {
      if (!isJsonObject(act)) return [];
      if (isSet(own(act, 'toolId'))) return [''];
      const tool = own(act, 'tool');
      return tool === undefined ? [] : under('/tool', toolPaths(tool)).map((path) => (path === '/tool' ? '' : path));
    }),
  );
}

function toolPaths(tool: JsonValue): readonly string[] {
  if (!isJsonObject(tool)) return [''];
  const type = own(tool, 'type');
  if (typeof type !== 'string' || !OWN_TOOLS.test(type)) return [''];
  const destinations = type === 'transferCall' ? own(tool, 'destinations') : undefined;
  if (!Array.isArray(destinations)) return [];
  const paths = each(destinations, destinationPaths);
  // A transfer to assistants alone is none any more.
  return destinations.length > 0 && paths.filter((path) => /^\/\d+$/.test(path)).length === destinations.length
    ? ['']
    : under('/destinations', paths);
}

/** Other assistants have models of their own; a summary for who takes the call over is made by one of Vapi's. */
function destinationPaths(destination: JsonValue | undefined): readonly string[] {
  if (!isJsonObject(destination)) return [];
  const type = own(destination, 'type');
  if (type !== 'number' && type !== 'sip') return [''];
  const plan = own(destination, 'transferPlan');
  if (!isJsonObject(plan)) return [];
  const mode = own(plan, 'mode');
  const isSummed = isSet(own(plan, 'summaryPlan')) || (typeof mode === 'string' && /summary|experimental/.test(mode));
  return isSummed ? ['/transferPlan'] : [];
}

function setIn(value: JsonValue | undefined, names: readonly string[]): readonly string[] {
  if (!isJsonObject(value)) return [];
  return names.filter((name) => isSet(own(value, name))).map((name) => `/${name}`);
}

/** Whether a setting asks for anything: not null, 0, false or an empty list. */
function isSet(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== 0 && value !== false && value !== '';
}

function each(list: JsonValue | undefined, paths: (item: JsonValue) => readonly string[]): readonly string[] {
  if (!Array.isArray(list)) return [];
  return (list as readonly JsonValue[]).flatMap((item, index) => under(`/${index}`, paths(item)));
}

/** The value without what stands at the paths. */
function without(answer: JsonObject, paths: readonly string[]): JsonObject {
  const pruned = prune(answer, new Set(paths), '');
  return isJsonObject(pruned) ? pruned : {};
}

function prune(value: JsonValue, paths: ReadonlySet<string>, at: string): JsonValue {
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).flatMap((item, index) =>
      paths.has(`${at}/${index}`) ? [] : [prune(item, paths, `${at}/${index}`)],
    );
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !paths.has(`${at}/${key}`));
  return Object.fromEntries(kept.map(([key, member]) => [key, prune(member, paths, `${at}/${key}`)]));
}
