import { hydrateIsland } from '../island-client.tsx';
import { forget } from '../memory.ts';
import { Waiting } from './waiting.tsx';

hydrateIsland(Waiting);

const paidEvent = document.querySelector<HTMLElement>('[data-paid-event]')?.dataset.paidEvent;
if (paidEvent !== undefined) forget(paidEvent);
