import { laterProject } from '../contracts/basics.ts';

/** Holds the charity part of fees until staff assign it to projects. */
export const unassignedAccount = 'charity:unassigned';

const projectPrefix = 'project:';

/** The account of a charity project, or for `laterProject` that of what is not assigned yet. */
export function charityAccount(project: string): string {
  return project === laterProject ? unassignedAccount : projectPrefix + project;
}

/** Whether an account holds money for charity. */
export function isCharityAccount(account: string): boolean {
  return account === unassignedAccount || account.startsWith(projectPrefix);
}

/** Bears what refunds and disputes take beyond what the accounts that received it still have. */
export const lossesAccount = 'fund-losses';
