/**
 * Sends on their way into the network: what is handed over in one go of the event loop is carried in one transaction,
 * about a thousand messages at most; the rest waits for the next turn. Bounded: past that a send is turned away.
 */
import type { Outcome, SendRun } from './terms.ts';

type Answers = readonly (readonly Outcome[])[];

interface Wave {
  readonly runs: readonly SendRun[];
  readonly messages: number;
  readonly signal: AbortSignal;
  readonly answer: (answers: Answers) => void;
}

const batchMessages = 1_000;
const maxWaitingRuns = 100_000;
const givenUp: Outcome = { outcome: 'deferred', message: 'given up before it left' };
const notStored: Outcome = { outcome: 'uncertain', message: 'the phone network failed to store it' };
const overfull: Outcome = { outcome: 'deferred', message: 'the phone network is congested' };

/** Runs of a wave that is over before those it answers could bring more. */
const smallWave = 64;

export class Intake {
  readonly #carry: (runs: readonly SendRun[], messages: number) => Answers | undefined;
  #waves: Wave[] = [];
  #waitingRuns = 0;

  /** `carry` answers in one transaction, or undefined when that failed. */
  constructor(carry: (runs: readonly SendRun[], messages: number) => Answers | undefined) {
    this.#carry = carry;
  }

  /** One list of outcomes per run, in order. Never rejects. */
  async take(runs: readonly SendRun[], signal: AbortSignal): Promise<Answers> {
    if (this.#waitingRuns + runs.length > maxWaitingRuns) return all(runs, overfull);
    const pieces = piecesOf(runs);
    const [only] = pieces;
    if (only && pieces.length === 1) return this.#wait(only, signal);
    return (await Promise.all(pieces.map((piece) => this.#wait(piece, signal)))).flat();
  }

  /** Carry everything now. */
  drain(): void {
    while (this.#waves.length > 0) this.#carryBatch();
  }

  #wait({ runs, messages }: Piece, signal: AbortSignal): Promise<Answers> {
    const carry = () => this.#carryBatch();
    return new Promise((answer) => {
      // As soon as what runs now has come to rest: nobody waits a turn. Behind a small wave others have nothing to do
      // until they hear of it, so what is said to them goes first.
      if (this.#waves.length === 0) queueMicrotask(runs.length < smallWave ? () => process.nextTick(carry) : carry);
      this.#waves.push({ runs, messages, signal, answer });
      this.#waitingRuns += runs.length;
    });
  }

  #carryBatch(): void {
    let [count, messages] = [0, 0];
    while (count < this.#waves.length && messages < batchMessages) {
      messages += this.#waves[count]?.messages ?? 0;
      count += 1;
    }
    const waves = this.#waves.splice(0, count);
    if (this.#waves.length > 0) setImmediate(() => this.#carryBatch());
    const live: Wave[] = [];
    for (const wave of waves) {
      this.#waitingRuns -= wave.runs.length;
      if (wave.signal.aborted) wave.answer(all(wave.runs, givenUp));
      else live.push(wave);
    }
    if (live.length === 0) return;
    const answers = this.#carry(
      live.flatMap(({ runs }) => runs),
      messages,
    );
    let start = 0;
    for (const { runs, answer } of live) {
      answer(answers ? answers.slice(start, start + runs.length) : all(runs, notStored));
      start += runs.length;
    }
  }
}

interface Piece {
  readonly runs: readonly SendRun[];
  readonly messages: number;
}

/** In pieces that a transaction holds. */
function piecesOf(runs: readonly SendRun[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let [start, messages] = [0, 0];
  for (const [index, run] of runs.entries()) {
    messages += run.messages.length;
    if (messages < batchMessages && index < runs.length - 1) continue;
    pieces.push({ runs: start === 0 && index === runs.length - 1 ? runs : runs.slice(start, index + 1), messages });
    [start, messages] = [index + 1, 0];
  }
  return pieces;
}

const all = (runs: readonly SendRun[], outcome: Outcome): Answers => runs.map(() => [outcome]);
