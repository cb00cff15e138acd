/** Speed of light in vacuum, m/s, exact. Source: SI Brochure, 9th edition, section 2.2. */
export const SPEED_OF_LIGHT_M_S = 299_792_458;

/** Picoseconds in a second: time-tags are integers of the recorder's tick, usually 1 ps. */
export const PS_PER_S = 1e12;

/** Milliseconds in a day; UTC without leap seconds, as ISO 8601 text and element epochs count it. */
export const MS_PER_DAY = 86_400_000;

/** Rate of GMST-82 at J2000, rad/s of UT1. Source: Aoki et al. 1982, the linear term of the polynomial. */
export const EARTH_ROTATION_RAD_S = 7.292_115_855_306_589e-5;
