/** Addresses that code outside the list of views names. */

export const LOGIN_PATH = '/portal/login';
export const HOME_PATH = '/portal/dashboard';
