/** OpenTelemetry traces, where the standard variables name an endpoint. See docs/operations.md, Traces. */
import { systemClock } from '../../platform/clock.ts';
import type { Environment } from '../../platform/config.ts';
import type { Logger } from '../../platform/log.ts';
import type { TurnTraces } from '../../tracing/turn-traces.ts';
import { VERSION } from '../version.ts';

/** Whether the standard variables ask for traces over OTLP. */
export function asksForTraces(env: Environment): boolean {
  const set = (name: string): string => (env[name] ?? '').trim();
  if (set('OTEL_SDK_DISABLED').toLowerCase() === 'true') return false;
  if (!['', 'otlp'].includes(set('OTEL_TRACES_EXPORTER'))) return false;
  return set('OTEL_EXPORTER_OTLP_ENDPOINT') !== '' || set('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') !== '';
}

/** Null where no traces are asked for: nothing of OpenTelemetry is loaded then. */
export async function createTraces(env: Environment, log: Logger): Promise<TurnTraces | null> {
  if (!asksForTraces(env)) return null;
  const { startTurnTraces } = await import('../../tracing/turn-traces.ts');
  log.info('traces of turns are sent over OTLP');
  return startTurnTraces({
    version: VERSION,
    clock: systemClock,
    onLost: (spans) => {
      log.warn({ spans }, 'spans could not be sent to the OTLP endpoint');
    },
  });
}
