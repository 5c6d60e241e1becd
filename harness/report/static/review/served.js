/* Send every change to the server behind the page, where there is one, and say whether it is kept. */
(function () {
  "use strict";

  const saver = window.__SAVER__;
  if (!saver) return;

  const { store } = Harness;
  const place = document.getElementById("saved");
  const LONGEST_WAIT = 10000; // ms between two tries
  const LONGEST_FAREWELL = 60000; // bytes that a browser still sends for a page that is left
  let revision = saver.revision;
  let waiting = false;
  let sending = false;
  let wait = 500;
  let timer = 0;

  function show(state, text) {
    place.dataset.state = state;
    place.textContent = text;
  }

  function request(more) {
    const headers = { "X-Harness-Token": saver.token, ...more.headers };
    return fetch(saver.path, { cache: "no-store", ...more, headers });
  }

  function put(text, more) {
    const headers = { "Content-Type": "application/json", "If-Match": revision };
    return request({ method: "PUT", body: text, headers, ...more });
  }

  /* Somebody else saved in between: take what is newer there, and send the whole again. */
  async function merge() {
    const answer = await request({ method: "GET" });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    const found = await answer.json();
    revision = found.revision;
    if (found.review) Harness.written.take(found.review, { anew: false });
    waiting = true;
  }

  async function answered(answer) {
    if (answer.status === 409) return merge();
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(told.message || `the server answered ${answer.status}`);
    revision = told.revision;
    return undefined;
  }

  function failed(error) {
    const first = place.dataset.state !== "lost";
    show("lost", `▲ not saved, trying again (${error.message})`);
    if (first) store.announce("not saved: the server cannot be reached; trying again");
    waiting = true;
    timer = window.setTimeout(send, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  async function send() {
    window.clearTimeout(timer);
    if (sending) return;
    sending = true;
    waiting = false;
    try {
      await answered(await put(JSON.stringify(Harness.written.review(), null, 1), {}));
      wait = 500;
    } catch (error) {
      failed(error);
      return;
    } finally {
      sending = false;
    }
    if (waiting) send();
    else show("saved", "✔ saved");
  }

  let last = "";

  /* What was seen alone is no news: it travels with the next decision. */
  function changed() {
    const { votes, preferences, resolutions } = Harness.written.review();
    const text = JSON.stringify([votes, preferences, resolutions]);
    if (text === last) return;
    last = text;
    waiting = true;
    show("saving", "… saving");
    send();
  }

  function farewell() {
    const text = JSON.stringify(Harness.written.review());
    if (waiting && text.length < LONGEST_FAREWELL) put(text, { keepalive: true }).catch(() => {});
  }

  if (window.__SAVED__) Harness.written.take(window.__SAVED__, { anew: false });
  const here = Harness.written.review();
  last = JSON.stringify([here.votes, here.preferences, here.resolutions]);
  const there = window.__SAVED__ || { votes: [], preferences: [], resolutions: [] };
  show("saved", "✔ saved");
  store.on("change", changed);
  window.addEventListener("pagehide", farewell);
  window.addEventListener("online", () => waiting && send());
  if (last !== JSON.stringify([there.votes, there.preferences, there.resolutions])) send();
})();
