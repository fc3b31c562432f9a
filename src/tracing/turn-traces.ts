/**
 * Spans of turns for OpenTelemetry. See docs/operations.md, Traces. Loaded only where an endpoint is set: nothing else imports it.
 *
 * A span is made when its turn has ended, from figures that the turn has anyway. Attributes are IDs and counts; no span has a
 * text, a kind, a name or an error message.
 */
import { SpanKind, SpanStatusCode, trace, ROOT_CONTEXT } from '@opentelemetry/api';
import type { Context, Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Clock } from '../platform/clock.ts';
import type { EndedTurn, TurnObserver } from '../sessions/turn-observer.ts';

export interface TurnTraces {
  readonly observer: TurnObserver;
  /** Sends what waits, and ends. */
  close(): Promise<void>;
}

export interface TurnTracesOptions {
  readonly version: string;
  readonly clock: Clock;
  /** Hears that spans could not be sent, and how many. */
  readonly onLost: (spans: number) => void;
}

const SUCCESS = 0;

/** Endpoint, headers, time limits, sampler and limits of batches are those of the standard variables. */
export function startTurnTraces({ version, clock, onLost }: TurnTracesOptions): TurnTraces {
  const exporter = telling(new OTLPTraceExporter(), onLost);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'masker', 'service.version': version }).merge(
      detectResources({ detectors: [envDetector] }),
    ),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('masker', version);
  return {
    observer: {
      onTurnForwarded: () => undefined,
      onTurnEnded: (turn) => {
        spansOf(tracer, turn, clock.now());
      },
      onTurnRefused: (agentId) => {
        const now = clock.now();
        const attributes = { 'masker.agent_id': agentId };
        const refused = { kind: SpanKind.SERVER, startTime: now, attributes };
        tracer.startSpan('masker.turn.refused', refused, ROOT_CONTEXT).end(now);
      },
    },
    close: () => provider.shutdown(),
  };
}

/** The turn, and below it its stages: one after the other, and what restored the answer at its end. */
function spansOf(tracer: Tracer, turn: EndedTurn, endedAt: number): void {
  const { agentId, sessionId, number, startedAt, redactions, addedUs } = turn;
  const attributes = {
    'masker.agent_id': agentId,
    'masker.session_id': sessionId,
    'masker.turn': number,
    'masker.redactions': redactions,
    'masker.added_us': addedUs,
  };
  const whole = tracer.startSpan(
    'masker.turn',
    { kind: SpanKind.SERVER, startTime: startedAt, attributes },
    ROOT_CONTEXT,
  );
  const below = trace.setSpan(ROOT_CONTEXT, whole);
  const tokenizeAt = startedAt + turn.detectionUs / 1000;
  const upstreamAt = tokenizeAt + turn.tokenizeUs / 1000;
  stage(tracer, below, 'masker.detection', startedAt, turn.detectionUs);
  stage(tracer, below, 'masker.tokenize', tokenizeAt, turn.tokenizeUs);
  stage(tracer, below, 'masker.upstream', upstreamAt, turn.upstreamUs);
  stage(tracer, below, 'masker.rehydrate', endedAt - turn.rehydrateUs / 1000, turn.rehydrateUs);
  if (turn.status !== 'ok') whole.setStatus({ code: SpanStatusCode.ERROR });
  whole.end(endedAt);
}

function stage(tracer: Tracer, below: Context, name: string, startTime: number, us: number): void {
  tracer.startSpan(name, { startTime }, below).end(startTime + us / 1000);
}

/** The exporter, with somebody who hears of losses. What the receiver answered is not repeated. */
function telling(exporter: SpanExporter, onLost: (spans: number) => void): SpanExporter {
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        const { code }: { readonly code: number } = result;
        if (code !== SUCCESS) onLost(spans.length);
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush === undefined ? {} : { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
  };
}
