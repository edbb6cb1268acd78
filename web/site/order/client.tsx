import { hydrateIsland } from '../island-client.tsx';
import { forgetPaid } from '../memory.ts';
import { Waiting } from './waiting.tsx';

hydrateIsland(Waiting);
forgetPaid();
