/**
 * Fields that do not go with what was chosen are hidden by the style; they are not sent either, or they would be refused
 * where nobody sees them.
 *
 * @module
 */

/** Listens to the whole page. */
export function listenToFields(): void {
  document.addEventListener("formdata", (event) => {
    const { target, formData } = event;
    if (!(target instanceof HTMLFormElement)) return;
    for (const field of target.querySelectorAll<HTMLInputElement>("[data-only] [name]")) {
      if (!field.checkVisibility()) formData.delete(field.name);
    }
  });
}
