/** JSON bodies of REST requests. */
import { parsingJsonBytes } from '../json/json-bytes.ts';
import { Failure } from '../platform/failure.ts';
import { runInStretches } from '../platform/stretch.ts';

export const MAX_BODY_BYTES = 1_048_576;

/**
 * The value of a request's JSON body. Throws Failure `unsupported_media_type`, `payload_too_large` (without reading
 * on), or `bad_request` for what is no JSON in UTF-8 or has an object with the same key twice.
 */
export async function readJsonBody(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json *(; *charset="?utf-8"? *)?$/i.test(type)) {
    throw new Failure('unsupported_media_type', 'Send the body as application/json in UTF-8.');
  }
  const result = await runInStretches(parsingJsonBytes(await readBytes(request)));
  if (!result.ok) throw new Failure('bad_request', result.problem.message);
  return result.value;
}

async function readBytes({ headers, body }: Request): Promise<Uint8Array> {
  const tooLarge = (): Failure => new Failure('payload_too_large', `A body may have ${MAX_BODY_BYTES} bytes.`);
  if (Number(headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
