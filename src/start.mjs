// `npm start`. Plain JavaScript, so that nothing has to be stripped of types before it is known what already was; and
// main.ts is loaded from here, not imported, for only what is loaded afterwards profits.

import { findCompiled } from './runtime/compiled.mjs';

findCompiled();
await import('./main.ts');
