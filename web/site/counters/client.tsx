import { hydrateIsland } from '../island-client.tsx';
import { Counters } from './counters.tsx';

hydrateIsland(Counters);
