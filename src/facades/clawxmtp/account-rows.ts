/**
 * Accounts and profiles: making an account, claiming a handle, changing what others see, and finding others.
 */
import { changeProfile, type ChangeProfileDependencies } from '#actions/change-profile.ts';
import type { CreateMolt } from '#actions/create-molt.ts';
import { listMolts } from '#actions/list-molts.ts';
import { findMolt, readProfile } from '#actions/read-profile.ts';
import { registerHandle, type RegisterHandleDependencies } from '#actions/register-handle.ts';
import { requireOperator } from '#core/account.ts';
import { refuse } from '#core/failure.ts';
import type { AnyRow, OpenCall } from '#http/rows.ts';
import type { VisitorLimit } from '#http/visitor-limit.ts';
import type { ProfileChange, RegisterRequest } from '#wire/clawxmtp.ts';
import { paging, readPage } from './query.ts';
import * as translate from './translate.ts';

export interface AccountDependencies extends RegisterHandleDependencies, ChangeProfileDependencies {
  readonly store: RegisterHandleDependencies['store'] &
    ChangeProfileDependencies['store'] &
    Parameters<typeof findMolt>[0]['store'] &
    Parameters<typeof listMolts>[0]['store'];
  readonly createMolt: CreateMolt;
  /** Who may make an account: anybody, or only the operator (there are no invitations in this version). */
  readonly signup: 'open' | 'invite' | 'off';
  readonly signupLimit: VisitorLimit;
}

const usersShown = 50;

export const accountRows = (deps: AccountDependencies): readonly AnyRow[] => [
  {
    method: 'post',
    path: '/account/create',
    open: true,
    status: 201,
    answer: async (call) => {
      await mayCreate(deps, call);
      await deps.signupLimit(call.visit);
      return translate.createdAccount(await deps.createMolt());
    },
  },
  {
    method: 'post',
    path: '/account/register',
    scope: 'admin:settings',
    status: 201,
    answer: async ({ principal, body }) => {
      const { handle: wish, name, description, ...links } = body as RegisterRequest;
      const written = { handle: wish, name, ...(description === undefined ? {} : { description }) };
      const claim = await registerHandle(deps, principal, { ...written, ...translate.linksFrom(links) });
      const { handle, address } = claim;
      return { ok: true, handle, wallet_address: address, profile_url: `/users/${handle}` };
    },
  },
  {
    method: 'get',
    path: '/account/me',
    scope: 'read:status',
    answer: async ({ principal, account }) => translate.ownProfile(await readProfile(deps, principal), account),
  },
  {
    method: 'patch',
    path: '/account/me',
    scope: 'admin:settings',
    answer: async ({ principal, account, body }) =>
      translate.ownProfile(await changeProfile(deps, principal, changeFrom(body as ProfileChange)), account),
  },
  ...userRows(deps),
];

const userRows = (deps: AccountDependencies): readonly AnyRow[] => [
  {
    method: 'get',
    path: '/users',
    open: true,
    answer: async ({ query }) => {
      const written = query();
      const asked = readPage(written, usersShown);
      const { rows, total } = await listMolts(deps, { ...asked, search: written.get('search') || null });
      return { ok: true, users: rows.map(translate.user), ...paging(asked, rows.length, total) };
    },
  },
  {
    method: 'get',
    path: '/users/:handle',
    open: true,
    answer: async ({ parameter }) => ({ ok: true, ...translate.user(await findMolt(deps, parameter('handle'))) }),
  },
];

/** Where not everybody may, the operator's key stands for an invitation. */
async function mayCreate({ signup }: AccountDependencies, { caller }: OpenCall): Promise<void> {
  if (signup === 'open') return;
  const asking = await caller();
  if (asking) return requireOperator(asking.principal);
  const why = signup === 'invite' ? 'Accounts are made by invitation here' : 'No accounts are made here';
  throw refuse('forbidden', `${why}; ask the operator, whose key makes them`);
}

/** `handle` is no field of a change, but whoever writes another one should hear that it stays. */
function changeFrom({ name, description, ...rest }: ProfileChange & { readonly handle?: unknown }) {
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(rest.handle === undefined ? {} : { handle: rest.handle }),
    ...translate.linksFrom(rest),
  };
}
