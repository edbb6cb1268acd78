import { createHash } from 'node:crypto';
import type { Locale } from '../contracts/basics.ts';
import type { ParticipantInput } from '../contracts/changes.ts';
import type { MemberView, TeamView } from '../contracts/teams.ts';
import { resizeTeam, storedRunner } from '../entries/entry.ts';
import { type Member, newMember, removeMember } from '../entries/members.ts';
import { runnerErrors, runnerLockId } from '../entries/runner.ts';
import { lockRunner, unlockRunner } from '../entries/runner-lock.ts';
import { isOpen, joinRefusal } from '../entries/team.ts';
import { mailDue } from '../mail/outbox.ts';
import { commit, DatabaseBusy, type Part } from '../platform/database.ts';
import { derivedId } from '../platform/ids.ts';
import { Refusal } from '../platform/problem.ts';
import { lineStands } from './amend-line.ts';
import { ageRule, consentErrors } from './check-order.ts';
import { entryToken } from './entry-tokens.ts';
import { makeWay } from './make-way.ts';
import { type PaidTeam, paidTeam } from './paid-entry.ts';
import type { OrderDesk } from './place-order.ts';
import { teamView } from './team-view.ts';

/** Somebody who wants to be on a team, or whose captain puts them on it. */
export interface JoinRequest {
  readonly order: string;
  readonly entry: string;
  readonly by: Member['by'];
  readonly idempotencyKey: string;
  readonly input: ParticipantInput;
}

/** Rounds in which a change of a team may meet others of the same team. */
const mostRounds = 12;

/**
 * Puts a member on a team, in one transaction: the team is counted up, the member written, the runner locked in the
 * event. Repeating a request with its Idempotency-Key finds the member that the first one made,
 * and is refused once that one has left; whoever left may join again by another request.
 * @throws Refusal with the codes that the route `joinTeam` names.
 */
export async function joinTeam(desk: OrderDesk, request: JoinRequest): Promise<MemberView> {
  const { db, world, keys } = desk;
  const { order, entry, by, input } = request;
  const id = derivedId('mem', entry, request.idempotencyKey);
  const fingerprint = createHash('sha256').update(JSON.stringify(input)).digest('base64url');
  for (let round = 0; round < mostRounds; round += 1) {
    const team = await paidTeam(desk, order, entry);
    const earlier = team.members.find((member) => member.id === id);
    if (earlier && earlier.fingerprint !== fingerprint) throw new Refusal('idempotency_key_reused');
    if (earlier) return memberView(desk, team, id);
    if (team.formerMembers.includes(id)) throw new Refusal('member_left');
    const now = world.now();
    refuseParticipant(team, input);
    const refusal = joinRefusal(team.rule, team.entry, input.runner.sex, now);
    if (refusal) throw new Refusal(refusal);
    const member: Member = {
      id,
      entry,
      runner: storedRunner(input.runner),
      lock: runnerLockId(keys.runnerLock, team.event.id, input.runner),
      by,
      consentedAt: now.toISOString(),
      fingerprint,
    };
    const outcome = await commit(db, world, [
      lineStands(team.order, team.line),
      resizeTeam(order, entry, team.entry, sized(team, member, 1)),
      newMember(order, member),
      lockRunner('lock', member.lock, order),
      joinedMail(desk, team, member, input.locale),
    ]);
    if (outcome.done) return memberView(desk, await paidTeam(desk, order, entry), id);
    // Another write of this very request may have locked the runner: then the next round finds its member.
    if (outcome.refused.has('lock') && !outcome.refused.has('member'))
      await makeWay(desk, member.lock, 'runner');
  }
  throw new DatabaseBusy('The team met other writers at every try.');
}

function refuseParticipant({ event, distance }: PaidTeam, { runner, consents }: ParticipantInput): void {
  const errors = [
    ...consentErrors(consents, ''),
    ...runnerErrors(runner, ageRule(event, distance), 'runner'),
  ];
  if (errors.length > 0) throw new Refusal('validation_failed', { errors });
}

function sized({ entry }: PaidTeam, { runner }: Pick<Member, 'runner'>, by: 1 | -1) {
  return { members: entry.members + by, women: entry.women + (runner.sex === 'female' ? by : 0) };
}

function joinedMail(
  { keys }: Pick<OrderDesk, 'keys'>,
  { order, entry }: PaidTeam,
  member: Member,
  locale: Locale,
): Part {
  const links = { order: order.id, entry: entry.id };
  const team = entryToken(keys, 'team', links);
  const own = entryToken(keys, 'member', { ...links, detail: member.id });
  return mailDue({
    id: `${member.id}#joined`,
    kind: 'team_joined',
    order: order.id,
    entry: entry.id,
    page: `/teams/${team}?member=${own}`,
    to: member.runner.email,
    locale,
    createdAt: member.consentedAt,
  });
}

function memberView(
  { keys, world }: Pick<OrderDesk, 'keys' | 'world'>,
  team: PaidTeam,
  member: string,
): MemberView {
  return {
    token: entryToken(keys, 'member', { order: team.order.id, entry: team.entry.id, detail: member }),
    team: teamView(team, keys, world.now()),
  };
}

/**
 * Takes a member off a team, in one transaction with the team's count and the runner's lock; nothing when the member
 * is off it already.
 * @throws Refusal `team_unknown`, `order_not_paid` or `team_closed`.
 */
export async function leaveTeam(
  desk: Pick<OrderDesk, 'db' | 'world' | 'catalogue' | 'keys'>,
  left: { readonly order: string; readonly entry: string; readonly member: string },
): Promise<TeamView> {
  const { db, world, keys } = desk;
  for (let round = 0; round < mostRounds; round += 1) {
    const team = await paidTeam(desk, left.order, left.entry);
    const now = world.now();
    const member = team.members.find(({ id }) => id === left.member);
    if (!member) return teamView(team, keys, now);
    if (!isOpen(team.rule, now)) throw new Refusal('team_closed');
    await commit(db, world, [
      lineStands(team.order, team.line),
      resizeTeam(left.order, left.entry, team.entry, sized(team, member, -1)),
      removeMember(left.order, member),
      unlockRunner('lock', member.lock, left.order),
    ]);
  }
  throw new DatabaseBusy('The team met other writers at every try.');
}

/**
 * A team by its link.
 * @throws Refusal `team_unknown` or `order_not_paid`.
 */
export async function loadTeamView(
  desk: Pick<OrderDesk, 'db' | 'world' | 'catalogue' | 'keys'>,
  order: string,
  entry: string,
): Promise<TeamView> {
  return teamView(await paidTeam(desk, order, entry), desk.keys, desk.world.now());
}
