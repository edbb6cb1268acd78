/** The fund's own zone, for what belongs to no race. */
export const staffZone = 'Asia/Almaty';
