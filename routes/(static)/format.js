/**
 * Numbers as people read them; the same on the server and in the browser.
 *
 * @module
 */

/** What stands where there is no number. */
export const NOTHING = "–";

/**
 * `1 234 567`
 *
 * @param {number} value
 * @returns {string}
 */
export function whole(value) {
  return Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/**
 * Three digits and a unit: `0`, `12.3 k`, `456 M`; below 1000 whole.
 *
 * @param {number} value
 * @returns {string}
 */
export function short(value) {
  let rest = value;
  for (const unit of ["", " k", " M", " G", " T"]) {
    if (Math.round(rest) < 1000 || unit === " T") {
      const digits = unit === "" || rest >= 99.95 ? 0 : rest >= 9.995 ? 1 : 2;
      return rest.toFixed(digits) + unit;
    }
    rest /= 1000;
  }
  return String(value);
}

/**
 * `33.3 %` of a part; nothing where there is no whole.
 *
 * @param {number} part
 * @param {number} all
 * @returns {string}
 */
export function percent(part, all) {
  return all > 0 ? `${(100 * part / all).toFixed(1)} %` : NOTHING;
}
