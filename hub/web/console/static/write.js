// 编辑: what is typed is kept every few seconds; saving keeps the page; the margin shows where something is.
(() => {
  "use strict";
  // A comparison begins where the first difference is.
  const redline = document.querySelector("[data-redline]");
  const first = redline?.querySelector("ins, del");
  if (first) redline.scrollTop += first.getBoundingClientRect().top - redline.getBoundingClientRect().top - 60;
  const desk = document.querySelector(".desk");
  const forms = [...document.querySelectorAll("[data-writing]")];
  if (!desk) return;
  const PAUSE = 1500, LONGEST = 8000, AGAIN = 10000;
  const restore = "gongbu-restore";

  // --- keeping
  for (const form of forms) {
    const state = { dirty: false, since: 0, timer: 0 };
    form.state = state;
    const say = (words, failed = false) => {
      const place = form.querySelector("[data-kept]");
      place.textContent = words;
      place.classList.toggle("failed", failed);
    };
    form.say = say;
    const later = (wait) => {
      window.clearTimeout(state.timer);
      state.timer = window.setTimeout(() => window.htmx?.trigger(form, "gongbu:changed"), wait);
    };
    form.addEventListener("input", (event) => {
      if (event.target.closest(".tools")) return;
      if (!state.dirty) say("有改动，尚未保存");
      state.dirty = true;
      state.since ||= Date.now();
      later(Math.max(0, Math.min(PAUSE, LONGEST - (Date.now() - state.since))));
    });
    form.addEventListener("htmx:configRequest", () => { state.since = 0; });
    form.addEventListener("htmx:afterRequest", async (event) => {
      if (event.target !== form) return;
      const status = event.detail.xhr?.status ?? 0;
      if (status === 200) {
        document.dispatchEvent(new Event("gongbu:kept"));
        document.getElementById("signed-out")?.remove();
      } else if (status === 409 && await renew(form)) later(0);
      else if (event.detail.xhr && status !== 0 || event.detail.failed) {
        say(status === 401 ? "登录已过期，内容仍在本页" : "没有保存成功，内容仍在本页，稍后自动再试", true);
        later(AGAIN);
      }
    });
    for (const kind of ["htmx:sendError", "htmx:timeout"]) {
      form.addEventListener(kind, () => { say("连接不上服务器，内容仍在本页，稍后自动再试", true); later(AGAIN); });
    }
    form.addEventListener("submit", (event) => {
      // A fix is an act of its own and shows the page anew.
      if (event.submitter?.name === "fix") return void form.dispatchEvent(new Event("gongbu:sync"));
      event.preventDefault();
      save(form);
    });
  }
  // After somebody signed in again elsewhere, this page's token is another session's.
  async function renew(form) {
    try {
      const answer = await fetch(form.dataset.token);
      if (!answer.ok) return false;
      const token = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("input").value;
      const old = form.querySelector("[name=_token]").value;
      for (const one of document.querySelectorAll("[name=_token]")) one.value = token;
      return token !== old;
    } catch { return false; }
  }

  // --- saving
  async function save(form) {
    window.clearTimeout(form.state.timer);
    window.htmx?.trigger(form, "htmx:abort");
    form.dispatchEvent(new Event("gongbu:sync"));
    form.say("正在保存……");
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    } catch {
      form.say("连接不上服务器，没有保存；内容仍在本页", true);
      return;
    }
    const path = new URL(answer.url).pathname;
    if (!answer.ok) {
      if (answer.status === 409 && await renew(form)) return save(form);
      // The server has something to say about it: let it say so as a page, with all that was typed.
      return HTMLFormElement.prototype.submit.call(form);
    }
    if (path.endsWith("/draft")) return window.location.assign(answer.url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(form.id);
    if (!fresh) return window.location.reload();
    form.querySelector("[name=seen]").value = fresh.querySelector("[name=seen]").value;
    for (const part of page.querySelectorAll(".margin .part")) document.getElementById(part.id)?.replaceWith(document.importNode(part, true));
    form.state.dirty = false;
    form.state.since = 0;
    document.dispatchEvent(new Event("gongbu:kept"));
    form.querySelectorAll(".told").forEach((one) => one.remove());
    form.say("已保存 " + new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" }));
  }
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s" || !forms.length) return;
    event.preventDefault();
    const form = document.activeElement?.closest("[data-writing]") || forms.find((one) => one.state.dirty) || forms[0];
    save(form);
  });
  window.addEventListener("pagehide", () => {
    for (const form of forms.filter((one) => one.state.dirty)) {
      form.dispatchEvent(new Event("gongbu:sync"));
      navigator.sendBeacon(form.getAttribute("data-hx-post"), new FormData(form));
    }
  });

  // --- other acts of the page keep what is typed, and find it again afterwards
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const dirty = forms.filter((one) => one !== form && one.state.dirty);
    if (event.defaultPrevented || !dirty.length || form.kept) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    for (const one of dirty) {
      one.dispatchEvent(new Event("gongbu:sync"));
      try { await fetch(one.getAttribute("data-hx-post"), { method: "POST", body: new FormData(one) }); } catch { /* the page says so when it is sent */ }
    }
    sessionStorage.setItem(restore, window.location.pathname);
    form.kept = true;
    document.dispatchEvent(new Event("gongbu:kept"));
    form.requestSubmit(event.submitter);
  }, true);
  if (sessionStorage.getItem(restore) === window.location.pathname) {
    sessionStorage.removeItem(restore);
    const offered = document.querySelector(".pane .told a[href*='draft=']");
    const said = document.querySelector(".said");
    if (said) sessionStorage.setItem(restore + "-said", said.textContent);
    if (offered) window.location.replace(offered.href);
  }

  if (sessionStorage.getItem(restore + "-said") && window.location.search.includes("draft=")) {
    const said = Object.assign(document.createElement("p"), { className: "said", textContent: sessionStorage.getItem(restore + "-said") });
    said.setAttribute("role", "status");
    document.getElementById("main").prepend(said);
    sessionStorage.removeItem(restore + "-said");
  }

  // --- tabs where there is no room beside each other
  const links = [...document.querySelectorAll("[data-panes] a")];
  desk.classList.add("tabbed");
  function turn(id) {
    const shown = document.getElementById(id);
    if (!shown || !shown.closest(".desk")) return;
    for (const one of desk.children) one.classList.toggle("shown", one === shown || (one.id === "add" && id !== "policy" && id !== "margin"));
    for (const link of links) {
      if (link.hash === "#" + id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }
  for (const link of links) link.addEventListener("click", (event) => { event.preventDefault(); turn(link.hash.slice(1)); });
  if (!document.querySelector(".pane:not(#policy)")) {
    const link = Object.assign(document.createElement("a"), { href: "#add", textContent: "添加解读" });
    const item = document.createElement("li");
    item.append(link);
    links[0]?.closest("li").after(item);
    links.push(link);
    link.addEventListener("click", (event) => { event.preventDefault(); turn("add"); });
  }
  turn(document.getElementById(window.location.hash.slice(1))?.closest(".pane")?.id || "policy");

  // --- 看这里
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-look]");
    if (!link) return;
    const place = document.querySelector(link.hash);
    if (!place) return;
    event.preventDefault();
    for (let one = place.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
    const pane = place.closest(".pane, .adding");
    if (pane) turn(pane.id);
    const surface = place.querySelector(".surface, .text");
    const range = surface && link.dataset.quote ? find(surface, link.dataset.quote, link.dataset.before) : null;
    if (range) return show(surface, range);
    place.scrollIntoView({ block: "center" });
    (place.matches("input, select, textarea") ? place : surface || place.querySelector("input, button") || place).focus({ preventScroll: true });
  });
  function show(surface, range) {
    if (window.Highlight) CSS.highlights.set("look", new Highlight(range));
    surface.focus({ preventScroll: true });
    const chosen = window.getSelection();
    chosen.removeAllRanges();
    const at = range.cloneRange();
    at.collapse(true);
    chosen.addRange(window.Highlight ? at : range);
    const box = range.getBoundingClientRect(), frame = surface.getBoundingClientRect();
    surface.scrollTop += box.top - frame.top - frame.height / 3;
    surface.scrollIntoView({ block: "nearest" });
  }
  function find(surface, quote, before) {
    const letters = [];
    const walker = document.createTreeWalker(surface, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (let index = 0; index < node.length; index += 1) if (/\S/.test(node.data[index])) letters.push([node, index]);
    }
    const text = letters.map(([node, index]) => node.data[index]).join("");
    const words = quote.replace(/\s/g, ""), context = (before || "").replace(/\s/g, "");
    let best = -1, most = -1;
    for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
      let same = 0;
      while (same < context.length && text[at - 1 - same] === context[context.length - 1 - same]) same += 1;
      if (same > most) [best, most] = [at, same];
    }
    if (best < 0) return null;
    const range = document.createRange();
    range.setStart(...letters[best]);
    const [node, index] = letters[best + words.length - 1];
    range.setEnd(node, index + 1);
    return range;
  }
})();
