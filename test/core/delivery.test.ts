/** The status machine of an outbound message: whatever the order of the reports, the answer is the same and only rises. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, applyReport, messageStatuses, rank, statusOf, type Leaf, type Report } from '#core/delivery.ts';

const anyStatus = fc.constantFrom(...messageStatuses);
const leaf = (over: Partial<Leaf> = {}): Leaf => ({
  chunk: 0,
  recipient: null,
  status: 'sent',
  remoteId: 'r1',
  error: null,
  ...over,
});
const report = (status: Report['status'], over: Partial<Report> = {}): Report => ({
  remoteId: 'r1',
  recipient: null,
  status,
  error: status === 'failed' ? 'no such number' : null,
  ...over,
});

describe('the status of a message', () => {
  it('never falls in rank, whatever is reported', () => {
    fc.assert(
      fc.property(anyStatus, fc.array(anyStatus), (start, reports) => {
        let status = start;
        for (const next of reports) {
          const after = advance(status, next);
          expect(rank(after)).toBeGreaterThanOrEqual(rank(status));
          status = after;
        }
      }),
    );
  });

  it('is the same for every order and repetition of the same reports', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(['sent', 'failed', 'delivered', 'read'] as const, { minLength: 1 }),
        fc.nat(3),
        (order, twice) => {
          const reports = [...order, order[twice % order.length] ?? 'sent'];
          const inOrder = reports.reduce(advance, 'queued' as const);
          const backwards = reports.toReversed().reduce(advance, 'queued' as const);
          expect(inOrder).toBe(backwards);
        },
      ),
    );
  });

  it('is lifted from unknown and from failed by a late delivery, and not by a late acceptance', () => {
    expect(advance('unknown', 'delivered')).toBe('delivered');
    expect(advance('failed', 'delivered')).toBe('delivered');
    expect(advance('failed', 'sent')).toBe('failed');
    expect(advance('delivered', 'failed')).toBe('delivered');
  });

  it('is that of its least advanced chunk', () => {
    expect(statusOf([leaf({ status: 'read' }), leaf({ chunk: 1, remoteId: 'r2' })]).status).toBe('sent');
  });

  it('is failed as soon as one chunk failed, with that chunk’s reason', () => {
    const failed = leaf({ chunk: 1, status: 'failed', error: 'too large' });
    expect(statusOf([leaf({ status: 'delivered' }), failed])).toEqual({ status: 'failed', error: 'too large' });
  });
});

describe('a report about a group', () => {
  const members = ['+15550001', '+15550002'];

  it('about one member does not speak for the others', () => {
    const after = applyReport([leaf()], report('read', { recipient: members[0] ?? null }), members);
    expect(after.map(({ recipient, status }) => [recipient, status])).toEqual([
      ['+15550001', 'read'],
      ['+15550002', 'sent'],
    ]);
    expect(statusOf(after).status).toBe('sent');
  });

  it('reaches the message once it is true of every member', () => {
    const leaves = members.reduce((all, recipient) => applyReport(all, report('delivered', { recipient }), members), [
      leaf(),
    ] as readonly Leaf[]);
    expect(statusOf(leaves).status).toBe('delivered');
  });

  it('without a member speaks for all of them', () => {
    const split = applyReport([leaf()], report('delivered', { recipient: members[0] ?? null }), members);
    expect(statusOf(applyReport(split, report('read'), members)).status).toBe('read');
  });

  it('about another message changes nothing', () => {
    const before = [leaf()];
    expect(applyReport(before, report('read', { remoteId: 'other' }), members)).toEqual(before);
  });
});
