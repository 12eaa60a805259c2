/** The version of this checkout or package, as its manifest says. */
import manifest from '../../package.json' with { type: 'json' };

export const { version } = manifest;
