/**
 * Preloaded into a measured process (`node --expose-gc --import`): SIGUSR2 collects garbage, so that memory is compared
 * without what merely has not been swept yet. Floor and gateway get it alike.
 */
process.on('SIGUSR2', () => globalThis.gc?.());
