import { createAvailability } from './create-availability.ts';

export const handler = createAvailability(process.env);
