/** How many agents anyone may call, in words. Only the first page of agents is counted, and the words say so. */
import { count } from '../../parts/format.ts';

interface CountedAgents {
  readonly edges: readonly { readonly node: { readonly openToAnyone: boolean } }[];
  readonly pageInfo: { readonly hasNextPage: boolean };
}

/** The figure of the dashboard. */
export interface AgentFigure {
  readonly value: string;
  readonly note: string;
  readonly tone: 'warn' | undefined;
}

export function agentFigure({ edges, pageInfo: { hasNextPage } }: CountedAgents): AgentFigure {
  const open = edges.filter(({ node }) => node.openToAnyone).length;
  const value = `${count(edges.length)}${hasNextPage ? '+' : ''}`;
  if (open > 0)
    return {
      value,
      note: `${hasNextPage ? 'at least ' : ''}${count(open)} open to anyone with the ID`,
      tone: 'warn',
    };
  if (edges.length === 0) return { value, note: 'none yet', tone: undefined };
  return {
    value,
    note: hasNextPage
      ? `the newest ${count(edges.length)} ask for a proof; others not counted`
      : 'all ask callers for a proof',
    tone: undefined,
  };
}
