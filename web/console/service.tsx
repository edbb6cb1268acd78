import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Client } from '../../shared/contracts/client.ts';
import type { Session } from './session/session.ts';

/** What pages work with: the API, and who is signed in. */
export interface Service {
  readonly client: Client;
  readonly session: Session;
  /** The session is over: shows the sign-in page, from which one comes back here. */
  readonly onSessionEnd: () => void;
}

export const ServiceContext = createContext<Service | undefined>(undefined);

export function useService(): Service {
  const service = useContext(ServiceContext);
  if (!service) throw new Error('No service around this part of the page.');
  return service;
}
