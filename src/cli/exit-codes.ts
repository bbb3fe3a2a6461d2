export const RELEASED = 0;
export const HELD = 1;
export const COULD_NOT_RUN = 2;
