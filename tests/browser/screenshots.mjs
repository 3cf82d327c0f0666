// The pictures in docs/images: six pages of a site that manages the machine it runs on, light and dark.
// Written with PROVOST_UPDATE_SCREENSHOTS=1 (./test --update-screenshots); otherwise each must exist and show its page.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const FOLDER = fileURLToPath(new URL('../../docs/images/', import.meta.url));

/** Name of the picture and what it shows. */
export const PICTURES = {
  overview: '/',
  devices: '/devices',
  device: (device) => `/devices/${device}`,
  clients: '/clients',
  account: '/accounts/client-push-installation',
  ledger: '/ledger',
};

export const file = (name, theme) => join(FOLDER, `${name}-${theme}.png`);

export async function take(page, address, path) {
  mkdirSync(FOLDER, { recursive: true });
  await page.goto(address, { waitUntil: 'load' });
  await page.screenshot({ path });
}
