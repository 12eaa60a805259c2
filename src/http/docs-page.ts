/**
 * The explorer at /docs: Swagger UI from this machine's own packages, one selector for every facade's document. All
 * scripts are files of ours, so the page's policy needs no exception for inline code; the explorer follows the visitor's
 * choice of light or dark by itself, and the page around it follows too.
 */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Router, type Response } from 'express';
import helmet from 'helmet';

export interface ListedDocument {
  readonly name: string;
  readonly url: string;
}

const require = createRequire(import.meta.url);
const assets = ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-standalone-preset.js', 'favicon-32x32.png'];
const keptForSeconds = 3600;

export function docsPage(documents: readonly ListedDocument[]): Router {
  const router = Router({ caseSensitive: true, strict: true });
  let root: string | undefined;
  router.use(['/docs', '/docs/*rest'], helmet(pageHeaders));
  router.get('/docs', (_req, res) => res.redirect(301, '/docs/'));
  router.get('/docs/', (_req, res) => text(res, 'html', page));
  router.get('/docs/start.js', (_req, res) => text(res, 'js', startScript(documents)));
  router.get('/docs/page.css', (_req, res) => text(res, 'css', style));
  for (const asset of assets) {
    router.get(`/docs/${asset}`, (_req, res, next) => {
      root ??= dirname(require.resolve('swagger-ui-dist/package.json'));
      res.setHeader('Cache-Control', `public, max-age=${keptForSeconds}`);
      res.sendFile(asset, { root, cacheControl: false }, (error) => {
        if (error && !res.headersSent) next(error);
      });
    });
  }
  return router;
}

const pageHeaders = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      // The explorer writes style attributes; they cannot run anything.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' },
  frameguard: { action: 'deny' },
  strictTransportSecurity: false,
} as const;

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Clawgate API</title>
    <link rel="icon" type="image/png" href="/docs/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
    <link rel="stylesheet" href="/docs/page.css" />
  </head>
  <body>
    <div id="explorer"></div>
    <noscript>The explorer needs JavaScript. The documents themselves are at /openapi.json and /asyncapi.json.</noscript>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/swagger-ui-standalone-preset.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const style = `body { margin: 0; background: #fff; color: #3b4151; }
noscript { display: block; padding: 2rem; font-family: system-ui, sans-serif; }
@media (prefers-color-scheme: dark) {
  body { background: #1c2022; color: #e4e6e6; }
}
html.dark-mode body { background: #1c2022; color: #e4e6e6; }
html:not(.dark-mode):has(.swagger-ui) body { background: #fff; color: #3b4151; }
.swagger-ui .topbar .link > * { display: none; }
.swagger-ui .topbar .link::before { content: 'Clawgate'; color: #fff; font: 700 1.5rem system-ui, sans-serif; }
`;

const startScript = (documents: readonly ListedDocument[]): string => `SwaggerUIBundle({
  urls: ${JSON.stringify(documents)},
  dom_id: '#explorer',
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: 'StandaloneLayout',
});
`;

const types = { html: 'text/html', js: 'text/javascript', css: 'text/css' } as const;

function text(res: Response, kind: keyof typeof types, body: string): void {
  res.setHeader('Content-Type', `${types[kind]}; charset=utf-8`);
  res.send(body);
}
