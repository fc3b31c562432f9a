/** Returns how an upstream is named in a list of choices. */
export function upstreamLabel(upstream: string): string {
  return upstream === 'stub' ? 'stub: a model inside Masker, for trying' : upstream;
}
