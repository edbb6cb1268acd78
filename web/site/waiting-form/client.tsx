import { hydrateIsland } from '../island-client.tsx';
import { WaitingForm } from './waiting-form.tsx';

hydrateIsland(WaitingForm);
