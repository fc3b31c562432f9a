/** Top-level domains that callers say and that hardly ever end an ordinary word after a full stop. */
export const TOP_LEVEL_DOMAINS: ReadonlySet<string> = new Set(
  'com org net edu gov mil io co info biz health care clinic hospital dental doctor app dev ai uk ca de fr au nl ie tv xyz online site example'.split(' '),
);

/** The part of them that ends a bare host name in written text: without those that are words (care, doctor, site) or short. */
export const WRITTEN_DOMAINS: ReadonlySet<string> = new Set('com org net edu gov mil io co info biz health clinic app dev ai uk ca de fr au nl ie example'.split(' '));

/** Words for the marks inside an address. */
export const SPOKEN_JOINTS: ReadonlySet<string> = new Set(['dot', 'underscore', 'dash', 'hyphen', 'period', 'point', 'plus']);
