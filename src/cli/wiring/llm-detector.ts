/** Creates the optional LLM detector from MASKER_NER_URL, MASKER_NER_MODEL and MASKER_DETECTION_TIMEOUT_MS. */
import { isIP } from 'node:net';
import { endpointOf } from '../../detection/llm-detector/dialects.ts';
import { LlmDetector } from '../../detection/llm-detector/llm-detector.ts';
import { createLlmServer } from '../../detection/llm-detector/llm-server.ts';
import { systemTimer } from '../../platform/clock.ts';
import type { Config } from '../../platform/config.ts';
import { createJsonClient } from '../../platform/json-client.ts';
import type { Logger } from '../../platform/log.ts';

export interface ConnectedLlmDetector {
  readonly detector: LlmDetector;
  /** `degraded` while the server is left alone because it did not answer. */
  health(): 'ok' | 'degraded';
  close(): Promise<void>;
}

/** The model that is asked for where MASKER_NER_MODEL is not set: what Ollama calls Gemma. */
const MODEL = 'gemma3';
/** Requests under way at a time; more wait for one of them. */
const CONNECTIONS = 32;
/** An answer names some identifiers of four thousand bytes of text. */
const LARGEST_ANSWER = 262_144;

/** Null where no server is configured. */
export function createLlmDetector(
  { ner, detectionTimeoutMs: timeoutMs }: Pick<Config, 'ner' | 'detectionTimeoutMs'>,
  log: Logger,
): ConnectedLlmDetector | null {
  if (ner === null) return null;
  const url = new URL(ner.url);
  if (!isConfidential(url))
    log.warn(
      'MASKER_NER_URL is plain http to a public address: everything that callers say crosses the network in the clear',
    );
  const { dialect, path } = endpointOf(url);
  const client = createJsonClient({ url, path, connections: CONNECTIONS, timeoutMs, maxBytes: LARGEST_ANSWER });
  const detector = new LlmDetector({
    server: createLlmServer(dialect, ner.model ?? MODEL, client.post),
    timer: systemTimer,
    timeoutMs,
    onCircuit: (state) => {
      if (state === 'open') log.warn('the Gemma server does not answer: calls go on without it');
      else if (state === 'closed') log.info('the Gemma server answers again');
    },
    onDropped: (count) => {
      log.debug({ count }, 'the Gemma server named what stands in no text, or is no entity');
    },
  });
  return { detector, health: () => (detector.circuit === 'closed' ? 'ok' : 'degraded'), close: () => client.close() };
}

const PRIVATE_V4 =
  /^(?:127|10)\.|^192\.168\.|^169\.254\.|^172\.(?:1[6-9]|2\d|3[01])\.|^100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./;
const PRIVATE_V6 = /^(?:::1$|f[cd]|fe[89ab])/i;

/**
 * Whether what is sent there stays unread on its way: TLS, or an address that is not routed on the internet (RFC 1918,
 * 3927, 4193, 4291, 6598), or a name that only a local resolver knows.
 */
export function isConfidential({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:') return true;
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  switch (isIP(host)) {
    case 4:
      return PRIVATE_V4.test(host);
    case 6:
      return PRIVATE_V6.test(host);
    default:
      return !host.includes('.') || /\.(?:localhost|local|internal|lan|home\.arpa|svc|cluster\.local)$/i.test(host);
  }
}
