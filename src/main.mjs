// `npm start`. Plain JavaScript, so that nothing has to be stripped of types before it is known what already was; and the
// gateway's modules are loaded from here, not imported, for only what is loaded afterwards profits.

import { findCompiled } from './runtime/compiled.mjs';

findCompiled();
const { serve } = await import('./serve.ts');
await serve();
