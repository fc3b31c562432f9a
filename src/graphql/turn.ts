/** Turns of a session, and the time that the stages of a turn or a session took. */
import { viewerOf } from './access.ts';
import { builder } from './builder.ts';

/** Microseconds, as stored; null where a stage has not ended. */
export interface StageMicros {
  readonly detectionUs: bigint | number;
  readonly tokenizeUs: bigint | number;
  readonly upstreamUs: bigint | number | null;
  readonly rehydrateUs: bigint | number | null;
}

function milliseconds(micros: bigint | number | null): number | null {
  return micros === null ? null : Number(micros) / 1000;
}

export const StageDurationsType = builder.objectRef<StageMicros>('StageDurations').implement({
  description: 'Milliseconds, to the microsecond. A stage that has not ended is null.',
  fields: (t) => ({
    detection: t.float({ resolve: ({ detectionUs }) => Number(detectionUs) / 1000 }),
    tokenize: t.float({ resolve: ({ tokenizeUs }) => Number(tokenizeUs) / 1000 }),
    upstream: t.float({ nullable: true, resolve: ({ upstreamUs }) => milliseconds(upstreamUs) }),
    rehydrate: t.float({ nullable: true, resolve: ({ rehydrateUs }) => milliseconds(rehydrateUs) }),
  }),
});

const TurnStatusType = builder.enumType('TurnStatus', {
  description: 'forwarded: the upstream has not ended its answer.',
  values: ['forwarded', 'ok', 'partial', 'error'] as const,
});

export const TurnType = builder.prismaNode('Turn', {
  description: 'One request of a voice platform, and its answer.',
  authScopes: { permission: 'sessions:read' },
  id: { field: 'id' },
  nullable: true,
  findUnique: (id, context) => ({ id, session: { accountId: viewerOf(context).accountId } }),
  select: { id: true },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'From 1.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true }),
    status: t.expose('status', { type: TurnStatusType }),
    model: t.exposeString('model'),
    streamed: t.exposeBoolean('streamed'),
    redactionCount: t.exposeInt('redactionCount'),
    stageDurations: t.field({
      type: StageDurationsType,
      select: { detectionUs: true, tokenizeUs: true, upstreamUs: true, rehydrateUs: true },
      resolve: (turn) => turn,
    }),
    addedMs: t.float({
      nullable: true,
      description: 'Time that Masker itself added, in milliseconds.',
      select: { addedUs: true },
      resolve: ({ addedUs }) => milliseconds(addedUs),
    }),
  }),
});
