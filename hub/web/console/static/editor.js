// The surface on which a text is written: it stands over the textarea, which stays the truth that is sent.
// Nothing here decides what a text may hold; the server cleans whatever comes.
(() => {
  "use strict";
  const TOOLS = [
    ["p", "正文", "正文段落（Ctrl+Alt+0）"], ["h2", "一、", "一级标题（Ctrl+Alt+1）"], ["h3", "（一）", "二级标题（Ctrl+Alt+2）"], null,
    ["bold", "加粗", "加粗（Ctrl+B）"], ["list", "列表", "项目列表"], ["link", "链接", "链接（Ctrl+K）"], ["picture", "图片", "插入图片"], ["clear", "清除格式", "清除格式"], null,
    ["table", "表格", "插入表格"], ["row", "加行", "在下方加一行"], ["unrow", "删行", "删除本行"], ["column", "加列", "在右侧加一列"], ["uncolumn", "删列", "删除本列"], null,
    ["undo", "撤销", "撤销（Ctrl+Z）"], ["redo", "重做", "重做（Ctrl+Y）"],
  ];
  const forms = document.querySelectorAll("[data-writing]");
  if (!forms.length) return;
  document.execCommand("defaultParagraphSeparator", false, "p");
  forms.forEach(raise);

  function raise(form) {
    const source = form.querySelector("textarea[name=body]");
    const files = form.dataset.files;
    const surface = document.createElement("div");
    surface.className = "surface text";
    surface.contentEditable = "true";
    surface.id = source.id + "-surface";
    for (const [name, value] of [["role", "textbox"], ["aria-multiline", "true"], ["aria-labelledby", "l-" + source.id]]) surface.setAttribute(name, value);
    surface.innerHTML = shown(source.value) || "<p><br></p>";
    for (const one of surface.querySelectorAll("img:not([alt])")) one.alt = "";
    const bar = tools(form, surface);
    source.hidden = true;
    form.querySelector("[data-plain]").hidden = true;
    source.before(bar, surface);
    form.querySelector("label[for='" + source.id + "']").addEventListener("click", (event) => { event.preventDefault(); surface.focus(); });

    function shown(html) { return html.replaceAll('src="blob:', 'src="' + files); }
    function sync() {
      const bare = !surface.textContent.trim() && !surface.querySelector("img, table, hr");
      source.value = bare ? "" : surface.innerHTML.replaceAll('src="' + files, 'src="blob:');
      pictures();
    }
    surface.addEventListener("input", sync);
    form.addEventListener("gongbu:sync", sync);

    // --- the pictures' words
    function pictures() {
      const box = form.querySelector("[data-images]");
      const list = box.querySelector("ul");
      for (const picture of surface.querySelectorAll("img")) {
        const digest = (picture.getAttribute("src") || "").split("/").pop();
        if (!/^[0-9a-f]{64}$/.test(digest) || list.querySelector(`[data-image="${digest}"]`)) continue;
        const id = source.id + "-alt-" + digest.slice(0, 12);
        const item = document.createElement("li");
        item.dataset.image = digest;
        const small = Object.assign(document.createElement("img"), { src: files + digest, alt: "" });
        const field = document.createElement("div");
        field.className = "field";
        const label = Object.assign(document.createElement("label"), { htmlFor: id, textContent: "替代文字：新插入的图片" });
        const input = Object.assign(document.createElement("input"), { id, name: "alt-" + digest, maxLength: 500, value: picture.alt });
        field.append(label, input);
        item.append(small, field);
        list.append(item);
      }
      let any = false;
      for (const item of list.children) {
        item.hidden = !surface.querySelector(`img[src$="${item.dataset.image}"]`);
        any ||= !item.hidden;
      }
      box.hidden = !any;
    }
    form.querySelector("[data-images]").addEventListener("input", (event) => {
      const digest = event.target.name.replace("alt-", "");
      for (const picture of surface.querySelectorAll(`img[src$="${digest}"]`)) picture.alt = event.target.value;
      sync();
    });

    // --- what comes from elsewhere is cleaned by the server before it is put in
    surface.addEventListener("paste", (event) => {
      event.preventDefault();
      bring(event.clipboardData);
    });
    surface.addEventListener("dragover", (event) => { event.preventDefault(); surface.classList.add("over"); });
    surface.addEventListener("dragleave", () => surface.classList.remove("over"));
    surface.addEventListener("drop", (event) => {
      event.preventDefault();
      event.stopPropagation();
      surface.classList.remove("over");
      const at = document.caretRangeFromPoint?.(event.clientX, event.clientY);
      if (at) select(at);
      bring(event.dataTransfer);
    });
    async function bring(data) {
      const html = data.getData("text/html");
      const plain = data.getData("text/plain");
      const pictured = [...data.files].filter((file) => file.type.startsWith("image/"));
      if (!html && !plain && pictured.length) return void pictured.forEach(picture);
      const at = here();
      const page = new DOMParser().parseFromString(html ? await ask(form.dataset.paste, { html }) : "", "text/html");
      const clean = page.querySelector("[data-cleaned]")?.innerHTML.trim();
      select(at);
      if (clean) document.execCommand("insertHTML", false, clean);
      else document.execCommand("insertText", false, plain);
      sync();
      const told = [...page.querySelectorAll("[data-notice]")].map((one) => one.textContent).join("");
      if (told) say(told);
    }
    async function picture(file) {
      const at = here();
      const answer = await ask(form.dataset.picture, { picture: file });
      const image = new DOMParser().parseFromString(answer, "text/html").querySelector("img");
      if (!image) return say("图片没有上传成功：请改用 5 MB 以内的 PNG 或 JPEG 图片。");
      select(at);
      document.execCommand("insertHTML", false, `<img src="${image.getAttribute("src")}" alt="">`);
      sync();
      form.querySelector(`[data-image="${image.getAttribute("src").split("/").pop()}"] input`)?.focus();
    }
    async function ask(path, fields) {
      const data = new FormData();
      data.append("_token", form.querySelector("[name=_token]").value);
      for (const [name, value] of Object.entries(fields)) data.append(name, value);
      try {
        const answer = await fetch(path, { method: "POST", body: data });
        if (answer.status === 401) document.dispatchEvent(new Event("signed-out"));
        return answer.ok ? await answer.text() : "";
      } catch { return ""; }
    }
    function say(words) { form.querySelector("[data-kept]").textContent = words; }

    // --- where the cursor is
    function here() {
      const chosen = window.getSelection();
      if (chosen.rangeCount && surface.contains(chosen.anchorNode)) return chosen.getRangeAt(0).cloneRange();
      const end = document.createRange();
      end.selectNodeContents(surface);
      end.collapse(false);
      return end;
    }
    function select(range) {
      surface.focus({ preventScroll: true });
      const chosen = window.getSelection();
      chosen.removeAllRanges();
      chosen.addRange(range);
    }
    function within(tag) {
      const node = window.getSelection().anchorNode;
      const element = node && (node.nodeType === 1 ? node : node.parentElement);
      const found = element?.closest(tag);
      return found && surface.contains(found) ? found : null;
    }

    // --- the tools
    const acts = {
      p: () => block("p"), h2: () => block("h2"), h3: () => block("h3"),
      bold: () => document.execCommand("bold"),
      list: () => document.execCommand("insertUnorderedList"),
      clear: () => { document.execCommand("removeFormat"); document.execCommand("unlink"); block("p"); },
      undo: () => document.execCommand("undo"), redo: () => document.execCommand("redo"),
      table: () => document.execCommand("insertHTML", false, "<table><tbody>" + "<tr><td><br></td><td><br></td><td><br></td></tr>".repeat(3) + "</tbody></table><p><br></p>"),
      row: () => {
        const row = within("tr");
        if (!row) return;
        const fresh = row.cloneNode(true);
        for (const cell of fresh.cells) { cell.innerHTML = "<br>"; cell.removeAttribute("rowspan"); }
        row.after(fresh);
      },
      unrow: () => {
        const row = within("tr");
        if (!row) return;
        const table = row.closest("table");
        row.remove();
        if (!table.rows.length) table.remove();
      },
      column: () => columns((cell) => { const fresh = document.createElement(cell.tagName); fresh.innerHTML = "<br>"; cell.after(fresh); }),
      uncolumn: () => columns((cell) => cell.remove()),
      link: () => linking(true),
      picture: () => bar.querySelector("input[type=file]").click(),
    };
    function block(tag) { if (!within("td, th")) document.execCommand("formatBlock", false, tag); }
    function columns(change) {
      const cell = within("td, th");
      if (!cell) return;
      const table = cell.closest("table");
      const index = cell.cellIndex;
      for (const row of [...table.rows]) if (row.cells[index]) change(row.cells[index]);
      if (!table.querySelector("td, th")) table.remove();
    }
    function linking(open) {
      const box = bar.querySelector(".linking");
      if (open) {
        bar.at = here();
        const old = within("a");
        box.querySelector("input").value = old ? old.href : "https://";
      }
      box.hidden = !open;
      if (open) box.querySelector("input").focus();
      else select(bar.at);
    }
    function link(address) {
      linking(false);
      if (!/^(https?:\/\/[^\s/]|mailto:\S)/i.test(address)) return say("链接须以 https:// 或 http:// 开头。");
      if (window.getSelection().isCollapsed && !within("a")) return say("请先选中要加链接的文字。");
      document.execCommand("createLink", false, address);
      sync();
    }
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      event.preventDefault();
      if (button.dataset.link) return link(bar.querySelector(".linking input").value.trim());
      if (!["link", "picture"].includes(button.dataset.tool)) surface.focus({ preventScroll: true });
      acts[button.dataset.tool]();
      sync();
      surface.dispatchEvent(new Event("input", { bubbles: true }));
      press();
    });
    bar.addEventListener("keydown", (event) => {
      if (event.target.matches(".linking input")) {
        if (event.key === "Enter") { event.preventDefault(); link(event.target.value.trim()); }
        if (event.key === "Escape") linking(false);
        return;
      }
      const buttons = [...bar.querySelectorAll("button[data-tool]")];
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
      buttons.forEach((one) => { one.tabIndex = one === next ? 0 : -1; });
      next.focus();
    });
    bar.querySelector("input[type=file]").addEventListener("change", (event) => {
      [...event.target.files].forEach(picture);
      event.target.value = "";
    });
    surface.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey)) return;
      const tool = event.altKey ? { 0: "p", 1: "h2", 2: "h3" }[event.key] : { k: "link" }[event.key.toLowerCase()];
      if (!tool) return;
      event.preventDefault();
      acts[tool]();
      sync();
    });
    function press() {
      for (const [tool, tag] of [["h2", "h2"], ["h3", "h3"], ["list", "ul, ol"], ["bold", "b, strong"], ["link", "a"]]) {
        bar.querySelector(`[data-tool=${tool}]`).setAttribute("aria-pressed", String(Boolean(within(tag))));
      }
    }
    document.addEventListener("selectionchange", () => { if (document.activeElement === surface) press(); });
  }

  function tools(form, surface) {
    const bar = document.createElement("div");
    bar.className = "tools";
    bar.setAttribute("role", "toolbar");
    bar.setAttribute("aria-label", "编辑工具");
    bar.setAttribute("aria-controls", surface.id);
    for (const tool of TOOLS) {
      if (!tool) {
        bar.append(Object.assign(document.createElement("span"), { className: "gap" }));
        continue;
      }
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: tool[1], title: tool[2] });
      button.setAttribute("aria-label", tool[2]);
      button.dataset.tool = tool[0];
      button.tabIndex = bar.childElementCount ? -1 : 0;
      bar.append(button);
    }
    const box = Object.assign(document.createElement("div"), { className: "linking", hidden: true });
    const input = Object.assign(document.createElement("input"), { type: "url", maxLength: 2000 });
    input.setAttribute("aria-label", "链接的网址");
    const done = Object.assign(document.createElement("button"), { type: "button", textContent: "确定" });
    done.dataset.link = "yes";
    box.append(input, done);
    const chooser = Object.assign(document.createElement("input"), { type: "file", accept: "image/png,image/jpeg", multiple: true, hidden: true });
    bar.append(box, chooser);
    return bar;
  }
})();
