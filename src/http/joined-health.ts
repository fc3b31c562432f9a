/** What the worker processes of one machine say of themselves, as one answer. See docs/operations.md, Health. */
import type { ComponentState, Health } from './health.ts';

const BADNESS: Readonly<Record<ComponentState | 'disabled', number>> = { disabled: 0, ok: 1, degraded: 2, down: 3 };

function worst<S extends ComponentState | 'disabled'>(states: readonly S[], best: S): S {
  return states.reduce((found, state) => (BADNESS[state] > BADNESS[found] ? state : found), best);
}

function byName<V>(maps: readonly Readonly<Record<string, V>>[], join: (values: readonly V[]) => V): Record<string, V> {
  const values = new Map<string, V[]>();
  for (const map of maps)
    for (const [name, value] of Object.entries(map)) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries([...values].map(([name, all]) => [name, join(all)]));
}

/**
 * Joins the answers of workers: of each part the worst state counts. A machine on which fewer workers run than are
 * configured is degraded. `own` is the answer of the worker that was asked, and is among `answers`.
 */
export function joinHealth(own: Health, answers: readonly Health[], configured: number): Health {
  const component = <N extends keyof Health['components']>(name: N): Health['components'][N] =>
    worst(
      answers.map(({ components }) => components[name]),
      own.components[name],
    );
  const running = answers.length;
  const isWhole = running >= configured && answers.every(({ status }) => status === 'ok');
  return {
    ...own,
    status: isWhole ? 'ok' : 'degraded',
    uptime_seconds: Math.max(...answers.map(({ uptime_seconds: uptime }) => uptime)),
    components: {
      db: component('db'),
      vault: component('vault'),
      audit_log: component('audit_log'),
      upstream: component('upstream'),
      ner_model: component('ner_model'),
    },
    checkpoint_sinks: byName(
      answers.map(({ checkpoint_sinks: sinks }) => sinks),
      (states) => worst(states, 'ok'),
    ),
    timestamps: worst(
      answers.map(({ timestamps }) => timestamps),
      own.timestamps,
    ),
    upstreams: byName(
      answers.map(({ upstreams }) => upstreams),
      (states) => ({
        state: worst(
          states.map(({ state }) => state),
          'ok',
        ),
        agents_refused: Math.max(...states.map(({ agents_refused: refused }) => refused)),
      }),
    ),
    keys: { old_in_use: [...new Set(answers.flatMap(({ keys }) => keys.old_in_use))] },
    workers: { configured, running },
  };
}
