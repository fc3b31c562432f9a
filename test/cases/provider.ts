/** The scripted provider of a case: it answers with the tokens of the last user message, as the case says. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { Received, Respond } from '../upstream.ts';
import { lastUserText } from '../upstream.ts';
import { REPLACEMENT } from './alignment.ts';
import type { Case } from './case.ts';

const CODINGS = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync };

/** What the provider of a case answers to a request. */
export function answerer({ upstream }: Case): Respond {
  return (request, response) => {
    const tokens = (lastUserText(request).match(REPLACEMENT) ?? []).join(' ');
    const body = Buffer.from(JSON.stringify(completion(request, upstream?.tool, tokens)));
    const coding = upstream?.coding;
    const coded = coding !== undefined && accepts(request, coding);
    response.writeHead(upstream?.status ?? 200, {
      'content-type': 'application/json',
      ...(coded ? { 'content-encoding': coding } : {}),
    });
    response.end(coded ? CODINGS[coding](body) : body);
  };
}

function completion(request: Received, tool: { name: string; arg: string } | undefined, tokens: string): object {
  const call = (wanted: { name: string; arg: string }): object => ({
    id: 'call_1',
    type: 'function',
    function: { name: wanted.name, arguments: JSON.stringify({ [wanted.arg]: tokens }) },
  });
  const message =
    tool === undefined
      ? { role: 'assistant', content: tokens === '' ? lastUserText(request) : `Hello ${tokens}.` }
      : { role: 'assistant', content: null, tool_calls: [call(tool)] };
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4o-mini',
    choices: [{ index: 0, message, finish_reason: tool === undefined ? 'stop' : 'tool_calls' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
}

/** RFC 9110 12.5.3: without the header any coding may be sent. */
function accepts({ headers }: Received, coding: string): boolean {
  const accept = headers['accept-encoding'];
  if (accept === undefined) return true;
  return accept
    .split(',')
    .map((item) => item.trim().split(';'))
    .some(([name, quality]) => (name === coding || name === '*') && !/q=0(?:\.0*)?$/.test(quality ?? ''));
}
