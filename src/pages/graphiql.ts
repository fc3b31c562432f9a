/** GraphiQL from the package: a page, and the files that it loads from this server. Nothing comes from anywhere else. */
import type { Page } from './html.ts';

/** A file that GraphiQL loads. */
export interface Asset {
  readonly type: 'text/javascript' | 'text/css';
  readonly body: string;
}

/** Where the files are served; each worker of the editor is one of its own. */
export const ASSET_PATH = '/graphiql/';

const BOOT = `self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_moduleId, label) => '${ASSET_PATH}worker-' + label + '.js',
};
YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), {
  endpoint: '/graphql',
  title: 'Masker GraphiQL',
  defaultQuery: '# Press the play button to run the query.\\n{\\n  me {\\n    user { name githubLogin }\\n    account { name plan }\\n    permissions\\n  }\\n}\\n',
});
`;

/** The editor writes its styles into the page, hence `unsafe-inline` for styles. Scripts come from this server alone. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const GRAPHIQL_PAGE: Page = {
  body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Masker GraphiQL</title>
<link rel="stylesheet" href="${ASSET_PATH}graphiql.css">
</head>
<body id="body" class="no-focus-outline">
<noscript>GraphiQL needs JavaScript.</noscript>
<div id="root"></div>
<script src="${ASSET_PATH}graphiql.js"></script>
<script src="${ASSET_PATH}boot.js"></script>
</body>
</html>
`,
  policy: POLICY,
};

/** Returns the file of the name; null for any other name. Loads nine megabytes of text when it is first asked. */
export async function graphiqlAsset(name: string): Promise<Asset | null> {
  const script = (body: string): Asset => ({ type: 'text/javascript', body });
  if (name === 'boot.js') return script(BOOT);
  const { css, js, editorWorkerService, jsonWorker, graphqlWorker } =
    await import('@graphql-yoga/render-graphiql/graphiql');
  switch (name) {
    case 'graphiql.css':
      return { type: 'text/css', body: css };
    case 'graphiql.js':
      return script(js);
    case 'worker-editorWorkerService.js':
      return script(editorWorkerService);
    case 'worker-json.js':
      return script(jsonWorker);
    case 'worker-graphql.js':
      return script(graphqlWorker);
    default:
      return null;
  }
}
