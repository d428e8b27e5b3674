import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import type { PageLoad } from './$types';

/** The list of sources is the start page. */
export const load: PageLoad = ({ url }) => redirect(307, `${resolve('/')}${url.search}`);
