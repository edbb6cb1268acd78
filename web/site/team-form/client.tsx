import { hydrateIsland } from '../island-client.tsx';
import { TeamForm } from './team-form.tsx';

hydrateIsland(TeamForm);
