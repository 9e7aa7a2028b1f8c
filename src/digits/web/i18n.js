// Internationalisation: the language of the page, its texts, and putting them where the markup names one.
import english from "/web/i18n.en.js";
import chinese from "/web/i18n.zh.js";

const LANGUAGES = { en: english, zh: chinese };
const KEPT = "digits.language";
const listeners = [];
let current = chosen() ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");

/**
 * Return the text of `key` in the language of the page.
 * @param {string} key
 * @param {...(string|number)} values what the text speaks of
 * @returns {string}
 */
export function text(key, ...values) {
  const entry = LANGUAGES[current][key];
  return typeof entry === "function" ? entry(...values) : entry;
}

/** @returns {string} "en" or "zh" */
export function language() {
  return current;
}

/**
 * Speak another language from now on, here and at the next visit.
 * @param {string} name "en" or "zh"
 */
export function speak(name) {
  current = name;
  try {
    localStorage.setItem(KEPT, name);
  } catch {
    // A browser that keeps nothing still gets the language for now.
  }
  fill();
  listeners.forEach((listener) => listener());
}

/**
 * Call `listener` whenever the language changes.
 * @param {() => void} listener
 */
export function onLanguage(listener) {
  listeners.push(listener);
}

/** Write the texts that the markup names by data-text, data-label, data-title and data-empty-text. */
export function fill() {
  document.documentElement.lang = text("lang");
  document.title = text("title");
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = text(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", text(node.dataset.label));
  }
  for (const node of document.querySelectorAll("[data-title]")) node.title = text(node.dataset.title);
  for (const { dataset } of document.querySelectorAll("[data-empty-text]")) dataset.empty = text(dataset.emptyText);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === current));
  }
}

function chosen() {
  try {
    const kept = localStorage.getItem(KEPT);
    return Object.hasOwn(LANGUAGES, kept ?? "") ? kept : undefined;
  } catch {
    return undefined;
  }
}
