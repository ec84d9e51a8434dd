// The composer, with scripts: counts, keeps the draft, sends images as soon as they are chosen.
"use strict";
(() => {
  const form = document.querySelector("[data-composer]");
  if (!form || form.dataset.liveScript !== undefined) return;
  form.dataset.liveScript = "";

  const text = form.querySelector("[data-composer-text]");
  const words = form.dataset;
  const headers = () => ({ "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value, Accept: "application/json" });

  // Counting as the server does: code points, 23 for a link (feeds.text).
  const LINK = /(?<![\p{L}\p{N}_@/])https?:\/\/[^\s<>"'«»“”]+/gu;
  const TRAILING = ".,;:!?…’'*_~|";
  const PAIRS = { ")": "(", "]": "[", "}": "{" };

  const bare = (url) => {
    for (;;) {
      const last = url.at(-1);
      const opened = PAIRS[last];
      const many = (sign) => url.split(sign).length;
      if (last && TRAILING.includes(last)) url = url.slice(0, -1);
      else if (opened && many(last) > many(opened)) url = url.slice(0, -1);
      else return url;
    }
  };

  const length = (typed) => {
    const kept = typed.normalize("NFC").replace(/\n[ ]*\n\s*\n?/g, "\n\n").trim();
    let total = [...kept].length;
    for (const [found] of kept.matchAll(LINK)) {
      const url = bare(found);
      if (url.length > "https://".length) total += 23 - [...url].length;
    }
    return total;
  };

  const counter = form.querySelector("[data-count]");
  const count = () => {
    const left = Number(words.limit) - length(text.value);
    counter.textContent = new Intl.NumberFormat(document.documentElement.lang).format(left);
    counter.dataset.state = left < 0 ? "over" : left <= 40 ? "near" : "";
  };
  text.addEventListener("input", count);
  count();

  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-publish]"));
    }
  });

  // The draft, two seconds after the last key and when the page is left.
  const draftId = form.querySelector("[data-draft-id]");
  const state = form.querySelector("[data-draft-state]");
  let timer = 0;
  let dirty = false;
  let leaving = false;
  let saving = null;

  const contents = () => {
    const data = new FormData(form);
    data.delete("images");
    return data;
  };

  const save = async (keepalive = false) => {
    if (!words.drafts || !dirty || leaving) return;
    if (saving && !keepalive) {
      await saving;
    }
    dirty = false;
    saving = (async () => {
      try {
        const response = await fetch(words.drafts, { method: "POST", headers: headers(), body: contents(), credentials: "same-origin", keepalive });
        if (!response.ok) throw new Error(response.status);
        const kept = await response.json();
        draftId.value = kept.id;
        state.textContent = kept.id ? words.saved : "";
      } catch {
        dirty = true;
        state.textContent = words.unsaved;
      }
    })();
    await saving;
    saving = null;
  };

  const changed = () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, 2000);
  };
  form.addEventListener("input", (event) => { if (event.target.name) changed(); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });

  form.querySelector("[data-discard]")?.addEventListener("click", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    dirty = false;
    const response = await fetch(event.currentTarget.formAction, { method: "POST", headers: headers(), credentials: "same-origin" });
    if (!response.ok) return;
    draftId.value = "";
    text.value = "";
    form.querySelectorAll("[data-image]").forEach((item) => item.remove());
    form.querySelectorAll('[name="poll_options"], [name="content_warning"]').forEach((field) => { field.value = ""; });
    form.querySelector("[data-restored]").remove();
    state.textContent = "";
    shelf.hidden = true;
    count();
    text.focus();
  });

  // Images: sent at once, prepared while one goes on writing.
  const shelf = form.querySelector("[data-images]");
  const problem = form.querySelector("[data-image-problem]");
  const input = form.querySelector("[data-files]");
  const tool = form.querySelector('[data-tool="images"]');

  const complain = (sentence) => {
    problem.textContent = sentence || "";
    problem.hidden = !sentence;
  };

  const send = async (file) => {
    const waiting = document.createElement("li");
    waiting.className = "composer__image";
    const box = document.createElement("div");
    box.className = "composer__preview composer__preview--sending";
    box.textContent = words.sending;
    waiting.append(box);
    waiting.dataset.image = "";
    shelf.append(waiting);
    shelf.hidden = false;
    const data = new FormData();
    data.append("image", file);
    try {
      const response = await fetch(words.upload, { method: "POST", headers: headers(), body: data, credentials: "same-origin" });
      if (response.status === 422) {
        complain((await response.json()).error);
        waiting.remove();
      } else if (response.ok) {
        const piece = document.createElement("template");
        piece.innerHTML = (await response.text()).trim();
        const item = piece.content.querySelector("li");
        waiting.replaceWith(item);
        window.htmx?.process(item);
        changed();
      } else throw new Error(response.status);
    } catch {
      complain(words.lost);
      waiting.remove();
    }
    shelf.hidden = !shelf.children.length;
  };

  const take = async (files) => {
    complain("");
    for (const file of files) {
      if (shelf.children.length >= Number(input.dataset.max)) {
        complain(words.tooMany);
        break;
      }
      form.setAttribute("aria-busy", "true");
      await send(file);
    }
    form.removeAttribute("aria-busy");
  };

  // With scripts the tool opens the device's own picker at once; the native field stays for those without.
  tool.addEventListener("click", (event) => {
    event.preventDefault();
    input.click();
  });
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    take(files);
  });
  text.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });
  form.addEventListener("dragover", (event) => {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    form.classList.add("is-dropping");
  });
  form.addEventListener("dragleave", () => form.classList.remove("is-dropping"));
  form.addEventListener("drop", (event) => {
    form.classList.remove("is-dropping");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
  form.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    event.preventDefault();
    const item = button.closest("[data-image]");
    const attached = form.classList.contains("composer--edit");
    if (!attached) await fetch(button.dataset.remove, { method: "POST", headers: headers(), credentials: "same-origin" }).catch(() => {});
    item.remove();
    shelf.hidden = !shelf.children.length;
    changed();
    text.focus();
  });

  // One click, one post.
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    leaving = true;
    clearTimeout(timer);
    setTimeout(() => form.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = true; }));
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
    form.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = false; });
  });
})();
