import { hydrateIsland } from '../island-client.tsx';
import { forgetPaid } from '../memory.ts';
import { Changes } from './changes.tsx';

hydrateIsland(Changes);
forgetPaid();
