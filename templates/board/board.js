// Asks for the same page again, puts the parts that changed into it, and counts the seconds in between.
// It never asks for anything else, and it keeps nothing: a reload shows the same.
(() => {
  "use strict";
  const EVERY = 2000, PATIENCE = 15000;
  const silent = document.querySelector(".silent");
  const sources = new Map(); // part → its text as the server gave it, before seconds were counted into it
  let skew = 0, shown = null;

  const parts = (page) => page.querySelectorAll("[data-part]");
  const learn = (page) => {
    const facts = page.querySelector("[data-now]");
    shown = facts.dataset.now;
    skew = Date.parse(shown) - Date.now(); // the server's clock decides, not the phone's
  };

  const tick = () => {
    const now = Date.now() + skew;
    for (const place of document.querySelectorAll("[data-until]")) {
      const left = Math.round((Date.parse(place.dataset.until) - now) / 1000), all = Math.abs(left);
      const two = (number) => String(number).padStart(2, "0");
      const text = `${left < 0 ? "−" : ""}${Math.floor(all / 3600)}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
      place.querySelector(".tick").textContent = text;
      place.classList.toggle("over", left < 0);
    }
  };

  const renew = (page) => {
    for (const fresh of parts(page)) {
      const name = fresh.dataset.part, source = fresh.outerHTML;
      if (sources.get(name) === source) continue;
      sources.set(name, source);
      document.querySelector(`[data-part="${name}"]`).replaceWith(document.adoptNode(fresh));
    }
  };

  const say = (quiet) => {
    silent.hidden = !quiet;
    silent.querySelector("b").textContent = quiet ? document.querySelector("[data-now] time").textContent : "";
    document.body.classList.toggle("stale", quiet); // what is remembered is grey
  };

  const ask = async () => {
    try {
      const answer = await fetch(location.pathname, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      learn(page);
      renew(page);
      say(false);
    } catch {
      say(true);
    }
    tick();
    setTimeout(ask, EVERY);
  };

  for (const part of parts(document)) sources.set(part.dataset.part, part.outerHTML);
  learn(document);
  tick();
  setInterval(tick, 1000);
  setTimeout(ask, EVERY);
})();
