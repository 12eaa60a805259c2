/**
 * Preloaded into a measured process (`node --expose-gc --import`): SIGUSR2 collects garbage and gives back what pages it
 * can, then says on stderr what the heap holds, so that memory is compared without what merely has not been swept yet.
 * Floor and gateway get it alike.
 */
const collect = globalThis.gc as ((how?: object) => void) | undefined;

process.on('SIGUSR2', () => {
  for (let i = 0; i < 3; i += 1) collect?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  const { heapUsed, external } = process.memoryUsage();
  process.stderr.write(`${JSON.stringify({ msg: 'memory', heapBytes: heapUsed + external })}\n`);
});
