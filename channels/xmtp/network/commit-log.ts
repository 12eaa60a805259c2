/**
 * The commit logs of groups, with which their members find out whether they still agree. Entries are signed for the
 * members to verify, and passed on as they are.
 */
import type { Unary } from './calls.ts';
import type { Commits } from './commits.ts';
import { maxCommitLogBytes, maxCommitLogPublishes, maxCommitLogQueries, maxGroupIdBytes } from './limits.ts';
import {
  batchPublishCommitLogRequest,
  batchQueryCommitLogRequest,
  batchQueryCommitLogResponse,
  commitLogBody,
  nothing,
  sequenceStamp,
} from './mls-shapes.ts';
import { atMost, pageAsk, pagingInfo } from './paging.ts';
import type { Quotas } from './quotas.ts';
import { Refusal } from './refusal.ts';
import type { TopicLog } from './topic-log.ts';

interface CommitLogParts {
  readonly log: TopicLog;
  readonly commits: Commits;
  readonly quotas: Quotas;
}

export function commitLogMethods({ log, commits, quotas }: CommitLogParts) {
  return {
    async BatchPublishCommitLog(request, { address }) {
      const { requests } = batchPublishCommitLogRequest.decode(request);
      notEmpty(requests);
      atMost(maxCommitLogPublishes, requests, 'entries');
      const entries = requests.map(({ groupId, entry, signature }) => {
        if (entry.length > maxCommitLogBytes) {
          throw new Refusal('too_large', `an entry of a commit log has at most ${maxCommitLogBytes} bytes`);
        }
        return { topic: topicOf(groupId), body: commitLogBody.encode({ entry, signature }) };
      });
      quotas.publish(address, entries.length);
      await commits.write(() => entries.forEach(({ topic, body }) => log.append(topic, body, null)));
      return nothing.encode({});
    },
    BatchQueryCommitLog(request) {
      const { requests } = batchQueryCommitLogRequest.decode(request);
      notEmpty(requests);
      atMost(maxCommitLogQueries, requests, 'groups');
      const responses = requests.map(({ topic: groupId, pagingInfo: paging }) => {
        // Oldest first, whatever is asked: a log is read from its beginning.
        const ask = { ...pageAsk(paging), descending: false };
        const page = log.page(topicOf(groupId), ask);
        const entries = page.entries.map(({ id, body }) =>
          Buffer.concat([sequenceStamp.encode({ sequenceId: BigInt(id) }), body]),
        );
        return { groupId, entries, pagingInfo: pagingInfo(ask, page) };
      });
      return batchQueryCommitLogResponse.encode({ responses });
    },
  } satisfies Record<string, Unary>;
}

function topicOf(groupId: Buffer) {
  if (groupId.length === 0 || groupId.length > maxGroupIdBytes) {
    throw new Refusal('malformed', 'a commit log is that of a group, by its id');
  }
  return { kind: 'commitLog' as const, name: groupId };
}

function notEmpty(requests: readonly unknown[]): void {
  if (requests.length === 0) throw new Refusal('malformed', 'the batch is empty');
}
