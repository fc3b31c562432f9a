/** Masks JSON documents as a turn does, with the default policy, for tests of what documents say of their values. */
import { readFileSync } from 'node:fs';
import { EgressSearch } from '../../../../src/masking/egress/egress.ts';
import { maskChatRequest } from './mask-request.ts';
import type { JsonObject, JsonValue } from '../../../../src/json/json-text.ts';
import { MaskingMemory } from '../../../../src/masking/turn/masking-memory.ts';
import { maskingTerms, type MaskingTerms } from '../../../../src/masking/turn/masking-terms.ts';
import { MASKING_PASSES, TurnMasking } from '../../../../src/masking/turn/turn-masking.ts';
import { createIssuer, TokenKeys } from '../../../../src/tokens/issuer.ts';
import { KeyRing } from '../../../../src/tokens/key-ring.ts';
import { policyOf } from '../../policy/policies.ts';
import { maskerOf } from '../turn/mask-at-once.ts';

const KEYS = new TokenKeys(new KeyRing([{ kid: 'K_HEALTHCARE', role: 'active', secret: Buffer.alloc(32, 1) }]));
const POLICY = readFileSync(new URL('../../../../configs/mask_policy.yaml', import.meta.url), 'utf8');
let terms: MaskingTerms | null = null;

/** A body as it would leave, with `<KIND>` in place of tokens. Throws where the egress check would refuse it. */
export function bodyLeaving(body: JsonObject): JsonObject {
  terms ??= maskingTerms(policyOf(POLICY));
  const issuer = createIssuer(KEYS, 'vault-deterministic', 'K_HEALTHCARE', 'acc_01HYZ0', 'sess_01HYZ0');
  const masking = new TurnMasking(new MaskingMemory(), terms, issuer);
  let masked: JsonObject = body;
  let known = -1;
  for (let pass = 0; pass < MASKING_PASSES && masking.knownCount > known; pass += 1) {
    known = masking.knownCount;
    masking.beginPass();
    const result = maskChatRequest(body, maskerOf(masking), { binaryContent: 'block' });
    if (!result.ok) throw new Error(result.problem.message);
    masked = result.body;
  }
  const egress = new EgressSearch();
  for (const [value, kind] of masking.newValues) egress.add(value, kind);
  const bytes = Buffer.from(JSON.stringify(masked));
  const hits = egress.search(bytes);
  if (hits.length > 0) throw new Error(`the egress check refuses ${hits.map(({ kind }) => kind).join()}`);
  return JSON.parse(short(bytes.toString('utf8'))) as JsonObject;
}

function short(text: string): string {
  return text.replace(/MSKV?1\.([A-Z_]+)\.K_HEALTHCARE\.[A-Z2-7]+/g, '<$1>').replace(/\[REDACTED:([A-Z_]+)\]/g, '<$1>');
}

/** The text of a tool's result as it would leave. */
export function resultLeaving(content: string, said = 'Can you look me up?'): string {
  const body = bodyLeaving({
    model: 'gpt-4o',
    messages: [
      { role: 'user', content: said },
      { role: 'tool', tool_call_id: 'call_1', content },
    ],
  });
  const messages = body['messages'] as readonly JsonObject[];
  return messages[1]?.['content'] as string;
}

/** A document as it would leave in a tool's result. */
export function documentLeaving(document: JsonValue): JsonValue {
  return JSON.parse(resultLeaving(JSON.stringify(document))) as JsonValue;
}
