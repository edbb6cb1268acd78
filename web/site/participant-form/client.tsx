import { hydrateIsland } from '../island-client.tsx';
import { Participant } from './participant-form.tsx';

hydrateIsland(Participant);
