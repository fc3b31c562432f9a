// The layers of the code: an import may only point downwards, and the verifier stands alone.
const domain =
  'subscriptions|custody|webhooks|events|reports|sessions|agents|accounts|completeness|usage|audit-log|audit|tokens|masking|synthesis|policy|voice|detection|json';
/** @param {string} from @param {string} to @param {string} comment */
const forbid = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: to },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { pathNot: '^src/generated/' } } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '\\.d\\.ts$|^src/portal/app/public/' },
      to: {},
    },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      from: { path: '^(src|verifier/src)/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    forbid(
      'verifier-shares-nothing',
      '^verifier/',
      '^src/',
      'the verifier must not trust, or share a mistake with, the server',
    ),
    forbid(
      'server-does-not-verify-with-the-verifier',
      '^src/(?!portal/app/)',
      '^verifier/',
      'the two are independent implementations',
    ),
    forbid(
      'platform-is-the-bottom',
      '^src/platform/',
      `^src/(${domain}|proxy|graphql|rest|http|pages|portal|metrics|cli)/`,
      'platform knows no domain',
    ),
    forbid(
      'domain-knows-no-edge',
      `^src/(${domain})/`,
      '^src/(proxy|graphql|rest|http|pages|portal|metrics|tracing|cli)/',
      'domain code takes what it needs as arguments',
    ),
    forbid(
      'edges-meet-in-cli-only',
      '^src/(graphql|proxy)/',
      '^src/(rest|pages|portal|metrics|tracing|cli)/',
      'edges do not know each other; rest stands on graphql',
    ),
    forbid(
      'portal-app-stands-alone',
      '^src/portal/app/',
      '^src/(?!portal/app/)|^verifier/(?!src/|page/words\\.ts)',
      'the application in the browser uses the API, and the verifier; nothing of the server',
    ),
    forbid(
      'portal-door-serves-files',
      '^src/portal/(?!app/)',
      '^src/(?!portal/)|^src/portal/app/',
      'the door serves what the build made, whoever asks',
    ),
    forbid('server-imports-no-app', '^src/(?!portal/app/)', '^src/portal/app/', 'the application runs in a browser'),
    forbid(
      'portal-pages-are-separate',
      '^src/portal/app/pages/([^/]+)/',
      '^src/portal/app/pages/(?!$1/)',
      'a page is one folder; what pages share is in parts, api or frame',
    ),
    forbid(
      'detection-is-pure',
      '^src/detection/',
      '^src/(?!detection/|platform/(?:lru-map|parted-map|steps|text-end)\\.ts)',
      'detection imports nothing that does I/O',
    ),
    forbid(
      'json-is-pure',
      '^src/json/',
      '^src/(?!json/|detection/documents/|platform/(?:steps|text-end)\\.ts)',
      'JSON is values in, values out; it knows where in a document a value is',
    ),
    forbid(
      'request-is-pure',
      '^src/masking/request/',
      '^src/(?!masking/request/|json/|detection/|platform/(?:steps|text-end)\\.ts)',
      'the walk over a request is values in, values out, and knows no masker',
    ),
    forbid(
      'voice-stands-on-platform',
      '^src/voice/',
      '^src/(?!voice/|platform/)',
      'recordings and recognisers know nothing of what is masked',
    ),
    forbid(
      'synthesis-is-pure',
      '^src/synthesis/',
      '^src/(?!synthesis/|detection/)',
      'surrogates are values in, values out; what was found is an argument',
    ),
    forbid(
      'egress-is-pure',
      '^src/masking/egress/',
      '^src/(?!masking/(egress|request)/|json/|detection/(kinds|folding|context/name-words|vocabulary/[\\w-]+)\\.ts|platform/(?:steps|text-end)\\.ts)',
      'the egress check shares no mistake with the masker: of detection it knows word lists alone',
    ),
    forbid(
      'rehydration-is-pure',
      '^src/masking/rehydration/',
      '^src/(?!masking/(rehydration|request)/|json/|detection/|tokens/(grammar|normalise|surrogate-keys)\\.ts|platform/steps\\.ts)',
      'rehydration is values in, values out',
    ),
    forbid(
      'turn-masking-knows-no-session',
      '^src/masking/turn/',
      '^src/(?!masking/(turn|request)/|json/|detection/|synthesis/|tokens/|policy/|platform/|audit/(entry|session-chain)\\.ts)',
      'the masker of a turn takes its memory as an argument',
    ),
    forbid(
      'upstream-knows-no-turn',
      '^src/proxy/upstream/',
      '^src/proxy/(?!upstream/)',
      'an upstream sends bytes, whatever they are',
    ),
    forbid(
      'openai-knows-no-turn',
      '^src/proxy/openai/',
      '^src/proxy/(?!(openai|upstream)/)',
      'the APIs are forms; the turn uses them',
    ),
    forbid(
      'turn-knows-no-door',
      '^src/proxy/turn/',
      '^src/proxy/(?!(turn|openai|upstream)/)',
      'a turn is the same, whatever door it came through',
    ),
    forbid(
      'authentication-stands-alone',
      '^src/proxy/authentication/',
      '^src/proxy/(?!authentication/)',
      'who calls does not depend on what is asked',
    ),
    forbid(
      'platforms-know-no-other-door',
      '^src/proxy/platforms/',
      '^src/proxy/proxy\\.ts',
      'doors do not know each other',
    ),
    forbid(
      'vapi-and-retell-apart',
      '^src/proxy/platforms/(vapi|retell)/',
      '^src/proxy/platforms/(?!$1/)(vapi|retell)/',
      'platforms do not know each other',
    ),
    forbid(
      'policy-stands-on-detection',
      '^src/policy/',
      '^src/(webhooks|events|reports|sessions|agents|accounts|audit-log|audit|tokens|masking)/',
      'policy: only detection and platform below',
    ),
    forbid(
      'tokens-below-audit',
      '^src/(tokens|audit)/',
      '^src/(webhooks|events|reports|sessions|agents|accounts|audit-log)/',
      'tokens and audit know no session state',
    ),
    forbid(
      'audit-log-stands-on-audit',
      '^src/audit-log/',
      '^src/(webhooks|events|reports|sessions|agents|accounts|tokens|masking|policy|detection)/',
      'the log knows leaves, not what they are about',
    ),
    forbid(
      'audit-log-formats-are-pure',
      '^src/audit-log/(ranges|tile|tree-edge|note|checkpoint|cosignature|ed25519|leaf|proof-text|witness-policy)\\.ts',
      '^src/(?!audit-log/|audit/(merkle|canonical|seal)\\.ts|platform/(sha256|ids)\\.ts)|node_modules/pg',
      'tree, notes and tiles are values in, values out',
    ),
    forbid(
      'custody-is-above-the-domain',
      '^src/(?!custody/|cli/)',
      '^src/custody/',
      'work on what is stored is for commands and jobs; the API gets it as an argument',
    ),
    forbid(
      'completeness-stands-on-audit',
      '^src/completeness/',
      '^src/(webhooks|events|reports|sessions|agents|accounts|usage|audit-log|tokens|masking|policy|detection)/',
      'comparing takes messages and digests, whatever they come from',
    ),
    forbid(
      'events-know-no-receiver',
      '^src/events/',
      '^src/(webhooks|reports|sessions|agents|accounts)/',
      'the feed reads records, not what made them',
    ),
    forbid(
      'subscriptions-at-the-top',
      `^src/(webhooks|events|reports|sessions|agents|accounts|usage|audit-log|audit)/`,
      '^src/subscriptions/',
      'what is recorded knows nothing of who watches',
    ),
    forbid(
      'usage-knows-tables-alone',
      '^src/usage/',
      '^src/(reports|sessions|agents|accounts|audit-log|audit|tokens|masking|policy|detection)/',
      'usage counts rows, whatever wrote them',
    ),
    forbid(
      'lucia-in-one-file',
      '^src/(?!accounts/browser-sessions\\.ts)',
      'node_modules/lucia',
      'lucia is no longer developed: one file may know it',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules|^src/generated' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
