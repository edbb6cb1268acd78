import { hydrateIsland } from '../island-client.tsx';
import { EntryForm } from './entry-form.tsx';

hydrateIsland(EntryForm);
