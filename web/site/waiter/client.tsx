import { hydrateIsland } from '../island-client.tsx';
import { LeaveList } from './leave-list.tsx';

hydrateIsland(LeaveList);
