/** A reason why a store must not be opened, as a person should read it: what is wrong, where, and the mend. */
export class StoreFault extends Error {
  override readonly name = 'StoreFault';
}
