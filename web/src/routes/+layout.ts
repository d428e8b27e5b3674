/** The dashboard is a static application: the API serves one page, and the browser does the rest. */
export const ssr = false;
export const prerender = false;
