// Live pages: a socket says that something is new; the page fetches it by HTTP when its reader asks.
// Without a socket or without scripts, nothing is lost: reloading shows the same.
"use strict";
(() => {
  const base = document.body.dataset.liveUrl;
  const topic = (document.body.dataset.liveTopics || "").trim();
  if (!base || !("WebSocket" in window)) return;

  const feed = document.querySelector("[data-timeline]");
  const slot = document.querySelector("[data-new]");
  const waiting = new Set();
  let pause = 1000;
  let opened = false;
  let heart = 0;

  const newest = () => {
    const ids = [...document.querySelectorAll("[data-timeline] [data-id]")].map((card) => BigInt(card.dataset.id));
    return ids.reduce((high, id) => (id > high ? id : high), BigInt(feed?.dataset.newest || 0));
  };
  const isShown = (id) => document.getElementById(`p${id}`) !== null;

  const address = () => {
    const url = new URL(feed.dataset.address, location.href);
    url.searchParams.set("depuis", newest().toString());
    return url;
  };

  const fetchCards = async () => {
    const response = await fetch(address(), { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!response.ok) throw new Error(response.status);
    const box = document.createElement("template");
    box.innerHTML = await response.text();
    return [...box.content.querySelectorAll("article[data-id]")].filter((card) => !isShown(card.dataset.id));
  };

  const offer = () => {
    if (!slot) return;
    slot.replaceChildren();
    if (!waiting.size) return;
    const words = slot.dataset;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--primary button--small";
    button.textContent = (waiting.size === 1 ? words.one : words.many).replace("{n}", waiting.size);
    button.addEventListener("click", show);
    slot.append(button);
    announce(button.textContent);
  };

  const announce = (text) => {
    const announcer = document.getElementById("announcer");
    if (announcer) announcer.textContent = text;
  };

  const show = async () => {
    if (feed.hasAttribute("data-whole")) {
      // A conversation changes shape: it is laid out again as a whole, around the answer being written.
      if (!window.htmx || !feed.dataset.whole) return location.reload();
      waiting.clear();
      offer();
      return window.htmx.ajax("GET", location.href, { target: feed.dataset.whole, swap: "outerHTML show:none" });
    }
    let cards;
    try {
      cards = await fetchCards();
    } catch {
      return; // the offer stays: the reader can try again
    }
    waiting.clear();
    offer();
    cards.reverse().forEach((card) => {
      card.classList.add("is-new");
      slot.after(card);
      window.htmx?.process(card);
    });
    const first = slot.nextElementSibling;
    if (first) {
      first.setAttribute("tabindex", "-1");
      first.focus({ preventScroll: true });
      first.scrollIntoView({ block: "nearest" });
    }
  };

  // After an outage the socket has missed messages: ask once what is there, not all pages at the same instant.
  const catchUp = () =>
    setTimeout(async () => {
      if (!feed || feed.hasAttribute("data-whole")) return;
      try {
        (await fetchCards()).forEach((card) => waiting.add(card.dataset.id));
        offer();
      } catch {
        /* the next reconnection or reload will */
      }
    }, Math.random() * 1500);

  const hear = (message) => {
    switch (message.type) {
      case "new":
        if (feed && !isShown(message.id)) {
          waiting.add(message.id);
          offer();
        }
        break;
      case "changed":
        if (feed?.hasAttribute("data-whole")) {
          waiting.add(message.id);
          offer();
        }
        break;
      case "resync":
        catchUp();
        break;
      case "unread":
        document.dispatchEvent(new CustomEvent("parvis:unread", { detail: message.count }));
        break;
    }
  };

  const open = () => {
    const socket = new WebSocket(`${base}/direct?sujet=${encodeURIComponent(topic)}&depuis=${newest()}`);
    socket.addEventListener("open", () => {
      document.documentElement.dataset.live = "on";
      pause = 1000;
      if (opened) catchUp();
      opened = true;
    });
    socket.addEventListener("message", (event) => hear(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => {
      document.documentElement.dataset.live = "off";
      if (event.code === 4401 || event.code === 4403) return;
      heart = setTimeout(open, pause * (0.75 + Math.random() / 2));
      pause = Math.min(pause * 2, 30000);
    });
    window.addEventListener("pagehide", () => { clearTimeout(heart); socket.close(); }, { once: true });
  };

  // Coming back to a page kept by the browser, or to the network, reconnects at once.
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  window.addEventListener("online", () => { if (document.documentElement.dataset.live === "off") { clearTimeout(heart); open(); } });

  document.addEventListener("parvis:unread", (event) => {
    document.querySelectorAll("[data-unread]").forEach((badge) => {
      const count = event.detail;
      badge.replaceChildren();
      if (!count) return;
      const number = document.createElement("span");
      number.className = "badge badge--count";
      number.textContent = count > 99 ? "99+" : String(count);
      badge.append(number);
    });
  });

  // Scripts that load the rest of a list may bring a card twice when posts arrived meanwhile: keep the first.
  document.addEventListener("htmx:afterSettle", () => {
    const seen = new Set();
    document.querySelectorAll("[data-timeline] article[data-id]").forEach((card) => {
      if (seen.has(card.dataset.id)) card.remove();
      seen.add(card.dataset.id);
    });
  });

  open();
})();
