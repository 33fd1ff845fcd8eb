// What every page gains from a script. Without it every act still works: forms are forms and links are links.
(() => {
  "use strict";
  const once = new WeakSet();

  // A form is sent once: a second click while the answer is under way would act twice.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.dataset.confirm && !window.confirm(button.dataset.confirm)) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return;
    if (once.has(event.target)) {
      event.preventDefault();
      return;
    }
    once.add(event.target);
    button?.setAttribute("aria-disabled", "true");
  });
  // A page that comes back from the browser's memory may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });

  // Whoever reads with a screen reader hears first what went wrong.
  document.getElementById("summary")?.focus();

  // What was typed is not lost by leaving: the browser asks.
  let typed = false;
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[data-keep]")) typed = true;
  });
  document.addEventListener("submit", () => { typed = false; });
  document.addEventListener("gongbu:kept", () => { typed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (typed) event.preventDefault();
  });

  // A background question met a session that has ended: say so, keep the page.
  document.addEventListener("signed-out", () => {
    if (document.getElementById("signed-out")) return;
    const note = document.createElement("p");
    note.id = "signed-out";
    note.className = "caution";
    note.setAttribute("role", "alert");
    const link = document.createElement("a");
    link.href = "/login";
    link.target = "_blank";
    link.textContent = "请在新标签页登录";
    note.append("登录已过期，本页内容仍在。", link, "，然后回到这里继续。");
    document.getElementById("main").prepend(note);
  });

  // Files may be dropped where they may be chosen.
  for (const place of document.querySelectorAll(".drop")) {
    const input = place.querySelector("input[type=file]");
    for (const kind of ["dragover", "dragleave", "drop"]) {
      place.addEventListener(kind, (event) => {
        event.preventDefault();
        place.classList.toggle("over", kind === "dragover");
        if (kind === "drop" && event.dataTransfer.files.length) {
          input.files = event.dataTransfer.files;
          input.dispatchEvent(new Event("change", { bubbles: true }));
        }
      });
    }
  }
})();
