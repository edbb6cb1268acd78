import { createMailEvents } from './create.ts';

export const handler = createMailEvents(process.env);
