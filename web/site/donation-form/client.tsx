import { hydrateIsland } from '../island-client.tsx';
import { DonationForm } from './donation-form.tsx';

hydrateIsland(DonationForm);
