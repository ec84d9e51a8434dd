// What every page gains from scripts. Each part improves something that already works without it.

// Swapped fragments: keep the reader's place.

const announcer = () => document.getElementById("announcer");

/** A sentence of this file, in the language of the page: they are written in base.html, where they are translated. */
const word = (name) => announcer()?.dataset[name] ?? "";

/** Say a sentence to a screen reader without moving anything. Other scripts fire `announce` on document. */
function announce(text) {
  const region = announcer();
  if (!region) return;
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = text; });
}
document.addEventListener("announce", (event) => announce(event.detail));

let focusedBefore = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  const active = document.activeElement;
  focusedBefore = active && event.detail.target.contains(active) ? { id: active.id, name: active.getAttribute("name"), value: active.getAttribute("value") } : null;
});

document.addEventListener("htmx:afterSettle", (event) => {
  const fresh = event.detail.elt;
  prepare(fresh);
  const wanted = fresh.querySelector?.("[data-focus]") ?? (fresh.matches?.("[data-focus]") ? fresh : null);
  if (wanted) {
    wanted.focus();
  } else if (document.activeElement === document.body) {
    restoreFocus(fresh);
  }
  const said = fresh.querySelector?.("[data-announce]")?.dataset.announce ?? fresh.dataset?.announce;
  if (said) announce(said);
  focusedBefore = null;
});

function restoreFocus(fresh) {
  if (!focusedBefore) return;
  const { id, name, value } = focusedBefore;
  const again = (id && document.getElementById(id))
    || (name && fresh.querySelector(`[name="${CSS.escape(name)}"]${value ? `[value="${CSS.escape(value)}"]` : ""}`))
    || fresh.querySelector("h1, h2, h3");
  if (!again) return;
  if (again.tabIndex < 0 && !again.hasAttribute("tabindex")) again.tabIndex = -1;
  again.focus({ preventScroll: true });
}

// A refused or lost request says so; nothing typed is lost, since the form stays where it is.
function failure(event) {
  toast(word(event.detail.xhr?.status ? "failed" : "unreachable"), "error");
}
document.addEventListener("htmx:sendError", failure);
document.addEventListener("htmx:timeout", failure);
document.addEventListener("htmx:responseError", failure);

/** Show a passing message with the page's own notice. Other scripts fire `toast` on document. */
function toast(text, tone = "info") {
  const shelf = document.getElementById("toasts");
  if (!shelf) return;
  const box = document.createElement("div");
  box.className = "toast";
  const notice = document.createElement("div");
  notice.className = `notice notice--${tone}`;
  notice.setAttribute("role", tone === "error" ? "alert" : "status");
  const body = document.createElement("div");
  body.className = "notice__body";
  body.textContent = text;
  notice.append(body);
  box.append(notice);
  shelf.append(box);
  keepToast(box);
}
document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.tone));

function keepToast(box) {
  const notice = box.querySelector(".notice");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button button--icon";
  close.setAttribute("aria-label", word("close"));
  close.textContent = "✕";
  close.addEventListener("click", () => box.remove());
  notice.append(close);
  if (notice.classList.contains("notice--error")) return;
  let timer = setTimeout(() => box.remove(), 8000);
  for (const stop of ["pointerenter", "focusin"]) box.addEventListener(stop, () => clearTimeout(timer));
  for (const go of ["pointerleave", "focusout"]) box.addEventListener(go, () => { timer = setTimeout(() => box.remove(), 4000); });
}

// Windows and menus.

function openDialog(dialog, opener) {
  dialog.showModal();
  dialog.addEventListener("close", () => opener?.focus(), { once: true });
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog?.showModal) {
      event.preventDefault();
      openDialog(dialog, opener);
    }
  }
  if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement) event.target.close(); // the backdrop
  for (const open of document.querySelectorAll("details[data-menu][open]")) {
    const inside = open.contains(event.target);
    if (!inside || event.target.closest(".menu__item")) open.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = event.target.closest?.("details[data-menu][open]") ?? document.querySelector("details[data-menu][open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// Asking in words before what cannot be undone: data-confirm="sentence" on a form or a button.

let confirmed = null;

document.addEventListener("submit", (event) => {
  const asks = event.submitter?.dataset.confirm ? event.submitter : event.target;
  if (!asks.dataset.confirm || confirmed === event.target) {
    confirmed = null;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(asks.dataset.confirm, asks.dataset.confirmLabel || event.submitter?.textContent.trim() || word("yes")).then((yes) => {
    if (!yes) return;
    confirmed = event.target;
    event.target.requestSubmit(event.submitter);
  });
}, true);

/** Ask a question in a window; resolves to true or false. */
function ask(question, label) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "confirm-question");
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "dialog__inner";
  const words = document.createElement("p");
  words.id = "confirm-question";
  words.textContent = question;
  const actions = document.createElement("div");
  actions.className = "dialog__actions";
  for (const [text, value, kind] of [[word("cancel"), "no", "secondary"], [label, "yes", "danger"]]) {
    const button = document.createElement("button");
    button.className = `button button--${kind}`;
    button.value = value;
    button.textContent = text;
    actions.append(button);
  }
  form.append(words, actions);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    }, { once: true });
  });
}

// Fields.

function count(field) {
  const shown = document.getElementById(field.dataset.counter);
  if (!shown) return;
  const left = Number(field.dataset.limit) - [...field.value].length;
  shown.textContent = new Intl.NumberFormat(document.documentElement.lang).format(left);
  shown.dataset.state = left < 0 ? "over" : left <= 40 ? "near" : "";
}

function grow(field) {
  if (CSS.supports("field-sizing", "content")) return;
  field.style.blockSize = "auto";
  field.style.blockSize = `${field.scrollHeight}px`;
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.dataset?.counter) count(field);
  if (field.dataset && "autosize" in field.dataset) grow(field);
});

// One form serves every small act of a page (buttons point to it with form="agir" and formaction): with scripts, the
// group that the button stands in is replaced by the answer.

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.target.id !== "agir" || !button || !window.htmx) return;
  const group = button.closest("[role=group]");
  if (!group) return;
  event.preventDefault();
  button.disabled = true;
  htmx.ajax("POST", button.formAction, {
    source: button,
    target: group,
    swap: "outerHTML",
    values: { [button.name]: button.value },
  });
});

// Copying: data-copy="text"; the link's own address without scripts.

document.addEventListener("click", async (event) => {
  const copier = event.target.closest("[data-copy]");
  if (!copier || !navigator.clipboard) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(copier.dataset.copy);
    toast(word("copied"), "success");
  } catch {
    toast(word("notCopied"), "error");
  }
});

// The theme: as the device, light, dark, in turn.

function theme() {
  const place = document.querySelector("[data-theme-switch]");
  if (!place) return;
  const button = place.querySelector("button");
  const names = ["system", "light", "dark"];
  const show = () => { button.textContent = place.dataset[document.documentElement.dataset.theme ?? "system"]; };
  button.addEventListener("click", () => {
    const next = names[(names.indexOf(document.documentElement.dataset.theme ?? "system") + 1) % names.length];
    if (next === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    try {
      if (next === "system") localStorage.removeItem("theme");
      else localStorage.setItem("theme", next);
    } catch {
      // Not kept for next time, still applied now.
    }
    show();
  });
  show();
  place.hidden = false;
}

/** Make fields and messages of a page or a fragment live. */
function prepare(root) {
  if (!root.querySelectorAll) return;
  for (const field of root.querySelectorAll("[data-counter]")) count(field);
  for (const field of root.querySelectorAll("[data-autosize]")) grow(field);
  for (const box of root.querySelectorAll("[data-toast]")) {
    delete box.dataset.toast;
    keepToast(box);
  }
}

prepare(document);
theme();
document.querySelector("[data-focus]")?.focus();

if ("serviceWorker" in navigator && window.isSecureContext) {
  navigator.serviceWorker.register(document.body.dataset.serviceWorker).catch(() => {
    // The page works without it; it only lacks the offline page.
  });
}
