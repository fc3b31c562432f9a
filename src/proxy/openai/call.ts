/** What of a request the proxy itself must understand, before it is masked. See docs/proxy.md. */
import { parsingJsonBytes } from '../../json/json-bytes.ts';
import { isJsonObject, own } from '../../json/json-text.ts';
import type { JsonObject } from '../../json/json-text.ts';
import { Failure } from '../../platform/failure.ts';
import { runInStretches } from '../../platform/stretch.ts';
import { modelFits } from '../upstream/upstream.ts';
import type { UpstreamBinding } from '../upstream/upstream.ts';

export interface Call {
  /** The request, with the agent's model where it named none. */
  readonly body: JsonObject;
  readonly model: string;
  readonly streamed: boolean;
}

function invalid(path: string, message: string): Failure {
  return new Failure('validation_failed', message, [{ path, code: 'invalid_value', message }]);
}

/** The body of a request as JSON, read in stretches. Throws Failure `bad_request`, never with its content. */
export async function parseBody(bytes: Uint8Array): Promise<JsonObject> {
  const parsed = await runInStretches(parsingJsonBytes(bytes));
  if (!parsed.ok) throw new Failure('bad_request', parsed.problem.message);
  if (!isJsonObject(parsed.value)) throw new Failure('bad_request', 'The request body must be a JSON object.');
  return parsed.value;
}

/** Reads the request. Throws Failure `validation_failed` or `model_not_allowed`, never with its content. */
export function readCall(body: JsonObject, binding: UpstreamBinding): Call {
  const stream = own(body, 'stream') ?? false;
  if (typeof stream !== 'boolean') throw invalid('stream', 'stream must be true or false');
  const asked = own(body, 'model') ?? null;
  if (asked === null) {
    const model = binding.model ?? binding.provider;
    return { body: { ...body, model }, model, streamed: stream };
  }
  if (typeof asked !== 'string') throw invalid('model', 'model must be a string');
  if (!modelFits(binding, asked)) {
    const message = `the model does not fit this agent, whose upstream serves ${binding.model ?? binding.provider}`;
    throw new Failure('model_not_allowed', message, [{ path: 'model', code: 'model_not_allowed', message }]);
  }
  // An upstream for any model (`stub`) may be sent any name: the name is recorded, so it must look like one.
  if (!/^[\w.:/-]{1,128}$/.test(asked)) throw invalid('model', 'model must be a model name of at most 128 characters');
  return { body, model: asked, streamed: stream };
}
