/**
 * The newest key package of each installation: what others need to let it into a group without asking it.
 */
import type { Clock } from '#ports/runtime.ts';
import type { Commits } from './commits.ts';
import type { Db } from './database.ts';
import { readKeyPackage } from './key-package.ts';

export interface KeyPackages {
  /** Takes the place of the one before. Rejects with `Refusal` when its signatures are not its installation's. */
  upload(body: Buffer): Promise<void>;
  of(installationKey: Buffer): Buffer | undefined;
}

export function openKeyPackages(db: Db, { commits, clock }: { commits: Commits; clock: Clock }): KeyPackages {
  const save = db.prepare<[Buffer, number, Buffer]>(
    `INSERT INTO key_package (installation, created_us, body) VALUES (?, ?, ?)
     ON CONFLICT (installation) DO UPDATE SET created_us = excluded.created_us, body = excluded.body`,
  );
  const find = db.prepare<[Buffer], Buffer>('SELECT body FROM key_package WHERE installation = ?').pluck();
  return {
    async upload(body) {
      const { installationKey } = readKeyPackage(body);
      await commits.write(() => save.run(installationKey, clock.nowUs(), body));
    },
    of: (installationKey) => find.get(installationKey),
  };
}
