/**
 * What the gateway counts while it works: plain numbers that the hot path increments and the metrics page reads.
 */
export interface Counters {
  accepted: number;
  repeated: number;
  refused: number;
  sent: number;
  failed: number;
  unknown: number;
  deferred: number;
  received: number;
  duplicates: number;
  ignored: number;
  webhooksDelivered: number;
  webhooksFailed: number;
}

export function zeroCounters(): Counters {
  return {
    accepted: 0,
    repeated: 0,
    refused: 0,
    sent: 0,
    failed: 0,
    unknown: 0,
    deferred: 0,
    received: 0,
    duplicates: 0,
    ignored: 0,
    webhooksDelivered: 0,
    webhooksFailed: 0,
  };
}
