// Asks for the token of a service that wants one; all calls wait for the same answer.
import { byId } from "/web/dom.js";

let asked = null;

/**
 * Show the form and wait for what is given.
 * @param {boolean} refused whether the last token was the wrong one
 * @returns {Promise<string>}
 */
export function askForToken(refused) {
  byId("token-refused").hidden = !refused;
  asked ??= new Promise((give) => open(give));
  return asked;
}

function open(give) {
  const [form, field] = [byId("token"), byId("token-field")];
  form.hidden = false;
  field.focus();
  form.onsubmit = (event) => {
    event.preventDefault();
    form.hidden = true;
    asked = null;
    give(field.value.trim());
    field.value = "";
  };
}
